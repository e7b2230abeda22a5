package io.tocsin.alert.feed;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.UUID;

/// A streaming record (contract 90 §1) with its cursor.
///
/// @param cursor where to go on behind this line; none in a record of a sink
/// @param time when the event was received
/// @param category `AdvancedHunting-` and its table
/// @param properties the row of the table
@RegisterForReflection
record EventLine(
        @JsonInclude(JsonInclude.Include.NON_NULL) String cursor,
        WireTime time,
        UUID tenantId,
        String category,
        ObjectNode properties) {}
