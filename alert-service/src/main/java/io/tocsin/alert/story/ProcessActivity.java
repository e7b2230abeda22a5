package io.tocsin.alert.story;

import static io.tocsin.db.Statements.number;

import io.tocsin.alert.process.FilePath;
import io.tocsin.alert.process.ProcessRef;
import io.tocsin.wire.WireTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/// One thing a process did.
record ProcessActivity(
        ProcessRef process,
        WireTime time,
        String table,
        String action,
        String path,
        String sha1,
        String remoteIp,
        Long remotePort,
        String remoteUrl,
        String localIp,
        Long localPort,
        String protocol) {

    boolean isFile() {
        return table.equals("DeviceFileEvents");
    }

    boolean isConnection() {
        return table.equals("DeviceNetworkEvents");
    }

    static ProcessActivity of(UUID tenant, ResultSet row) throws SQLException {
        return new ProcessActivity(
                new ProcessRef(tenant, row.getString("machine_id"), row.getString("process_key")),
                new WireTime(row.getLong("event_ticks")),
                row.getString("table_name"),
                row.getString("action_type"),
                path(row.getString("folder_path"), row.getString("file_name")),
                row.getString("sha1"),
                row.getString("remote_ip"),
                number(row, "remote_port"),
                row.getString("remote_url"),
                row.getString("local_ip"),
                number(row, "local_port"),
                row.getString("protocol"));
    }

    private static String path(String folder, String name) {
        return name == null ? folder : FilePath.whole(folder, name);
    }
}
