package io.tocsin.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// As much of Prometheus' language as it takes to say which series an expression asks for.
final class PromQl {

    private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][\\w:]*)\\s*(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
    private static final Pattern GROUPING =
            Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
    private static final Set<String> KEYWORDS = Set.of("and", "or", "unless", "bool", "offset", "by", "without", "on");

    private PromQl() {}

    /// @param operator `=`, `=~`, `!=` or `!~`
    record Matcher(String label, String operator, String value) {

        boolean matches(String found) {
            boolean same = operator.endsWith("~") ? found.matches(value) : found.equals(value);
            return operator.startsWith("!") != same;
        }
    }

    record Selector(String metric, List<Matcher> matchers) {}

    static List<Selector> selectors(String expression) {
        String text = GROUPING.matcher(expression).replaceAll(" ").replaceAll("\\[[^]]*]", " ");
        var found = new ArrayList<Selector>();
        var names = SELECTOR.matcher(text);
        while (names.find()) {
            boolean function = text.substring(names.end()).stripLeading().startsWith("(");
            boolean number = names.start() > 0 && Character.isLetterOrDigit(text.charAt(names.start() - 1));
            if (!function && !number && !KEYWORDS.contains(names.group(1))) {
                found.add(new Selector(names.group(1), matchers(names)));
            }
        }
        return found;
    }

    private static List<Matcher> matchers(MatchResult selector) {
        return selector.group(2) == null
                ? List.of()
                : MATCHER.matcher(selector.group(2))
                        .results()
                        .map(it -> new Matcher(it.group(1), it.group(2), it.group(3)))
                        .toList();
    }
}
