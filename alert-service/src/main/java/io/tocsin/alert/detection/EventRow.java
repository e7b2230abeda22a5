package io.tocsin.alert.detection;

import io.tocsin.wire.WireTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/// A row of `device_event` as it stands.
record EventRow(UUID tenant, String machineId, WireTime time, long reportId, Map<String, String> columns) {

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
