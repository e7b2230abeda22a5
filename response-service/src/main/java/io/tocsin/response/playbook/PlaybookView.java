package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;

/// A playbook with its newest definition (docs/api.md).
///
/// @param suppressed runs that were not begun since there were too many in the hour
/// @param problem why it could not be begun; null since it was changed
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
        long suppressed,
        WireTime lastSuppressedTime,
        String problem,
        WireTime problemTime,
        JsonNode definition) {}
