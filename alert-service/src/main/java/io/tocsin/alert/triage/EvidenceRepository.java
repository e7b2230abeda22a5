package io.tocsin.alert.triage;

import static io.tocsin.db.Statements.number;
import static io.tocsin.db.Statements.time;

import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/// The entities of alerts: read with them, and added to by every repeat of an alert.
@ApplicationScoped
public class EvidenceRepository {

    /// The most entities one alert holds; what comes after is not kept.
    public static final int MOST = 100;

    private static final String INSERT = """
            insert into alert_evidence (tenant_id, alert_id, position, entity_type, evidence_creation_ticks, sha1, sha256,
                file_name, file_path, process_id, process_command_line, process_creation_ticks, parent_process_id,
                parent_process_creation_ticks, parent_process_file_name, parent_process_file_path, ip_address, url,
                registry_key, registry_hive, registry_value_type, registry_value, registry_value_name, account_name,
                domain_name, user_sid, aad_user_id, user_principal_name, detection_status)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, cast(? as bigint), ?, cast(? as bigint), cast(? as bigint), cast(? as bigint),
                ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String COLUMNS = """
            alert_id, entity_type, evidence_creation_ticks, sha1, sha256, file_name, file_path, process_id,
            process_command_line, process_creation_ticks, parent_process_id, parent_process_creation_ticks,
            parent_process_file_name, parent_process_file_path, ip_address, url, registry_key, registry_hive,
            registry_value_type, registry_value, registry_value_name, account_name, domain_name, user_sid,
            aad_user_id, user_principal_name, detection_status
            """;

    private final Statements statements;

    EvidenceRepository(Statements statements) {
        this.statements = statements;
    }

    /// The entities of each alert in the order they came; an alert without any has no entry.
    Map<String, List<Evidence>> of(UUID tenant, Collection<String> alerts) {
        record Row(String alert, Evidence evidence) {}
        return statements
                .list(
                        "select " + COLUMNS
                                + "from alert_evidence where tenant_id = ? and alert_id = any(?) order by alert_id, position",
                        row -> new Row(row.getString("alert_id"), evidence(row)),
                        tenant,
                        alerts)
                .stream()
                .collect(Collectors.groupingBy(
                        Row::alert, Collectors.mapping(Row::evidence, Collectors.toCollection(ArrayList::new))));
    }

    /// Adds what the alert does not hold yet.
    public void add(UUID tenant, String alert, List<Evidence> evidence, WireTime now) {
        List<Evidence> held = new ArrayList<>(of(tenant, List.of(alert)).getOrDefault(alert, List.of()));
        for (Evidence entity : evidence) {
            if (held.size() < MOST && held.stream().noneMatch(entity::isSameEntityAs)) {
                insert(tenant, alert, held.size(), entity.evidenceCreationTime() == null ? entity.at(now) : entity);
                held.add(entity);
            }
        }
    }

    private void insert(UUID tenant, String alert, int position, Evidence it) {
        statements.update(
                INSERT,
                tenant,
                alert,
                position,
                it.entityType(),
                it.evidenceCreationTime().ticks(),
                it.sha1(),
                it.sha256(),
                it.fileName(),
                it.filePath(),
                it.processId(),
                it.processCommandLine(),
                ticks(it.processCreationTime()),
                it.parentProcessId(),
                ticks(it.parentProcessCreationTime()),
                it.parentProcessFileName(),
                it.parentProcessFilePath(),
                it.ipAddress(),
                it.url(),
                it.registryKey(),
                it.registryHive(),
                it.registryValueType(),
                it.registryValue(),
                it.registryValueName(),
                it.accountName(),
                it.domainName(),
                it.userSid(),
                it.aadUserId(),
                it.userPrincipalName(),
                it.detectionStatus());
    }

    private static Long ticks(WireTime time) {
        return time == null ? null : time.ticks();
    }

    private static Evidence evidence(ResultSet row) throws SQLException {
        return new Evidence(
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
                row.getString("registry_value_name"),
                row.getString("account_name"),
                row.getString("domain_name"),
                row.getString("user_sid"),
                row.getString("aad_user_id"),
                row.getString("user_principal_name"),
                DetectionStatus.spelled(row.getString("detection_status")));
    }
}
