package io.tocsin.response.devicegroup;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/// @param condition `In` only
/// @param valuesList what the property may be, compared without case
@RegisterForReflection
public record DeviceGroupListPropertyCondition(
        @NotNull OperatorType condition,

        @NotEmpty @Size(max = 10) List<@NotBlank @Size(max = 256) String> valuesList) {

    boolean holds(String text) {
        return valuesList.stream().anyMatch(value -> value.strip().equalsIgnoreCase(text));
    }
}
