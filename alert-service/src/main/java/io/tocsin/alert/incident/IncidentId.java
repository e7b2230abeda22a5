package io.tocsin.alert.incident;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.util.regex.Pattern;

/// Reads an incident's id out of a path.
public final class IncidentId {

    /// As it is answered: `+1` and `01` are no ids.
    private static final Pattern CANONICAL = Pattern.compile("0|[1-9][0-9]{0,17}");

    private IncidentId() {}

    /// The number.
    ///
    /// @throws ProblemException 400 `BadRequest` when it is none (wire-facts §2)
    public static long of(String key) {
        if (!CANONICAL.matcher(key).matches()) {
            throw new ProblemException(
                    CommonProblem.BAD_REQUEST,
                    "The key value (" + key + ") from request is not valid. The key value should be format of type "
                            + "'Edm.Int64'.");
        }
        return Long.parseLong(key);
    }
}
