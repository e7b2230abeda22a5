package io.tocsin.alert.story;

import java.util.Locale;

/// Writes SVG as text. Whatever is written as an attribute or as text is escaped, so that nothing of a
/// command line can become markup.
final class Svg {

    /// How wide a character is of the letter's height: there are no fonts to ask, so rather too wide.
    private static final double SANS = 0.56;

    private static final double MONO = 0.61;

    /// Bold letters are wider still.
    private static final double STRONG = 0.67;

    private final StringBuilder out = new StringBuilder(64 * 1024);

    /// Opens an element; attributes are name and value in turn.
    Svg open(String name, Object... attributes) {
        out.append('<').append(name);
        write(attributes);
        out.append('>');
        return this;
    }

    Svg close(String name) {
        out.append("</").append(name).append(">\n");
        return this;
    }

    Svg leaf(String name, Object... attributes) {
        out.append('<').append(name);
        write(attributes);
        out.append("/>\n");
        return this;
    }

    Svg content(String text) {
        out.append(escaped(text));
        return this;
    }

    /// What another has written already.
    Svg raw(Svg other) {
        out.append(other.out);
        return this;
    }

    /// What a pointer shows and a screen reader says.
    Svg title(String text) {
        return open("title").content(text).close("title");
    }

    /// A line of text, cut to a width; the whole of it is its title then.
    Svg text(double x, double y, int size, double width, String style, String text) {
        String shown = fitted(text, size, width, style);
        open("text", "x", x, "y", y, "font-size", size, "class", style);
        if (!shown.equals(text)) {
            title(text);
        }
        return content(shown).close("text");
    }

    /// How wide a text of that style is about.
    static double width(String text, int size, String style) {
        return text.codePointCount(0, text.length()) * size * letter(style);
    }

    static String fitted(String text, int size, double width, String style) {
        int most = Math.max(1, (int) (width / (size * letter(style))));
        if (text.codePointCount(0, text.length()) <= most) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
    }

    private static double letter(String style) {
        return switch (style) {
            case "mono" -> MONO;
            case "strong" -> STRONG;
            default -> SANS;
        };
    }

    private void write(Object[] attributes) {
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ')
                    .append(attributes[i])
                    .append("=\"")
                    .append(escaped(number(attributes[i + 1])))
                    .append('"');
        }
    }

    private static String number(Object value) {
        if (value instanceof Double number) {
            return number == Math.rint(number)
                    ? Long.toString(Math.round(number))
                    : String.format(Locale.ROOT, "%.1f", number);
        }
        return String.valueOf(value);
    }

    /// Also what XML cannot hold, and what would turn the direction of the text that follows: a file may
    /// not look like another because of its name.
    static String escaped(String text) {
        var safe = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> {
            switch (point) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                case '\t', '\n', '\r' -> safe.append(' ');
                default -> safe.appendCodePoint(isShown(point) ? point : 0xFFFD);
            }
        });
        return safe.toString();
    }

    private static boolean isShown(int point) {
        boolean turns = point >= 0x202A && point <= 0x202E
                || point >= 0x2066 && point <= 0x2069
                || point == 0x200E
                || point == 0x200F;
        boolean isText = point >= 0x20 && point < 0x7F
                || point >= 0xA0 && point <= 0xD7FF
                || point >= 0xE000 && point <= 0xFFFD
                || point >= 0x10000;
        return isText && !turns;
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
