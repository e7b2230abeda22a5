package io.tocsin.response.investigation;

import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Remediations; each transition is one guarded statement:
///
/// | from | event | to |
/// |---|---|---|
/// | – | proposed, by the level to be asked for | Pending |
/// | –, Pending | decided by the level; approved | Approved |
/// | Pending | rejected; 7 days over | Rejected; Expired |
/// | Approved | its machine action made | Running |
/// | Approved | the machine action is refused for good | Failed |
/// | Running | the machine action ended | Succeeded, Failed |
@ApplicationScoped
class RemediationRepository {

    private static final String COLUMNS = """
            id, investigation_id, machine_id, kind, target, path, verdict, reasons, status, automatic, created_ticks,
            last_update_ticks, expires_at, decided_by, decided_ticks, comment, action_id, status_details
            """;

    private final Statements statements;

    RemediationRepository(Statements statements) {
        this.statements = statements;
    }

    /// @param before only what is older; null for the newest
    List<RemediationView> page(
            UUID tenant, DeviceScope scope, String status, Long investigation, Long ticks, UUID before, int most) {
        var parameters = new ArrayList<Object>(scope.parameters(tenant));
        parameters.add(status);
        parameters.add(status);
        parameters.add(investigation);
        parameters.add(investigation);
        parameters.add(ticks);
        parameters.add(ticks);
        parameters.add(before);
        parameters.add(most);
        return statements.list(
                "select " + COLUMNS + " from remediation where tenant_id = ? and " + scope.on("remediation") + """
                  and (cast(? as text) is null or status = ?) and (cast(? as bigint) is null or investigation_id = ?)
                  and (cast(? as bigint) is null or (created_ticks, id) < (?, cast(? as uuid)))
                order by created_ticks desc, id desc limit ?
                """,
                RemediationRepository::view,
                parameters.toArray());
    }

    Optional<RemediationView> find(UUID tenant, DeviceScope scope, UUID id) {
        var parameters = new ArrayList<Object>(scope.parameters(tenant));
        parameters.add(id);
        return statements
                .list(
                        "select " + COLUMNS + " from remediation where tenant_id = ? and " + scope.on("remediation")
                                + " and id = ?",
                        RemediationRepository::view,
                        parameters.toArray())
                .stream()
                .findFirst();
    }

    List<RemediationView> of(UUID tenant, long investigation) {
        return statements.list(
                "select " + COLUMNS + " from remediation where tenant_id = ? and investigation_id = ?",
                RemediationRepository::view,
                tenant,
                investigation);
    }

    private static RemediationView view(ResultSet row) throws SQLException {
        return new RemediationView(
                row.getString("id"),
                row.getString("investigation_id"),
                row.getString("machine_id"),
                row.getString("kind"),
                row.getString("target"),
                row.getString("path"),
                row.getString("verdict"),
                Statements.strings(row, "reasons"),
                row.getString("status"),
                row.getBoolean("automatic"),
                Statements.time(row, "created_ticks"),
                Statements.time(row, "last_update_ticks"),
                WireTime.of(row.getTimestamp("expires_at").toInstant()),
                row.getString("decided_by"),
                Statements.time(row, "decided_ticks"),
                row.getString("comment"),
                row.getString("action_id"),
                row.getString("status_details"));
    }

    /// Proposes to quarantine a file, once an investigation.
    ///
    /// @return whether it is new
    boolean propose(
            UUID tenant,
            UUID id,
            long investigation,
            String machine,
            String sha1,
            String path,
            Verdict verdict,
            boolean automatic,
            WireTime now) {
        return statements.update(
                        """
                insert into remediation (tenant_id, id, investigation_id, machine_id, kind, target, path, verdict, reasons,
                    status, automatic, created_ticks, last_update_ticks, expires_at)
                values (?, ?, ?, ?, 'QuarantineFile', ?, ?, ?, ?, ?, ?, ?, ?, now() + interval '7 days')
                on conflict (tenant_id, investigation_id, kind, target) do nothing
                """,
                        tenant,
                        id,
                        investigation,
                        machine,
                        sha1,
                        path,
                        verdict.kind().name(),
                        verdict.reasons(),
                        automatic ? "Approved" : "Pending",
                        automatic,
                        now.ticks(),
                        now.ticks())
                == 1;
    }

    /// @param status `Approved` or `Rejected`
    boolean decide(UUID tenant, UUID id, String status, String by, String comment, WireTime now) {
        return statements.update("""
                update remediation set status = ?, decided_by = ?, decided_ticks = ?, comment = ?,
                    last_update_ticks = greatest(?, last_update_ticks + 1)
                where tenant_id = ? and id = ? and status = 'Pending' and expires_at > now()
                """, status, by, now.ticks(), comment, now.ticks(), tenant, id) == 1;
    }

    /// @return what expired
    List<UUID> expire(UUID tenant, long investigation, WireTime now) {
        return statements.list("""
                update remediation set status = 'Expired', last_update_ticks = greatest(?, last_update_ticks + 1)
                where tenant_id = ? and investigation_id = ? and status = 'Pending' and expires_at <= now() returning id
                """, row -> row.getObject("id", UUID.class), now.ticks(), tenant, investigation);
    }

    boolean run(UUID tenant, UUID id, UUID action, WireTime now) {
        return statements.update("""
                update remediation set status = 'Running', action_id = ?, last_update_ticks = greatest(?, last_update_ticks + 1)
                where tenant_id = ? and id = ? and status = 'Approved'
                """, action, now.ticks(), tenant, id) == 1;
    }

    boolean end(UUID tenant, UUID id, String from, String status, String details, WireTime now) {
        return statements.update("""
                update remediation set status = ?, status_details = ?, last_update_ticks = greatest(?, last_update_ticks + 1)
                where tenant_id = ? and id = ? and status = ?
                """, status, details, now.ticks(), tenant, id, from) == 1;
    }

    /// An action that a running remediation runs as and that has ended.
    record Ended(UUID remediation, String actionStatus) {}

    List<Ended> ended(UUID tenant, long investigation) {
        return statements.list(
                """
                select r.id, a.status from remediation r
                join machine_action a on a.tenant_id = r.tenant_id and a.id = r.action_id
                where r.tenant_id = ? and r.investigation_id = ? and r.status = 'Running'
                  and a.status not in ('Pending', 'InProgress')
                """, row -> new Ended(row.getObject("id", UUID.class), row.getString("status")), tenant, investigation);
    }
}
