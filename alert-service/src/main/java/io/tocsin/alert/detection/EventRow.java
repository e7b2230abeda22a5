package io.tocsin.alert.detection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.wire.WireTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// A row of `device_event` as it stands.
record EventRow(UUID tenant, String machineId, WireTime time, long reportId, Map<String, String> columns) {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String[] TEXTS = {
        "device_name",
        "table_name",
        "action_type",
        "process_key",
        "process_id",
        "process_creation_ticks",
        "file_name",
        "folder_path",
        "command_line",
        "sha1",
        "sha256",
        "md5",
        "account_domain",
        "account_name",
        "account_sid",
        "parent_process_key",
        "initiating_process_id",
        "initiating_process_creation_ticks",
        "initiating_process_file_name",
        "initiating_process_folder_path",
        "initiating_process_command_line",
        "initiating_process_sha1",
        "initiating_process_sha256",
        "remote_ip",
        "remote_port",
        "remote_url",
        "local_ip",
        "local_port",
        "protocol",
        "registry_key",
        "registry_value_name",
        "registry_value_data",
        "additional_fields",
        "other_columns"
    };

    /// Those that hold an object.
    private static final List<String> OBJECTS = List.of("additional_fields", "other_columns");

    static final String COLUMNS =
            "e.tenant_id, e.machine_id, e.event_ticks, e.report_id, e." + String.join(", e.", TEXTS);

    static EventRow of(ResultSet row) throws SQLException {
        var columns = new HashMap<String, String>();
        for (String name : TEXTS) {
            String value = row.getString(name);
            if (value != null && !value.isEmpty()) {
                columns.put(name, value);
            }
        }
        return new EventRow(
                row.getObject("tenant_id", UUID.class),
                row.getString("machine_id"),
                new WireTime(row.getLong("event_ticks")),
                row.getLong("report_id"),
                columns);
    }

    /// The same with what another event of the same thing says, too.
    EventRow completedBy(EventRow other) {
        var all = new HashMap<>(other.columns);
        all.putAll(columns);
        for (String json : OBJECTS) {
            if (columns.containsKey(json) && other.columns.containsKey(json)) {
                all.put(json, merged(columns.get(json), other.columns.get(json)));
            }
        }
        return new EventRow(tenant, machineId, time, reportId, all);
    }

    private static String merged(String one, String other) {
        try {
            if (JSON.readTree(one) instanceof ObjectNode first && JSON.readTree(other) instanceof ObjectNode second) {
                return second.setAll(first).toString();
            }
            return one;
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the database holds broken JSON", impossible);
        }
    }

    String get(String column) {
        return columns.get(column);
    }

    Long number(String column) {
        String value = columns.get(column);
        return value == null ? null : Long.valueOf(value);
    }

    WireTime moment(String column) {
        Long ticks = number(column);
        return ticks == null ? null : new WireTime(ticks);
    }
}
