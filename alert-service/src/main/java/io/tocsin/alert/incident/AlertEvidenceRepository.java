package io.tocsin.alert.incident;

import static io.tocsin.db.Statements.number;
import static io.tocsin.db.Statements.time;
import static java.util.stream.Collectors.groupingBy;

import io.tocsin.alert.triage.DetectionStatus;
import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Reads the entities of alerts.
@ApplicationScoped
public class AlertEvidenceRepository {

    private static final String COLUMNS = """
            alert_id, entity_type, evidence_creation_ticks, sha1, sha256, file_name, file_path, process_id,
            process_command_line, process_creation_ticks, parent_process_id, parent_process_creation_ticks,
            parent_process_file_name, parent_process_file_path, ip_address, url, registry_key, registry_hive,
            registry_value_type, registry_value, account_name, domain_name, user_sid, aad_user_id,
            user_principal_name, detection_status
            """;

    /// Alerts whose evidence is read at once, before it is known how long it is.
    private static final int AT_ONCE = 50;

    private final Statements statements;

    AlertEvidenceRepository(Statements statements) {
        this.statements = statements;
    }

    /// The entities of each alert in the order they came; an alert without any has no entry.
    public Map<String, List<AlertEvidence>> byAlert(UUID tenant, Collection<String> alertIds) {
        return statements
                .list(
                        "select " + COLUMNS
                                + "from alert_evidence where tenant_id = ? and alert_id = any(?) order by alert_id, position",
                        AlertEvidenceRepository::evidence,
                        tenant,
                        alertIds)
                .stream()
                .collect(groupingBy(AlertEvidence::alertId));
    }

    /// @param byAlert the entities of each alert in the order they came; an alert without any has no entry
    /// @param alerts of how many of the alerts they were read, from the first on
    public record Held(Map<String, List<AlertEvidence>> byAlert, int alerts) {}

    /// The entities of alerts, from the first on, until they have so many characters together: of some alerts more than
    /// that, since how much they have is known when they are read, and of all when that is less.
    public Held upTo(long longest, UUID tenant, List<String> alertIds) {
        var held = new HashMap<String, List<AlertEvidence>>();
        long length = 0;
        int read = 0;
        while (read < alertIds.size() && length < longest) {
            List<String> some = alertIds.subList(read, Math.min(read + AT_ONCE, alertIds.size()));
            var theirs = byAlert(tenant, some);
            length += theirs.values().stream()
                    .flatMap(List::stream)
                    .mapToLong(AlertEvidence::length)
                    .sum();
            held.putAll(theirs);
            read += some.size();
        }
        return new Held(held, read);
    }

    private static AlertEvidence evidence(ResultSet row) throws SQLException {
        return new AlertEvidence(
                row.getString("alert_id"),
                row.getString("entity_type"),
                time(row, "evidence_creation_ticks"),
                row.getString("sha1"),
                row.getString("sha256"),
                row.getString("file_name"),
                row.getString("file_path"),
                number(row, "process_id"),
                row.getString("process_command_line"),
                time(row, "process_creation_ticks"),
                number(row, "parent_process_id"),
                time(row, "parent_process_creation_ticks"),
                row.getString("parent_process_file_name"),
                row.getString("parent_process_file_path"),
                row.getString("ip_address"),
                row.getString("url"),
                row.getString("registry_key"),
                row.getString("registry_hive"),
                row.getString("registry_value_type"),
                row.getString("registry_value"),
                row.getString("account_name"),
                row.getString("domain_name"),
                row.getString("user_sid"),
                row.getString("aad_user_id"),
                row.getString("user_principal_name"),
                DetectionStatus.spelled(row.getString("detection_status")));
    }
}
