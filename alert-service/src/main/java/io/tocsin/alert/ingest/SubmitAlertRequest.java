package io.tocsin.alert.ingest;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.alert.triage.AlertSeverity;
import io.tocsin.alert.triage.Evidence;
import io.tocsin.wire.WireTime;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/// An alert of any product (docs/api.md).
@RegisterForReflection
public record SubmitAlertRequest(
        @NotBlank @Size(max = 128) String source,
        @NotBlank @Size(max = 256) String sourceRef,
        @NotBlank @Size(max = 512) String title,
        @Size(max = 4000) String description,
        @NotNull AlertSeverity severity,
        @Size(max = 64) String category,
        @Size(max = 256) String detectorId,
        @Size(max = 256) String threatName,
        @Size(max = 256) String threatFamilyName,
        @Size(max = 4000) String recommendedAction,
        WireTime firstEventTime,
        WireTime lastEventTime,
        WireTime lastUpdateTime,
        @Size(max = 64) String machineId,
        @Size(max = 255) String computerDnsName,
        @Size(max = 50) List<@NotBlank @Size(max = 32) String> mitreTechniques,
        @Size(max = 100) List<@NotNull Evidence> evidence) {}
