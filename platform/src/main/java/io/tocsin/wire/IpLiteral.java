package io.tocsin.wire;

import java.net.InetAddress;
import java.util.regex.Pattern;

/// What callers and agents may give for an IP address.
public final class IpLiteral {

    private static final Pattern QUAD = Pattern.compile("((0|[1-9][0-9]{0,2})(\\.(?!$)|$)){4}");

    private IpLiteral() {}

    /// Whether it is a literal: IPv6 without a zone, or IPv4 in four parts without leading zeros, which some read as
    /// octal. Nothing is looked up.
    public static boolean isOne(String text) {
        try {
            return (text.indexOf(':') >= 0 && text.indexOf('%') < 0
                            || QUAD.matcher(text).matches())
                    && InetAddress.ofLiteral(text) != null;
        } catch (IllegalArgumentException none) {
            return false;
        }
    }
}
