package io.tocsin.indicator;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A range of addresses as its first address and the bits all have in common: `203.0.113.0/24`.
public final class CanonicalRange {

    private static final Pattern FORM = Pattern.compile("([0-9A-Fa-f:.]{2,45})/(\\d{1,3})");

    private CanonicalRange() {}

    public static boolean isRange(String text) {
        return text.indexOf('/') >= 0;
    }

    /// Null when it is none, or has bits beyond its length.
    static String of(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || CanonicalAddress.isAmbiguous(form.group(1))) {
            return null;
        }
        String address = CanonicalAddress.of(form.group(1));
        if (address == null || (address.indexOf(':') < 0) != (form.group(1).indexOf(':') < 0)) {
            return null;
        }
        int length = Integer.parseInt(form.group(2));
        byte[] bytes = InetAddress.ofLiteral(address).getAddress();
        if (length > bytes.length * 8) {
            return null;
        }
        String range = around(bytes, length);
        if (!range.startsWith(address + "/")) {
            return null;
        }
        return length == bytes.length * 8 ? address : range;
    }

    /// Whether one of two ranges lies in the other.
    static boolean overlap(String one, String other) {
        byte[] first = InetAddress.ofLiteral(one.substring(0, one.indexOf('/'))).getAddress();
        byte[] second =
                InetAddress.ofLiteral(other.substring(0, other.indexOf('/'))).getAddress();
        int length = Math.min(
                Integer.parseInt(one, one.indexOf('/') + 1, one.length(), 10),
                Integer.parseInt(other, other.indexOf('/') + 1, other.length(), 10));
        return first.length == second.length && around(first, length).equals(around(second, length));
    }

    /// Whether one of two addresses or ranges lies in the other.
    public static boolean overlapping(String one, String other) {
        return overlap(range(one), range(other));
    }

    private static String range(String text) {
        return isRange(text) ? text : text + (text.indexOf(':') < 0 ? "/32" : "/128");
    }

    /// The range of this length an address lies in.
    public static String around(byte[] address, int length) {
        byte[] first = address.clone();
        for (int i = 0; i < first.length; i++) {
            int kept = Math.clamp(length - 8L * i, 0, 8);
            first[i] &= (byte) (0xff00 >>> kept);
        }
        try {
            return InetAddress.getByAddress(first).getHostAddress() + "/" + length;
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }
}
