package io.tocsin.alert.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Counts what became of the lines and keeps the first that were refused.
final class CountedResults implements AlertStream.Results {

    private static final int MOST_LISTED = 100;

    private final List<LineView> errors = new ArrayList<>();
    private long received;
    private long created;
    private long repeated;
    private long skipped;
    private long failed;

    @Override
    public void add(List<LineView> chunk) {
        for (LineView line : chunk) {
            received++;
            switch (line.status()) {
                case 201 -> created++;
                case 200 -> repeated++;
                case 204 -> skipped++;
                default -> {
                    failed++;
                    if (errors.size() < MOST_LISTED) {
                        errors.add(line);
                    }
                }
            }
        }
    }

    /// Nobody is told anything before the end.
    @Override
    public Duration patience() {
        return null;
    }

    @Override
    public void paused() {}

    StreamView toView() {
        return new StreamView(received, created, repeated, skipped, failed, List.copyOf(errors));
    }
}
