package io.tocsin.response.devicegroup;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.Locale;

/// @param condition any but `In`
/// @param value at most 256 characters, compared without case
@RegisterForReflection
public record DeviceGroupPropertyCondition(
        @NotNull OperatorType condition,
        @NotBlank @Size(max = 256) String value) {

    boolean holds(String text) {
        return condition.holds(text.toLowerCase(Locale.ROOT), value.strip().toLowerCase(Locale.ROOT));
    }
}
