package io.tocsin.indicator.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// What was done to an indicator, newest first.
@RegisterForReflection
record HistoryView(List<Change> value) {

    /// @param action `indicator.submit`, `indicator.delete`, `indicator.expire`
    /// @param before what was replaced, null when it was new
    /// @param after what it was replaced by, null when it was deleted
    record Change(WireTime time, String actor, String action, JsonNode before, JsonNode after) {}
}
