package io.tocsin.alert.matching;

import static io.tocsin.db.Statements.number;
import static io.tocsin.db.Statements.time;

import io.tocsin.alert.triage.Evidence;
import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/// Events in commit order behind a position (docs/adr/007).
@ApplicationScoped
class EventFeed {

    static final String CONSUMER = "indicator-matching";

    private static final String NEXT = """
            select e.change_xid, e.event_id, e.tenant_id, e.machine_id, e.event_ticks, e.remote_ip, e.remote_url,
                e.sha1, e.sha256, e.md5, e.initiating_process_sha1, e.initiating_process_sha256, e.file_name,
                e.folder_path, e.table_name, e.process_creation_ticks, e.initiating_process_creation_ticks,
                e.process_id, e.initiating_process_id, e.command_line, e.initiating_process_command_line,
                e.initiating_process_file_name, e.initiating_process_folder_path
            from device_event e
            where (e.change_xid, e.event_id) > (
                coalesce((select p.change_xid from event_position p where p.consumer = ?), '0'::xid8),
                coalesce((select p.event_id from event_position p where p.consumer = ?), 0))
              and e.change_xid < feed_horizon()
            order by e.change_xid, e.event_id
            limit ?
            """;

    private static final String MOVE = """
            insert into event_position (consumer, change_xid, event_id) values (?, ?::xid8, ?)
            on conflict (consumer) do update set change_xid = excluded.change_xid, event_id = excluded.event_id
            """;

    private final Statements statements;

    EventFeed(Statements statements) {
        this.statements = statements;
    }

    @Transactional
    List<SeenEvent> next(int most) {
        return statements.list(NEXT, EventFeed::event, CONSUMER, CONSUMER, most);
    }

    /// Called in the transaction that stores what came of the events.
    void moveTo(SeenEvent last) {
        statements.update(MOVE, CONSUMER, last.changeXid(), last.eventId());
    }

    private static SeenEvent event(ResultSet row) throws SQLException {
        return new SeenEvent(
                row.getString("change_xid"),
                row.getLong("event_id"),
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
