package io.tocsin.alert.entity;

import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/// Events in commit order behind a position (docs/adr/007).
@ApplicationScoped
class EventFeed {

    static final String CONSUMER = "entity-sightings";

    /// Columns of hunting tables and of Sysmon that have no column of their own.
    private static final List<String> BESIDES = List.of(
            "LogonType",
            "FileSize",
            "ProcessVersionInfoCompanyName",
            "ProcessVersionInfoProductName",
            "Signer",
            "Signature",
            "SignatureStatus",
            "Issuer",
            "SignerHash",
            "IsTrusted");

    private static final String NEXT = """
            select e.change_xid, e.event_id, e.tenant_id, e.machine_id, e.event_ticks, e.table_name, e.action_type,
                e.file_name, e.folder_path, e.sha1, e.sha256, e.md5, e.initiating_process_file_name,
                e.initiating_process_folder_path, e.initiating_process_sha1, e.initiating_process_sha256,
                e.account_domain, e.account_name, e.account_sid, e.remote_ip, e.remote_url, %s
            from device_event e
            where (e.change_xid, e.event_id) > (
                coalesce((select p.change_xid from event_position p where p.consumer = ?), '0'::xid8),
                coalesce((select p.event_id from event_position p where p.consumer = ?), 0))
              and e.change_xid < feed_horizon()
            order by e.change_xid, e.event_id
            limit ?
            """.formatted(BESIDES.stream()
            .map("coalesce(e.other_columns ->> '%1$s', e.additional_fields ->> '%1$s') as \"%1$s\""::formatted)
            .collect(Collectors.joining(", ")));

    private static final String MOVE = """
            insert into event_position (consumer, change_xid, event_id) values (?, ?::xid8, ?)
            on conflict (consumer) do update set change_xid = excluded.change_xid, event_id = excluded.event_id
            """;

    private final Statements statements;

    EventFeed(Statements statements) {
        this.statements = statements;
    }

    @Transactional
    List<SightedEvent> next(int most) {
        return statements.list(NEXT, EventFeed::event, CONSUMER, CONSUMER, most);
    }

    /// Called in the transaction that stores what came of the events.
    void moveTo(SightedEvent last) {
        statements.update(MOVE, CONSUMER, last.changeXid(), last.eventId());
    }

    private static SightedEvent event(ResultSet row) throws SQLException {
        return new SightedEvent(
                row.getString("change_xid"),
                row.getLong("event_id"),
                row.getObject("tenant_id", UUID.class),
                row.getString("machine_id"),
                row.getLong("event_ticks"),
                row.getString("table_name"),
                row.getString("action_type"),
                row.getString("file_name"),
                row.getString("folder_path"),
                row.getString("sha1"),
                row.getString("sha256"),
                row.getString("md5"),
                row.getString("initiating_process_file_name"),
                row.getString("initiating_process_folder_path"),
                row.getString("initiating_process_sha1"),
                row.getString("initiating_process_sha256"),
                row.getString("account_domain"),
                row.getString("account_name"),
                row.getString("account_sid"),
                row.getString("remote_ip"),
                row.getString("remote_url"),
                besides(row));
    }

    private static Map<String, String> besides(ResultSet row) throws SQLException {
        Map<String, String> besides = new HashMap<>();
        for (String name : BESIDES) {
            String value = row.getString(name);
            if (value != null) {
                besides.put(name, value);
            }
        }
        return besides;
    }
}
