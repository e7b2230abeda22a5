package io.tocsin.alert.sigma;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How many instructions an expression would be compiled to, found before it is: RE2 for Java writes a counted repeat
/// out as often as it counts, and repeats within repeats multiply. What it would refuse anyway may be counted as
/// anything.
final class ExpressionSize {

    /// An expression of a thousand letters and some repeats is well below it; this many take some hundred kilobytes.
    static final long MOST = 5_000;

    /// A repeat behind flags, as one behind an empty quotation, is one of what stands before them.
    private static final Pattern INNER_FLAGS = Pattern.compile("\\(\\?[A-Za-z-]*\\)");

    private static final Pattern ESCAPE = Pattern.compile("\\\\(.)", Pattern.DOTALL);

    /// The ranges of a class of Unicode, which an instruction holds.
    private static final long UNICODE = 400;

    private static final Pattern LEADING_FLAGS = Pattern.compile("^\\(\\?[a-zA-Z]+\\)");

    private static final Pattern COUNT = Pattern.compile("\\{(\\d{1,9})(?:,(\\d{0,9}))?\\}");
    private static final long ABSURD = 1_000_000_000_000L;

    private final String text;
    private int at;

    private ExpressionSize(String text) {
        this.text = text;
    }

    static long of(String given) {
        String expression = LEADING_FLAGS.matcher(given).replaceFirst("");
        long all = 0;
        boolean odd = INNER_FLAGS.matcher(expression).find();
        for (Matcher escape = ESCAPE.matcher(expression); escape.find(); ) {
            odd |= "Q".equals(escape.group(1));
            all += "pP".contains(escape.group(1)) ? UNICODE : 0;
        }
        if (odd) {
            return capped(all + atMost(expression));
        }
        var size = new ExpressionSize(expression);
        while (size.at < expression.length()) { // a parenthesis too many ends the first part
            all = capped(all + size.alternatives() + 1);
            size.at++;
        }
        return all;
    }

    /// As if every repeat repeated everything.
    private static long atMost(String expression) {
        long size = expression.length() + 2;
        Matcher count = COUNT.matcher(expression);
        for (int from = 0; count.find(from); from = count.start() + 1) {
            size = capped(size * (times(count) + 1));
        }
        return size;
    }

    private static long times(Matcher count) {
        long least = Long.parseLong(count.group(1));
        String most = count.group(2);
        return Math.max(1, most == null || most.isEmpty() ? least + 1 : Math.max(least, Long.parseLong(most)));
    }

    private long alternatives() {
        long size = 0;
        while (at < text.length() && text.charAt(at) != ')') {
            if (text.charAt(at) == '|') {
                at++;
                size = capped(size + 2);
            } else {
                size = capped(size + repeated(one()));
            }
        }
        return size;
    }

    /// A group, a class, or a character, however it is written.
    private long one() {
        char c = text.charAt(at++);
        if (c == '(') {
            long inner = alternatives();
            at++;
            return inner + 2;
        }
        if (c == '[') {
            return charactersOfClass();
        }
        if (c == '\\') {
            return escaped();
        }
        return 1;
    }

    /// All of it is one instruction; what ends it is a bracket that is neither the first nor behind a backslash.
    private long charactersOfClass() {
        int first = at + (at < text.length() && text.charAt(at) == '^' ? 1 : 0);
        while (at < text.length() && (text.charAt(at) != ']' || at == first)) {
            int named = text.startsWith("[:", at) ? text.indexOf(":]", at + 2) : -1;
            at = named >= 0 ? named + 2 : at + (text.charAt(at) == '\\' ? 2 : 1);
        }
        at++;
        return 1;
    }

    private long escaped() {
        char c = at < text.length() ? text.charAt(at++) : ' ';
        if ("xpP".indexOf(c) >= 0 && at < text.length() && text.charAt(at) == '{') { // a code or a name, no repeat
            int end = text.indexOf('}', at);
            at = end < 0 ? text.length() : end + 1;
        }
        return 1;
    }

    private long repeated(long size) {
        long all = size;
        while (at < text.length()) {
            char c = text.charAt(at);
            Matcher count = COUNT.matcher(text).region(at, text.length());
            if (c == '*' || c == '+' || c == '?') {
                all = capped(all + 2);
                at++;
            } else if (c == '{' && count.lookingAt()) {
                all = capped(times(count) * (all + 1));
                at = count.end();
            } else {
                return all;
            }
        }
        return all;
    }

    private static long capped(long size) {
        return Math.min(size, ABSURD);
    }
}
