package io.tocsin.response.client.alert;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Map;

/// What became of the lines of one upload; its sender is answered the same.
@RegisterForReflection
public record TelemetryReport(
        long received,
        long stored,
        long duplicates,
        long skipped,
        Map<String, Long> skippedBy,
        long failed,
        List<LineError> errors) {

    /// A line that was not taken, counted from 1.
    @RegisterForReflection
    public record LineError(long line, String code, String message) {}
}
