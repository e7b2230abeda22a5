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

    private CanonicalHost() {}

    /// Null when it is none.
    static String of(String text) {
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
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
