package io.tocsin.alert.entity;

import io.tocsin.alert.telemetry.EventFeed;
import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/// Reads of events what statistics are kept of.
@ApplicationScoped
class SightedEvents {

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

    private static final String EVENTS = """
            select e.tenant_id, e.machine_id, e.event_ticks, e.table_name, e.action_type,
                e.file_name, e.folder_path, e.sha1, e.sha256, e.md5, e.initiating_process_file_name,
                e.initiating_process_folder_path, e.initiating_process_sha1, e.initiating_process_sha256,
                e.account_domain, e.account_name, e.account_sid, e.remote_ip, e.remote_url, %s
            from device_event e where""".formatted(BESIDES.stream()
                    .map("coalesce(e.other_columns ->> '%1$s', e.additional_fields ->> '%1$s') as \"%1$s\""::formatted)
                    .collect(Collectors.joining(", ")))
            + EventFeed.WITHIN
            + EventFeed.IN_ORDER;

    /// @param events of the stretch, in the order they were committed
    record Look(EventFeed.Stretch stretch, List<SightedEvent> events) {}

    private final EventFeed feed;
    private final Statements statements;

    SightedEvents(EventFeed feed, Statements statements) {
        this.feed = feed;
        this.statements = statements;
    }

    /// What comes next, so many events at most; empty when there is nothing new.
    @Transactional
    Optional<Look> next(int most) {
        return feed.next(CONSUMER, most)
                .map(stretch -> new Look(stretch, statements.list(EVENTS, SightedEvents::event, stretch.parameters())));
    }

    private static SightedEvent event(ResultSet row) throws SQLException {
        return new SightedEvent(
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
