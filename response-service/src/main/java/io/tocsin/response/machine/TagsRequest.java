package io.tocsin.response.machine;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.util.List;

/// One tag to add to or to remove from many machines (contract 20 §2).
@RegisterForReflection
public record TagsRequest(
        @NotBlank String value,
        @NotBlank String action,
        @NotEmpty List<@NotNull String> machineIds) {

    TagRequest tag() {
        return new TagRequest(value, action);
    }
}
