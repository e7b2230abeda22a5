package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

/// A playbook as it is to be.
///
/// @param enabled whether something that happens may begin it; by hand it can be run all the same
@RegisterForReflection
public record PlaybookRequest(
        @NotBlank @Size(max = 128) String name,
        @Size(max = 4000) String description,
        Boolean enabled,
        @NotNull JsonNode definition) {

    boolean isEnabled() {
        return enabled == null || enabled;
    }
}
