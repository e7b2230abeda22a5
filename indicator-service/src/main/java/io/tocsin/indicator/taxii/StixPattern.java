package io.tocsin.indicator.taxii;

import io.tocsin.indicator.CanonicalValue;
import io.tocsin.indicator.IndicatorType;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The part of STIX patterns our types can say: comparisons of one value each, joined by `OR`, in one observation or
/// several. Anything that would narrow them (`AND`, `FOLLOWEDBY`, qualifiers, `NOT`) is refused rather than widened.
final class StixPattern {

    /// @param value as an indicator of ours has it
    record Value(IndicatorType type, String value) {}

    private static final String ISSUER = "x509-certificate:issuer";

    private static final Map<String, IndicatorType> PATHS = new TreeMap<>(Map.of(
            "ipv4-addr:value",
            IndicatorType.IpAddress,
            "ipv6-addr:value",
            IndicatorType.IpAddress,
            "domain-name:value",
            IndicatorType.DomainName,
            "url:value",
            IndicatorType.Url,
            "file:hashes.MD5",
            IndicatorType.FileMd5,
            "file:hashes.SHA-1",
            IndicatorType.FileSha1,
            "file:hashes.SHA-256",
            IndicatorType.FileSha256,
            "x509-certificate:hashes.SHA-1",
            IndicatorType.CertificateThumbprint,
            ISSUER,
            IndicatorType.CertificateThumbprint));

    private static final Pattern TOKEN =
            Pattern.compile("\\s*(?:(\\[|\\]|\\(|\\)|,)|('[^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+')|(!=|=)"
                    + "|([A-Za-z0-9_-]+:[A-Za-z0-9_.\\-\\[\\]*]*(?:'[^']*')?(?:\"[^\"]*\")?)|([A-Za-z]+))");

    private static final int LONGEST = 65_536;
    private static final int MOST_VALUES = 500;
    private static final int DEEPEST = 50;

    private final List<String> tokens = new ArrayList<>();
    private final List<Value> values = new ArrayList<>();
    private int at;

    private StixPattern(String text) {
        Matcher matcher = TOKEN.matcher(text);
        int end = 0;
        while (end < text.length() && matcher.find(end) && matcher.start() == end) {
            tokens.add(matcher.group().strip());
            end = matcher.end();
        }
        if (!text.substring(end).isBlank()) {
            throw refused("at position " + (end + 1) + " is something that is not understood");
        }
    }

    /// @throws ProblemException when it says what no indicator of ours can
    static List<Value> parse(String pattern) {
        if (pattern.length() > LONGEST) {
            throw refused("it is longer than " + LONGEST + " characters");
        }
        var parser = new StixPattern(pattern);
        parser.observations();
        return parser.values;
    }

    /// How many different indicators a pattern stands for that was taken before.
    static long values(String pattern) {
        return parse(pattern).stream()
                .map(it -> new Value(it.type(), CanonicalValue.of(it.type(), it.value())))
                .distinct()
                .count();
    }

    private void observations() {
        do {
            expect("[");
            comparisons(0);
            expect("]");
        } while (takes("OR"));
        if (at < tokens.size()) {
            throw refused("'" + tokens.get(at) + "' cannot be said by an indicator");
        }
    }

    private void comparisons(int depth) {
        if (depth > DEEPEST) {
            throw refused("it has more than " + DEEPEST + " brackets in each other");
        }
        do {
            if (takes("(")) {
                comparisons(depth + 1);
                expect(")");
            } else {
                comparison();
            }
        } while (takes("OR"));
    }

    private void comparison() {
        String path = next().replace("'", "").replace("\"", "");
        IndicatorType type = PATHS.get(path);
        if (type == null) {
            throw refused("'" + path + "' is nothing an indicator can be of");
        }
        String prefix = path.equals(ISSUER) ? CanonicalValue.ISSUER : "";
        String operator = next().toUpperCase(java.util.Locale.ROOT);
        switch (operator) {
            case "=" -> add(type, prefix + literal());
            case "IN" -> {
                expect("(");
                do {
                    add(type, prefix + literal());
                } while (takes(","));
                expect(")");
            }
            case "ISSUBSET" -> {
                if (type != IndicatorType.IpAddress) {
                    throw refused("ISSUBSET is for addresses");
                }
                add(type, literal());
            }
            case "LIKE" -> {
                String like = literal();
                if (type != IndicatorType.DomainName || !like.startsWith("%.") || like.indexOf('%', 1) >= 0) {
                    throw refused("LIKE is for domains, as in '%.bad.example'");
                }
                add(type, "*" + like.substring(1));
            }
            default -> throw refused("'" + operator + "' cannot be said by an indicator");
        }
    }

    private void add(IndicatorType type, String value) {
        if (values.size() == MOST_VALUES) {
            throw refused("it holds more than " + MOST_VALUES + " values");
        }
        values.add(new Value(type, value));
    }

    private String literal() {
        String token = next();
        if (!token.startsWith("'")) {
            throw refused("'" + token + "' is no text");
        }
        return token.substring(1, token.length() - 1).replaceAll("\\\\(.)", "$1");
    }

    private String next() {
        if (at == tokens.size()) {
            throw refused("it ends too early");
        }
        return tokens.get(at++);
    }

    private boolean takes(String word) {
        if (at < tokens.size() && tokens.get(at).equalsIgnoreCase(word)) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(String word) {
        if (!takes(word)) {
            throw refused(
                    at < tokens.size() ? "'" + tokens.get(at) + "' is there instead of " + word : "it ends too early");
        }
    }

    private static ProblemException refused(String why) {
        return new ProblemException(CommonProblem.INVALID_INPUT, "The pattern is refused: " + why);
    }

    /// The pattern of one indicator.
    static String of(IndicatorType type, String value) {
        return switch (type) {
            case IpAddress ->
                "[" + (value.indexOf(':') >= 0 ? "ipv6" : "ipv4") + "-addr:value "
                        + (value.indexOf('/') >= 0 ? "ISSUBSET " : "= ") + quoted(value) + "]";
            case DomainName ->
                value.startsWith("*.")
                        ? "[domain-name:value LIKE " + quoted("%" + value.substring(1)) + "]"
                        : "[domain-name:value = " + quoted(value) + "]";
            case Url -> "[url:value = " + quoted(value) + "]";
            case FileMd5 -> "[file:hashes.MD5 = " + quoted(value) + "]";
            case FileSha1 -> "[file:hashes.'SHA-1' = " + quoted(value) + "]";
            case FileSha256 -> "[file:hashes.'SHA-256' = " + quoted(value) + "]";
            case CertificateThumbprint ->
                value.startsWith(CanonicalValue.ISSUER)
                        ? "[" + ISSUER + " = " + quoted(value.substring(CanonicalValue.ISSUER.length())) + "]"
                        : "[x509-certificate:hashes.'SHA-1' = " + quoted(value) + "]";
        };
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
