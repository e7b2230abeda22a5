package io.tocsin.alert.sigma;

import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/// Takes scalars for what they look like to a person: `yes`, `0x10`, `1_000` and `2026-11-21` are texts, as a rule
/// means
/// them, where YAML 1.1 would make something else of them.
final class PlainScalars extends Resolver {

    private static final Pattern NOTHING = Pattern.compile("(?:~|null|Null|NULL|)");
    private static final Pattern TRUTH = Pattern.compile("(?:true|True|TRUE|false|False|FALSE)");
    private static final Pattern WHOLE = Pattern.compile("-?(?:0|[1-9][0-9]{0,17})");

    @Override
    protected void addImplicitResolvers() {
        addImplicitResolver(Tag.BOOL, TRUTH, "tTfF");
        addImplicitResolver(Tag.INT, WHOLE, "-0123456789");
        addImplicitResolver(Tag.NULL, NOTHING, "~nN\0");
        addImplicitResolver(Tag.NULL, Pattern.compile("^$"), null);
    }
}
