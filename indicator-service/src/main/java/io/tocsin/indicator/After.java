package io.tocsin.indicator;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.util.regex.Pattern;

/// The query parameter `after` of answers that are sorted by id and may break off.
public final class After {

    private static final Pattern ID = Pattern.compile("\\d{1,18}");

    private After() {}

    /// The id; 0, behind which everything is, without the parameter.
    public static long of(String parameter) {
        if (parameter == null) {
            return 0;
        }
        if (!ID.matcher(parameter).matches()) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "after is the id of an indicator");
        }
        return Long.parseLong(parameter);
    }
}
