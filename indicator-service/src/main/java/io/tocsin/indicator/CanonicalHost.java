package io.tocsin.indicator;

import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;

/// A host name in ASCII and lower-case, without the dot of the root.
final class CanonicalHost {

    private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");

    /// Browsers read a host that ends so as an IPv4 address, whatever is before it.
    private static final Pattern NUMBER = Pattern.compile("\\d+|0x[0-9a-f]*");

    /// What the two versions of international names read differently: `ß` is `ss` to one, a letter to the other.
    private static final Pattern OF_TWO_NAMES = Pattern.compile("[ßẞς\\u200C\\u200D]");

    private static final int LONGEST = 253;
    private static final int MOST_PLAIN = 60;

    private CanonicalHost() {}

    /// Null when it is none.
    static String of(String text) {
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        if (isPlain(name)) {
            return name;
        }
        if (name.length() > 2 * LONGEST || OF_TWO_NAMES.matcher(name).find()) {
            return null;
        }
        try {
            String ascii = IDN.toASCII(name, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
            return isName(ascii) ? ascii : null;
        } catch (RuntimeException notAName) { // a bare one when a label grows too long
            return null;
        }
    }

    /// Lower-case letters and digits with single marks between, and a last label that begins with a letter: canonical
    /// as it comes, as most are. What is not so plain is looked at closely.
    private static boolean isPlain(String name) {
        int length = name.length();
        if (length == 0 || length > LONGEST) {
            return false;
        }
        int label = 0;
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            boolean word = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
            if (c == '.' || c == '-') {
                boolean inside = i > label && i + 1 < length && name.charAt(i - 1) != '-';
                if (!inside || c == '.' && name.charAt(i + 1) == '-') {
                    return false;
                }
                label = c == '.' ? i + 1 : label;
            } else if (!word || i - label >= MOST_PLAIN) {
                return false;
            }
        }
        return name.charAt(length - 1) != '-' && name.charAt(label) >= 'a';
    }

    private static boolean isName(String ascii) {
        if (ascii.length() > LONGEST) {
            return false;
        }
        String[] labels = ascii.split("\\.", -1);
        for (String label : labels) {
            if (!LABEL.matcher(label).matches()) {
                return false;
            }
        }
        return !NUMBER.matcher(labels[labels.length - 1]).matches();
    }
}
