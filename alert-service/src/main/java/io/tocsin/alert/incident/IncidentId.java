package io.tocsin.alert.incident;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;

/// Reads an incident's id out of a path.
public final class IncidentId {

    private IncidentId() {}

    /// The number.
    ///
    /// @throws ProblemException 400 `BadRequest` when it is none (wire-facts §2)
    public static long of(String key) {
        try {
            return Long.parseLong(key);
        } catch (NumberFormatException none) {
            throw new ProblemException(
                    CommonProblem.BAD_REQUEST,
                    "The key value (" + key + ") from request is not valid. The key value should be format of type "
                            + "'Edm.Int64'.");
        }
    }
}
