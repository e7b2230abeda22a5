package io.tocsin.alert.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.wire.WireTime;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/// Contract 10 §4.3; all eight are required. A hunting row gives `reportId` as a number, the page as text: both are
/// read.
public record CreateAlertByReferenceRequest(
        @NotBlank @Size(max = 64) String machineId,
        @NotNull WireTime eventTime,
        @NotNull JsonNode reportId,

        @NotBlank @Pattern(regexp = "(?i)Low|Medium|High", message = "is none of Low, Medium, High")
        String severity,

        @NotBlank @Size(max = 512) String title,
        @NotBlank @Size(max = 4000) String description,
        @NotBlank @Size(max = 4000) String recommendedAction,

        @NotBlank @Pattern(regexp = "[A-Za-z]{1,64}", message = "is not a category")
        String category) {}
