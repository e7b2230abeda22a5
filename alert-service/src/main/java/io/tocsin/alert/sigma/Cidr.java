package io.tocsin.alert.sigma;

import java.net.InetAddress;
import java.util.Arrays;

/// A block of addresses.
final class Cidr {

    private final byte[] prefix;
    private final int bits;

    private Cidr(byte[] prefix, int bits) {
        this.prefix = prefix;
        this.bits = bits;
    }

    static Cidr of(String text) {
        int slash = text.indexOf('/');
        byte[] address = slash < 0 ? null : bytes(text.substring(0, slash));
        try {
            int bits = address == null ? -1 : Integer.parseInt(text.substring(slash + 1));
            if (bits >= 0 && bits <= address.length * 8) {
                return new Cidr(address, bits);
            }
        } catch (NumberFormatException notALength) {
            // said below
        }
        throw new SigmaException("'" + text + "' is not a block of addresses such as 10.0.0.0/8");
    }

    boolean holds(String text) {
        byte[] address = bytes(text);
        if (address == null || address.length != prefix.length) {
            return false;
        }
        int whole = bits / 8;
        int rest = bits % 8;
        return Arrays.equals(address, 0, whole, prefix, 0, whole)
                && (rest == 0 || (address[whole] ^ prefix[whole]) >> (8 - rest) == 0);
    }

    private static byte[] bytes(String text) {
        try {
            return InetAddress.ofLiteral(text).getAddress();
        } catch (IllegalArgumentException noAddress) {
            return null;
        }
    }
}
