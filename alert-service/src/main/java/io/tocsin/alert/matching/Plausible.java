package io.tocsin.alert.matching;

import io.tocsin.wire.IpLiteral;
import java.util.regex.Pattern;

/// Whether a value of telemetry is what its column says. Senders write all sorts of things.
public final class Plausible {

    private static final Pattern HEX = Pattern.compile("[0-9a-f]+");
    private static final Pattern HOST = Pattern.compile("[\\p{L}\\p{N}_-]{1,63}(\\.[\\p{L}\\p{N}_-]{1,63})+");
    private static final Pattern URL = Pattern.compile("[^\\s/]+(:/)?/\\S*");
    private static final int LONGEST_HOST = 253;
    private static final int LONGEST_URL = 2_000;

    private Plausible() {}

    public static boolean address(String text) {
        return text != null && IpLiteral.isOne(text);
    }

    public static boolean host(String text) {
        return text != null
                && text.length() <= LONGEST_HOST
                && HOST.matcher(text).matches();
    }

    public static boolean url(String text) {
        return text != null && text.length() <= LONGEST_URL && URL.matcher(text).matches();
    }

    public static boolean hash(String text, int digits) {
        return text != null && text.length() == digits && HEX.matcher(text).matches();
    }
}
