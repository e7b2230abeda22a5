package io.tocsin.indicator;

import java.net.InetAddress;
import java.util.regex.Pattern;

/// IPv4 as a dotted quad, IPv6 in eight groups. An IPv4 address that is written as IPv6 (`::ffff:…`) is the IPv4
/// address.
final class CanonicalAddress {

    private static final Pattern DOTTED = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern COLONS = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");
    private static final Pattern LONG_GROUP = Pattern.compile("[0-9A-Fa-f]{5}");
    private static final Pattern ZERO_BEFORE_DIGIT = Pattern.compile("(^|\\.)0\\d");
    private static final int LONGEST = "0000:0000:0000:0000:0000:ffff:255.255.255.255".length();

    private CanonicalAddress() {}

    /// Null when it is none.
    static String of(String text) {
        if (isPlainQuad(text)) {
            return text;
        }
        if (text.length() > LONGEST || !(isDotted(text) || isGroups(text))) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(text).getHostAddress();
        } catch (IllegalArgumentException none) {
            return null;
        }
    }

    /// Four numbers up to 255 that nothing is before: canonical as it comes, as most are.
    private static boolean isPlainQuad(String text) {
        int length = text.length();
        int parts = 0;
        int at = 0;
        while (at < length && parts < 4) {
            int from = at;
            int number = 0;
            while (at < length && at - from < 3 && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                number = 10 * number + text.charAt(at++) - '0';
            }
            boolean good = at > from && number <= 255 && (at - from == 1 || text.charAt(from) != '0');
            boolean ends = ++parts == 4 ? at == length : at < length && text.charAt(at++) == '.';
            if (!good || !ends) {
                return false;
            }
        }
        return parts == 4;
    }

    /// The JDK lets a group be any number of zeros longer than it is.
    private static boolean isGroups(String text) {
        return COLONS.matcher(text).matches() && !LONG_GROUP.matcher(text).find();
    }

    static boolean isDotted(String text) {
        return DOTTED.matcher(text).matches();
    }

    /// Whether a part of a dotted quad begins with a zero: `010` is ten to some and eight to others.
    static boolean isAmbiguous(String address) {
        String quad = address.substring(address.lastIndexOf(':') + 1);
        return quad.indexOf('.') >= 0 && ZERO_BEFORE_DIGIT.matcher(quad).find();
    }
}
