package io.tocsin.alert.sigma;

import java.util.Locale;

/// How texts are compared when case does not count: the same for a rule and an event.
public final class Folding {

    private Folding() {}

    public static String fold(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
