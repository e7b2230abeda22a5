package io.tocsin.alert.correlation;

import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/// Opens, merges and renames incidents.
@ApplicationScoped
class OpenIncidents {

    private static final String MOVE_INTO = """
            update incident t set
                tags = (select coalesce(array_agg(distinct tag), '{}') from unnest(t.tags || s.tags) as tag where tag <> 'Redirected'),
                assigned_to = coalesce(t.assigned_to, s.assigned_to),
                classification = coalesce(t.classification, s.classification),
                determination = coalesce(t.determination, s.determination),
                status = case when s.status = 'InProgress' then s.status else t.status end
            from incident s
            where t.tenant_id = ? and t.incident_id = ? and s.tenant_id = ? and s.incident_id = ?
            """;

    private static final String REDIRECT = """
            update incident set status = 'Redirected', redirect_incident_id = ?, tags = '{Redirected}', last_update_ticks = ?
            where tenant_id = ? and incident_id = ? and status in ('Active', 'InProgress')
            """;

    private static final String RENAME = """
            update incident set incident_name = ?, last_update_ticks = ?, severity = (
                select s.severity from alert a
                join unnest(array['UnSpecified', 'Informational', 'Low', 'Medium', 'High']) with ordinality as s(severity, rank)
                    on s.severity = a.severity
                where a.tenant_id = ? and a.incident_id = ? order by s.rank desc limit 1)
            where tenant_id = ? and incident_id = ?
            """;

    private final Statements statements;

    OpenIncidents(Statements statements) {
        this.statements = statements;
    }

    /// Reads and locks them until the end of the transaction, so that nobody closes one meanwhile.
    List<CandidateIncident> lock(UUID tenant, Collection<Long> ids) {
        return statements.list(
                "select incident_id, created_ticks, status, assigned_to, classification, determination from incident where tenant_id = ? and incident_id = any(cast(? as bigint[])) order by incident_id for update",
                row -> new CandidateIncident(
                        row.getLong("incident_id"),
                        row.getLong("created_ticks"),
                        row.getString("status"),
                        row.getString("assigned_to"),
                        row.getString("classification"),
                        row.getString("determination")),
                tenant,
                ids);
    }

    long open(UUID tenant) {
        long now = WireTime.now().ticks();
        return statements.list("""
                        insert into incident (tenant_id, incident_name, created_ticks, last_update_ticks, status, severity)
                        values (?, '', ?, ?, 'Active', 'UnSpecified') returning incident_id
                        """, row -> row.getLong(1), tenant, now, now).getFirst();
    }

    /// Whether the source was still open and now is a part of the target.
    boolean merge(UUID tenant, long source, long target) {
        long now = WireTime.now().ticks();
        statements.update(MOVE_INTO, tenant, target, tenant, source);
        if (statements.update(REDIRECT, target, now, tenant, source) == 0) {
            return false;
        }
        statements.update(
                "update incident set redirect_incident_id = ? where tenant_id = ? and redirect_incident_id = ?",
                target,
                tenant,
                source);
        statements.update(
                "update alert set incident_id = ?, last_update_ticks = greatest(last_update_ticks, ?) where tenant_id = ? and incident_id = ?",
                target,
                now,
                tenant,
                source);
        return true;
    }

    /// Name and severity by the alerts it has now.
    void describe(UUID tenant, long id) {
        var parts = statements.list(
                "select title, category, coalesce(computer_dns_name, machine_id) from alert where tenant_id = ? and incident_id = ?",
                row -> new IncidentName.Part(row.getString(1), row.getString(2), row.getString(3)),
                tenant,
                id);
        statements.update(RENAME, IncidentName.of(parts), WireTime.now().ticks(), tenant, id, tenant, id);
    }
}
