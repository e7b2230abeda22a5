package io.tocsin.alert.telemetry;

import java.util.List;
import java.util.Map;

/// What became of a request's lines (docs/api.md).
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
