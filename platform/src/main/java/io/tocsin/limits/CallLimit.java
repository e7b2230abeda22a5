package io.tocsin.limits;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How many calls of one route an application may make.
///
/// @param perMinute null for any number
/// @param perHour null for any number
record CallLimit(Long perMinute, Long perHour) {

    /// No limit at all.
    static final CallLimit NONE = new CallLimit(null, null);

    private static final Pattern FORM = Pattern.compile("(?:(\\d{1,9})/min)?\\s*(?:(\\d{1,9})/h)?");

    /// Reads `100/min`, `1500/h`, `100/min 1500/h`, or `off`.
    ///
    /// @throws IllegalArgumentException for anything else
    static CallLimit parse(String text) {
        String stripped = text.strip();
        if (stripped.equals("off")) {
            return NONE;
        }
        Matcher form = FORM.matcher(stripped);
        if (stripped.isEmpty() || !form.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a limit of the form 100/min 1500/h, or off");
        }
        return new CallLimit(number(form.group(1)), number(form.group(2)));
    }

    private static Long number(String digits) {
        return digits == null ? null : Long.valueOf(digits);
    }

    boolean isNone() {
        return perMinute == null && perHour == null;
    }

    /// The figure of the shortest window there is.
    long shortest() {
        return perMinute == null ? perHour : perMinute;
    }

    /// `100 calls a minute and 1500 an hour`, as a refusal says it.
    String inWords() {
        return Stream.of(
                        perMinute == null ? null : perMinute + " calls a minute",
                        perHour == null ? null : perHour + " calls an hour")
                .filter(part -> part != null)
                .collect(Collectors.joining(" and "));
    }
}
