package io.tocsin.alert.telemetry;

import java.util.ArrayList;
import java.util.List;

/// Events that will be stored together.
final class EventBatch {

    static final int FULL = 1_000;

    private final List<DeviceEvent> events = new ArrayList<>(FULL);

    void add(DeviceEvent event) {
        events.add(event);
    }

    boolean isFull() {
        return events.size() >= FULL;
    }

    List<DeviceEvent> events() {
        return events;
    }

    void clear() {
        events.clear();
    }
}
