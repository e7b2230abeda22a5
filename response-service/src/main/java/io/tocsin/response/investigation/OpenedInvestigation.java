package io.tocsin.response.investigation;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.quarkus.runtime.annotations.RegisterForReflection;

/// The investigation an alert belongs to.
///
/// @param opened whether this alert began it, rather than joined one or was known already
@RegisterForReflection
public record OpenedInvestigation(
        String id, String state, @JsonIgnore boolean opened) {}
