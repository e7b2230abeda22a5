package io.tocsin.alert.webhook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/// What is to be otherwise; what is null stays.
///
/// @param alertFilter empty: none any more
/// @param incidentFilter the same
@RegisterForReflection
public record WebhookChange(
        @Size(min = 1, max = 100) String name,
        @Size(min = 1, max = 2_000) String url,
        @Size(min = 1, max = 10) List<@NotNull Kind> kinds,
        @Size(max = 8_192) String alertFilter,
        @Size(max = 8_192) String incidentFilter,
        @Min(1) @Max(100) Integer batchSize) {

    boolean isNothing() {
        return name == null
                && url == null
                && kinds == null
                && alertFilter == null
                && incidentFilter == null
                && batchSize == null;
    }
}
