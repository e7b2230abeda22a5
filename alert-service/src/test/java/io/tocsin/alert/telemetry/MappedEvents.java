package io.tocsin.alert.telemetry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.testkit.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Events as ingest would store them, without a database.
public final class MappedEvents {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final EventReader READER = new EventReader(JSON);

    private MappedEvents() {}

    /// The columns of what becomes of a line; of a line nothing is kept of, nothing.
    public static List<Map<String, String>> of(String line) {
        var batch = new EventBatch();
        READER.read(
                new EventOrigin(UUID.fromString(Tokens.TENANT), null),
                line.getBytes(StandardCharsets.UTF_8),
                1,
                new IntakeCount(),
                batch);
        var rows = new ArrayList<Map<String, String>>();
        for (DeviceEvent event : batch.events()) {
            var columns = new HashMap<String, String>();
            for (Column column : Column.values()) {
                if (event.get(column) != null) {
                    columns.put(column.column(), event.get(column).toString());
                }
            }
            rows.add(columns);
        }
        return rows;
    }

    /// A Windows event of one machine with what the line does not say: log, time, process.
    public static String windows(String line) {
        try {
            var event = (ObjectNode) JSON.readTree(line);
            var whole = JSON.createObjectNode()
                    .put("Channel", "Microsoft-Windows-Sysmon/Operational")
                    .put("Hostname", "ws5.corp.example")
                    .put("UtcTime", "2026-02-03 09:10:00.500")
                    .put("RecordNumber", 7)
                    .put("ProcessGuid", "{49a15388-bb18-6981-4205-000000000400}")
                    .put("ProcessId", "7540")
                    .put("ParentProcessGuid", "{49a15388-bb00-6981-4205-000000000400}")
                    .put("ParentProcessId", "900")
                    .put("User", "CORP\\ann");
            whole.setAll(event);
            return whole.toString();
        } catch (com.fasterxml.jackson.core.JsonProcessingException wrong) {
            throw new IllegalArgumentException(line, wrong);
        }
    }
}
