package io.tocsin.alert.telemetry;

import java.util.ArrayList;
import java.util.List;

/// Events that will be stored together.
final class EventBatch {

    static final int FULL = 1_000;

    /// Bytes of the lines, however few they are.
    private static final int LARGEST = 4 * 1024 * 1024;

    private final List<DeviceEvent> events = new ArrayList<>(FULL);
    private int bytes;

    /// A line is read into it.
    void weigh(int line) {
        bytes += line;
    }

    void add(DeviceEvent event) {
        events.add(event);
    }

    boolean isFull() {
        return events.size() >= FULL || bytes >= LARGEST;
    }

    List<DeviceEvent> events() {
        return events;
    }

    void clear() {
        events.clear();
        bytes = 0;
    }
}
