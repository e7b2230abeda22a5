package io.tocsin.wire;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Domain names as callers and telemetry write them.
public final class HostName {

    private static final int LONGEST = 253;
    private static final Pattern LABELS = Pattern.compile(
            "([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\\.)+(?!\\d+$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");

    private HostName() {}

    /// The name in lower case, in ASCII and without the dot at its end; nothing when it is none: a name has
    /// at least two labels, and the last is no number.
    public static Optional<String> canonical(String text) {
        String name = text.strip();
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        if (name.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            String ascii = IDN.toASCII(name).toLowerCase(Locale.ROOT);
            return ascii.length() <= LONGEST && LABELS.matcher(ascii).matches() ? Optional.of(ascii) : Optional.empty();
        } catch (IllegalArgumentException notAName) {
            return Optional.empty();
        }
    }

    /// The name of a path of `/api/domains` (contract 60 §2).
    ///
    /// @throws ProblemException 400 `InvalidDomainName` when it is none
    public static String required(String text) {
        return canonical(text)
                .orElseThrow(() ->
                        new ProblemException(CommonProblem.INVALID_DOMAIN_NAME, "'" + text + "' is not a domain name"));
    }
}
