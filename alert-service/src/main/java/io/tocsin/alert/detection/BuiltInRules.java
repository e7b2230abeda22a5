package io.tocsin.alert.detection;

import io.tocsin.alert.sigma.RuleCompiler;
import io.tocsin.alert.sigma.SigmaRule;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// The rules that come with Tocsin: a file each, named in `rules/index.txt`.
@ApplicationScoped
public class BuiltInRules {

    static final String FOLDER = "/io/tocsin/alert/detection/rules/";

    private final Map<String, BuiltIn> rules = new LinkedHashMap<>();

    /// @param text the file as it is
    record BuiltIn(SigmaRule rule, String text) {}

    BuiltInRules() {
        var compiler = new RuleCompiler(EventFields.ALL);
        text("index.txt").lines().filter(name -> !name.isBlank()).forEach(name -> {
            String text = text(name);
            SigmaRule rule = compiler.compile(text);
            rules.put(rule.id(), new BuiltIn(rule, text));
        });
    }

    /// By id, in the order of the index.
    Map<String, BuiltIn> all() {
        return Collections.unmodifiableMap(rules);
    }

    private static String text(String name) {
        try (InputStream in = BuiltInRules.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException("the rule " + name + " is not in this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
