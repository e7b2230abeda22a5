package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;

/// A playbook with its newest definition (docs/api.md).
@RegisterForReflection
public record PlaybookView(
        String id,
        String name,
        String description,
        boolean enabled,
        int version,
        String createdBy,
        WireTime createdTime,
        String lastUpdatedBy,
        WireTime lastUpdateTime,
        JsonNode definition) {}
