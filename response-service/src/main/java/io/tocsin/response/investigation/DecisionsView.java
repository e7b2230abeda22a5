package io.tocsin.response.investigation;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// What became of each, in the order they were named.
@RegisterForReflection
public record DecisionsView(List<Item> value) {

    /// @param status of the remediation now; null where the decision was refused
    /// @param error why it was refused; null where it was not
    @RegisterForReflection
    public record Item(String id, String status, Refusal error) {}

    @RegisterForReflection
    public record Refusal(String code, String message) {}
}
