package io.tocsin.alert.ingest;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// What became of one alert of an array (docs/api.md).
///
/// @param status the status it would have had alone
@RegisterForReflection
public record ItemView(int index, String sourceRef, String id, int status, ItemError error) {

    /// @param code as in the error envelope
    @RegisterForReflection
    public record ItemError(String code, String message) {}

    /// All items, in order.
    @RegisterForReflection
    public record Items(List<ItemView> value) {}
}
