package io.tocsin.alert.matching;

import java.util.regex.Pattern;

/// Addresses no indicator may name, so that asking for them is a waste (contract 50 §7).
final class Addresses {

    private static final Pattern INTERNAL = Pattern.compile(
            "(0|10|127|22[4-9]|23\\d|24\\d|25[0-5])\\..*|169\\.254\\..*|192\\.168\\..*|172\\.(1[6-9]|2\\d|3[01])\\..*"
                    + "|[0:]*:[0:]*1?|f[cdef].*");

    private Addresses() {}

    static boolean isInternal(String address) {
        return INTERNAL.matcher(address).matches();
    }
}
