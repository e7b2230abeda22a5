package io.tocsin.indicator.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;

/// Contract 50 §1, column "in POST". Lists and the category come in several forms, so they are read as they are.
@RegisterForReflection
public record SubmitIndicatorRequest(
        String indicatorValue,
        String indicatorType,
        String action,
        String title,
        String description,
        String severity,
        String application,
        WireTime expirationTime,
        String recommendedActions,
        JsonNode rbacGroupNames,
        JsonNode rbacGroupIds,
        Boolean generateAlert,
        String educateUrl,
        Integer bypassDurationHours,
        String externalId,
        JsonNode category,
        JsonNode mitreTechniques) {}
