package io.tocsin.alert.detection;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;

/// A rule to try on stored telemetry: a document, or one there is.
///
/// @param rule YAML as text, or a JSON object
/// @param id of a rule there is; its exclusions count
/// @param hours of telemetry that came in, back from now; 24 when it is missing
@RegisterForReflection
public record DryRunRequest(
        JsonNode rule,
        @Size(max = 64) String id,
        @Min(1) @Max(168) Integer hours) {}
