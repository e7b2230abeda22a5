package io.tocsin.alert.telemetry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Map;

/// What became of a request's lines (docs/api.md).
@RegisterForReflection
public record EventIntakeView(
        long received,
        long stored,
        long duplicates,
        long skipped,
        Map<String, Long> skippedBy,
        long failed,
        List<LineError> errors) {

    /// @param line counted from 1
    public record LineError(long line, String code, String message) {}
}
