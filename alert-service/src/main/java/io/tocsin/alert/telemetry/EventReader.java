package io.tocsin.alert.telemetry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Locale;

/// Makes events of one line, whichever sender wrote it.
@ApplicationScoped
class EventReader {

    private static final WireTime EARLIEST = WireTime.parse("2000-01-01");
    private static final Duration AHEAD = Duration.ofDays(1);

    /// What a DNS name may have.
    private static final int LONGEST_NAME = 255;

    private final ObjectMapper json;

    EventReader(ObjectMapper json) {
        this.json = json;
    }

    /// A bad record of a message harms no other; it is counted with the message's line.
    ///
    /// @throws IllegalArgumentException saying what is wrong with the line as a whole
    void read(EventOrigin origin, byte[] text, long line, IntakeCount count, EventBatch batch) {
        JsonNode node = parse(text);
        JsonNode records = node.get("records");
        if (records == null || !records.isArray()) {
            one(origin, node, line, count, batch);
            return;
        }
        for (JsonNode entry : records) {
            try {
                one(origin, entry, line, count, batch);
            } catch (IllegalArgumentException wrong) {
                count.failed(line, wrong.getMessage());
            }
        }
    }

    private JsonNode parse(byte[] line) {
        try {
            JsonNode node = json.readTree(line);
            if (node == null || !node.isObject()) {
                throw new IllegalArgumentException("not a JSON object");
            }
            return node;
        } catch (JsonProcessingException notJson) {
            throw new IllegalArgumentException("not JSON", notJson);
        } catch (java.io.IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void one(EventOrigin origin, JsonNode node, long line, IntakeCount count, EventBatch batch) {
        JsonNode properties = node.get("properties");
        var row = new Fields(properties != null && properties.isObject() ? properties : node);
        if (WindowsEvent.is(row)) {
            DeviceEvent event = WindowsEvent.map(row);
            if (event == null) {
                count.skipped(WindowsEvent.kind(row));
            } else {
                batch.add(complete(
                                origin,
                                event,
                                null,
                                WindowsEvent.host(row),
                                WindowsEvent.time(row),
                                WindowsEvent.reportId(row))
                        .fromLine(line));
            }
            return;
        }
        String table = HuntingRowMapping.table(new Fields(node).text("category"), row);
        if (table == null) {
            throw new IllegalArgumentException("neither a Windows event nor a row of a hunting table");
        }
        DeviceEvent event = HuntingRowMapping.map(table, row);
        if (event == null) {
            count.skipped(table);
        } else {
            Long report = row.number("ReportId") == null ? row.number("ReportId_long") : row.number("ReportId");
            batch.add(
                    complete(origin, event, row.text("DeviceId"), row.text("DeviceName"), row.time("Timestamp"), report)
                            .fromLine(line));
        }
    }

    private static DeviceEvent complete(
            EventOrigin origin, DeviceEvent event, String id, String name, WireTime time, Long reportId) {
        if (time == null) {
            throw new IllegalArgumentException("the event has no time");
        }
        if (time.compareTo(EARLIEST) < 0 || time.compareTo(WireTime.now().plusSeconds(AHEAD.toSeconds())) > 0) {
            throw new IllegalArgumentException("the event's time " + time + " is out of range");
        }
        if (reportId == null) {
            throw new IllegalArgumentException("the event has no report id");
        }
        if (name == null) {
            throw new IllegalArgumentException("the event names no device");
        }
        if (name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("the device's name is longer than " + LONGEST_NAME + " characters");
        }
        return event.set(Column.MACHINE_ID, origin.machine(id, name))
                .set(Column.DEVICE_NAME, name.toLowerCase(Locale.ROOT))
                .set(Column.EVENT_TICKS, time)
                .set(Column.REPORT_ID, reportId);
    }
}
