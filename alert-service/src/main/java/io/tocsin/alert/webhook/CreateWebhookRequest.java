package io.tocsin.alert.webhook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/// @param alertFilter as `$filter` of the feed of alerts; null lets all through
/// @param incidentFilter the same of incidents
/// @param batchSize events of one request at most, 1 to 100; 1 when it is left out
/// @param from `now`, which is the default, `beginning` or a time: where the first delivery begins
@RegisterForReflection
public record CreateWebhookRequest(
        @NotBlank @Size(max = 100) String name,
        @NotBlank @Size(max = 2_000) String url,
        @NotEmpty @Size(max = 10) List<@NotNull Kind> kinds,
        @Size(max = 8_192) String alertFilter,
        @Size(max = 8_192) String incidentFilter,
        @Min(1) @Max(100) Integer batchSize,
        @Size(max = 64) String from) {}
