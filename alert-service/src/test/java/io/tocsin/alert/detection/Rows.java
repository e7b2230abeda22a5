package io.tocsin.alert.detection;

import io.tocsin.alert.telemetry.MappedEvents;
import io.tocsin.testkit.Tokens;
import io.tocsin.wire.WireTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Lines as ingest takes them, as rules see them.
final class Rows {

    private Rows() {}

    static List<DetectionEvent> of(String line) {
        return MappedEvents.of(line).stream().map(Rows::event).toList();
    }

    private static DetectionEvent event(Map<String, String> columns) {
        return new DetectionEvent(new EventRow(
                UUID.fromString(Tokens.TENANT),
                columns.get("machine_id"),
                new WireTime(Long.parseLong(columns.get("event_ticks"))),
                Long.parseLong(columns.get("report_id")),
                columns));
    }
}
