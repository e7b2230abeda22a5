package io.tocsin.indicator.matching;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/// @param values at most 10,000
@RegisterForReflection
public record MatchRequest(@NotNull List<@NotNull @Valid Observable> values) {

    /// Whether all is as the annotations want it, as far as a look shows.
    boolean isPlain() {
        if (values == null) {
            return false;
        }
        for (Observable value : values) {
            if (value == null || !value.isPlain()) {
                return false;
            }
        }
        return true;
    }

    /// @param type as `indicatorType` of the contract
    /// @param value in any form the type has
    /// @param deviceGroup the name or id of the group whose indicators count beside those of all devices
    /// @param machineId the machine whose group that is
    /// @param also other names of the same thing: a file's other hashes and its certificate, a connection's address
    public record Observable(
            @NotBlank String type,
            @NotNull String value,
            @Size(max = 256) String deviceGroup,
            @Size(max = 256) String machineId,
            @Size(max = 8) List<@NotNull @Valid Name> also) {

        Observable(String type, String value) {
            this(type, value, null, null, null);
        }

        private boolean isPlain() {
            return type != null
                    && value != null
                    && !type.isBlank()
                    && deviceGroup == null
                    && machineId == null
                    && also == null;
        }
    }

    /// @param type as `indicatorType` of the contract
    public record Name(@NotBlank String type, @NotNull String value) {}
}
