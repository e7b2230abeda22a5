package io.tocsin.alert.client.indicator;

import java.util.List;

/// @param values what to look up
public record MatchRequest(List<Observable> values) {

    /// @param type as `indicatorType` of the contract
    public record Observable(String type, String value) {}
}
