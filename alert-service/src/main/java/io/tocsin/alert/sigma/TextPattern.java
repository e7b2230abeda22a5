package io.tocsin.alert.sigma;

import java.util.Arrays;

/// A text with wildcards: `*` any characters, `?` one, each also literal behind a backslash. Compiled to the cheapest
/// comparison that does.
final class TextPattern {

    private static final int ANY = -1;
    private static final int ONE = -2;
    private static final int DASH = -3;
    private static final String DASHES = "-/\u2013\u2014\u2015";

    private final int[] tokens;

    private TextPattern(int[] tokens) {
        this.tokens = tokens;
    }

    static TextPattern of(String text) {
        var tokens = new int[text.length()];
        int size = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length() && "\\*?".indexOf(text.charAt(i + 1)) >= 0) {
                i++;
                tokens[size++] = text.charAt(i);
            } else {
                tokens[size++] = c == '*' ? ANY : c == '?' ? ONE : c;
            }
        }
        return new TextPattern(Arrays.copyOf(tokens, size));
    }

    static TextPattern literal(String text) {
        return new TextPattern(text.chars().toArray());
    }

    /// Every dash or slash that begins an option stands for any of them.
    TextPattern anyDash() {
        int[] free = tokens.clone();
        for (int i = 0; i < free.length; i++) {
            boolean dash = tokens[i] == '-' || tokens[i] == '/';
            if (dash && !isWord(i - 1) && isWord(i + 1)) {
                free[i] = DASH;
            }
        }
        return new TextPattern(free);
    }

    private boolean isWord(int at) {
        return at >= 0
                && at < tokens.length
                && tokens[at] >= 0
                && (Character.isLetterOrDigit(tokens[at]) || tokens[at] == '_');
    }

    TextPattern open(boolean before, boolean behind) {
        int from = before && !(tokens.length > 0 && tokens[0] == ANY) ? 1 : 0;
        int to = behind && !(tokens.length > 0 && tokens[tokens.length - 1] == ANY) ? 1 : 0;
        int[] wider = new int[from + tokens.length + to];
        System.arraycopy(tokens, 0, wider, from, tokens.length);
        if (from == 1) {
            wider[0] = ANY;
        }
        if (to == 1) {
            wider[wider.length - 1] = ANY;
        }
        return new TextPattern(wider);
    }

    boolean hasWildcards() {
        return Arrays.stream(tokens).anyMatch(token -> token < 0);
    }

    /// Of a field. An empty text is what a missing field has.
    EventTest on(int field, boolean cased) {
        if (tokens.length == 0) {
            return event -> {
                String text = event.text(field);
                return text == null || text.isEmpty();
            };
        }
        TextTest test = test(cased);
        return cased
                ? event -> {
                    String text = event.text(field);
                    return text != null && test.of(text);
                }
                : event -> {
                    String text = event.folded(field);
                    return text != null && test.of(text);
                };
    }

    /// Of any field, anywhere in it.
    EventTest anywhere(boolean cased) {
        TextTest test = open(true, true).test(cased);
        return event -> {
            for (int field = 0; field < event.fields(); field++) {
                EvaluationTime.step();
                String text = cased ? event.text(field) : event.folded(field);
                if (text != null && test.of(text)) {
                    return true;
                }
            }
            return false;
        };
    }

    @FunctionalInterface
    private interface TextTest {
        boolean of(String text);
    }

    private TextTest test(boolean cased) {
        boolean before = tokens.length > 0 && tokens[0] == ANY;
        boolean behind = tokens.length > 1 && tokens[tokens.length - 1] == ANY;
        int[] inner = Arrays.copyOfRange(tokens, before ? 1 : 0, tokens.length - (behind ? 1 : 0));
        if (inner.length == 0) {
            return text -> true;
        }
        if (Arrays.stream(inner).anyMatch(token -> token < 0)) {
            int[] all = cased ? tokens : folded(tokens);
            return text -> matches(all, text);
        }
        String plain = new String(inner, 0, inner.length);
        String literal = cased ? plain : Folding.fold(plain);
        if (before && behind) {
            return text -> text.contains(literal);
        }
        if (before) {
            return text -> text.endsWith(literal);
        }
        return behind ? text -> text.startsWith(literal) : text -> text.equals(literal);
    }

    private static int[] folded(int[] tokens) {
        return Arrays.stream(tokens)
                .map(token -> token < 0
                        ? token
                        : Folding.fold(String.valueOf((char) token)).charAt(0))
                .toArray();
    }

    /// Goes back only to the last `*`, so never more than text times pattern.
    private static boolean matches(int[] pattern, String text) {
        int at = 0;
        int want = 0;
        int star = -1;
        int retry = 0;
        EvaluationTime time = EvaluationTime.current();
        while (at < text.length()) {
            if (time != null) {
                time.step(1);
            }
            if (want < pattern.length && pattern[want] == ANY) {
                star = want++;
                retry = at;
            } else if (want < pattern.length && fits(pattern[want], text.charAt(at))) {
                want++;
                at++;
            } else if (star >= 0) {
                want = star + 1;
                at = ++retry;
            } else {
                return false;
            }
        }
        while (want < pattern.length && pattern[want] == ANY) {
            want++;
        }
        return want == pattern.length;
    }

    private static boolean fits(int token, char c) {
        return token == c || token == ONE || token == DASH && DASHES.indexOf(c) >= 0;
    }
}
