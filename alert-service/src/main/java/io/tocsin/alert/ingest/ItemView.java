package io.tocsin.alert.ingest;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.ProblemException;
import java.util.List;

/// What became of one alert of an array (docs/api.md).
///
/// @param status the status it would have had alone
@RegisterForReflection
public record ItemView(int index, String sourceRef, String id, int status, ItemError error) {

    /// @param code as in the error envelope
    @RegisterForReflection
    public record ItemError(String code, String message) {

        static ItemError of(ProblemException problem) {
            return new ItemError(problem.type().code(), problem.getMessage());
        }
    }

    /// All items, in order.
    @RegisterForReflection
    public record Items(List<ItemView> value) {}
}
