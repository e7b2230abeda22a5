package io.tocsin.alert.client.indicator;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// @param values what to look up
@RegisterForReflection
public record MatchRequest(List<Observable> values) {

    /// @param type as `indicatorType` of the contract
    public record Observable(String type, String value) {}
}
