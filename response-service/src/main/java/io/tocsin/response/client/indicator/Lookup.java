package io.tocsin.response.client.indicator;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// @param values what a machine wants to know of
@RegisterForReflection
public record Lookup(List<Value> values) {

    /// @param machineId whose group's indicators count beside those of all devices
    @RegisterForReflection
    public record Value(String type, String value, String machineId) {}
}
