package io.tocsin.alert.sigma;

import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.representer.Representer;

/// Reads one YAML (or JSON) document into plain maps, lists, texts, whole numbers and truth values, within bounds.
final class RuleReader {

    /// Characters of a rule; ours have a twentieth of it.
    static final int LONGEST = 65_536;

    private static final int DEEPEST = 20;
    private static final int MOST_ALIASES = 20;

    private RuleReader() {}

    static Map<?, ?> read(String text) {
        if (text.length() > LONGEST) {
            throw new SigmaException("the rule is longer than " + LONGEST + " characters");
        }
        var options = new LoaderOptions();
        options.setCodePointLimit(LONGEST);
        options.setNestingDepthLimit(DEEPEST);
        options.setMaxAliasesForCollections(MOST_ALIASES);
        options.setAllowDuplicateKeys(false);
        options.setAllowRecursiveKeys(false);
        var dumper = new DumperOptions();
        var yaml = new Yaml(new SafeConstructor(options), new Representer(dumper), dumper, options, new PlainScalars());
        try {
            if (yaml.load(text) instanceof Map<?, ?> rule) {
                return rule;
            }
        } catch (MarkedYAMLException wrong) {
            throw new SigmaException("line " + line(wrong) + ": " + wrong.getProblem());
        } catch (YAMLException wrong) {
            throw new SigmaException("not YAML: " + firstLine(wrong.getMessage()));
        }
        throw new SigmaException("a rule is a YAML mapping or a JSON object");
    }

    private static int line(MarkedYAMLException wrong) {
        return wrong.getProblemMark() == null ? 1 : wrong.getProblemMark().getLine() + 1;
    }

    private static String firstLine(String text) {
        return text == null ? "it cannot be read" : text.lines().findFirst().orElse("");
    }
}
