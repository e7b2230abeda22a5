package io.tocsin.alert.telemetry;

import io.tocsin.wire.LineReader;
import java.util.ArrayList;
import java.util.List;

/// Events that will be stored together.
final class EventBatch {

    static final int FULL = 1_000;

    /// Bytes of the lines, however few they are.
    private static final int LARGEST = 4 * 1024 * 1024;

    private final List<DeviceEvent> events = new ArrayList<>(FULL);
    private int bytes;
    private LineReader.Patience patience;

    /// A line is read into it.
    void weigh(int line) {
        bytes += line;
    }

    void add(DeviceEvent event) {
        if (events.isEmpty()) {
            patience = new LineReader.Patience();
        }
        events.add(event);
    }

    boolean isFull() {
        return events.size() >= FULL || bytes >= LARGEST;
    }

    /// How long the first of its events may still wait for more of them; of one that has any.
    LineReader.Patience patience() {
        return patience;
    }

    List<DeviceEvent> events() {
        return events;
    }

    void clear() {
        events.clear();
        bytes = 0;
    }
}
