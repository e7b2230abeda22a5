package io.tocsin.alert.mapping;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// A tenant's mapping (docs/api.md).
///
/// @param definition as it was given, read and written again
@RegisterForReflection
public record MappingView(
        String name,
        String createdBy,
        WireTime createdTime,
        WireTime lastUpdateTime,
        @JsonRawValue String definition) {

    /// All of a tenant's, by name.
    @RegisterForReflection
    public record Page(List<MappingView> value) {}
}
