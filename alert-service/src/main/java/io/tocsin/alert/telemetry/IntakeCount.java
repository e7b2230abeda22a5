package io.tocsin.alert.telemetry;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What became of the lines of one request.
final class IntakeCount {

    private static final int MOST_LISTED = 100;

    private final Map<String, Long> skippedBy = new TreeMap<>();
    private final List<EventIntakeView.LineError> errors = new ArrayList<>();
    private long received;
    private long stored;
    private long duplicates;
    private long skipped;
    private long failed;

    void received() {
        received++;
    }

    void skipped(String kind) {
        skipped++;
        if (skippedBy.size() < MOST_LISTED || skippedBy.containsKey(kind)) {
            skippedBy.merge(kind, 1L, Long::sum);
        }
    }

    void failed(long line, String message) {
        failed(line, CommonProblem.INVALID_REQUEST_BODY, message);
    }

    void failed(long line, ProblemType why, String message) {
        failed++;
        if (errors.size() < MOST_LISTED) {
            errors.add(new EventIntakeView.LineError(line, why.code(), message));
        }
    }

    void stored(int rows, int known) {
        stored += rows;
        duplicates += known;
    }

    EventIntakeView toView() {
        return new EventIntakeView(received, stored, duplicates, skipped, skippedBy, failed, errors);
    }
}
