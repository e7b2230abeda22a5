package io.tocsin.alert.matching;

import static io.tocsin.db.Statements.number;
import static io.tocsin.db.Statements.time;

import io.tocsin.alert.telemetry.EventFeed;
import io.tocsin.alert.triage.Evidence;
import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Reads of events what indicators may know.
@ApplicationScoped
public class SeenEvents {

    /// Who follows the feed for indicators.
    public static final String CONSUMER = "indicator-matching";

    /// Of an event `e`.
    public static final String COLUMNS = """
            e.tenant_id, e.machine_id, e.event_ticks, e.remote_ip, e.remote_url,
                e.sha1, e.sha256, e.md5, e.initiating_process_sha1, e.initiating_process_sha256, e.file_name,
                e.folder_path, e.table_name, e.process_creation_ticks, e.initiating_process_creation_ticks,
                e.process_id, e.initiating_process_id, e.command_line, e.initiating_process_command_line,
                e.initiating_process_file_name, e.initiating_process_folder_path
            """;

    private static final String EVENTS =
            "select " + COLUMNS + " from device_event e where" + EventFeed.WITHIN + EventFeed.IN_ORDER;

    /// @param events of the stretch, in the order they were committed
    record Look(EventFeed.Stretch stretch, List<SeenEvent> events) {}

    private final EventFeed feed;
    private final Statements statements;

    SeenEvents(EventFeed feed, Statements statements) {
        this.feed = feed;
        this.statements = statements;
    }

    /// What comes next, so many events at most; empty when there is nothing new.
    @Transactional
    Optional<Look> next(int most) {
        return feed.next(CONSUMER, most)
                .map(stretch -> new Look(stretch, statements.list(EVENTS, SeenEvents::event, stretch.parameters())));
    }

    /// A row whose columns are [#COLUMNS].
    public static SeenEvent event(ResultSet row) throws SQLException {
        return new SeenEvent(
                row.getObject("tenant_id", UUID.class),
                row.getString("machine_id"),
                time(row, "event_ticks"),
                row.getString("remote_ip"),
                row.getString("remote_url"),
                row.getString("sha1"),
                row.getString("sha256"),
                row.getString("md5"),
                row.getString("initiating_process_sha1"),
                row.getString("initiating_process_sha256"),
                process(row),
                row.getString("file_name"),
                row.getString("folder_path"));
    }

    private static Evidence process(ResultSet row) throws SQLException {
        boolean creation = "DeviceProcessEvents".equals(row.getString("table_name"));
        String prefix = creation ? "" : "initiating_process_";
        String name = row.getString(prefix + "file_name");
        if (name == null) {
            return null;
        }
        WireTime created = time(row, creation ? "process_creation_ticks" : "initiating_process_creation_ticks");
        return Evidence.process(
                row.getString(prefix + "sha1"),
                row.getString(prefix + "sha256"),
                name,
                row.getString(prefix + "folder_path"),
                number(row, creation ? "process_id" : "initiating_process_id"),
                row.getString(prefix + "command_line"),
                created);
    }
}
