package io.tocsin.response.investigation;

import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/// What alert-service and indicator-service know of what an investigation is about, read from their tables
/// (docs/adr/040): the evidence of its alerts, or of the machine's open ones when a person asked.
@ApplicationScoped
class Evidence {

    private static final String FOUND = """
            with alerts as (
                select a.id, a.severity, a.threat_name, coalesce(a.detector_id, a.title) as detector from alert a
                where a.tenant_id = ? and (exists (select from investigation_alert i where i.tenant_id = a.tenant_id
                        and i.alert_id = a.id and i.investigation_id = ?)
                    or ? and a.machine_id = ? and a.status <> 'Resolved')),
            named as (
                select case when e.sha1 is not null then 'File' when e.url is not null then 'Url' else 'Ip' end as kind,
                    coalesce(lower(e.sha1), e.url, e.ip_address) as value,
                    case when e.sha1 is not null then e.file_path || '\\' || coalesce(e.file_name, '') end as path,
                    e.detection_status, a.severity, a.threat_name, a.detector, e.sha256
                from alerts a join alert_evidence e on e.tenant_id = ? and e.alert_id = a.id
                where coalesce(e.sha1, e.url, e.ip_address) is not null)
            select n.kind, n.value, max(n.path) as path,
                max(n.threat_name) as threat,
                bool_or(coalesce(n.detection_status in ('Prevented', 'Blocked'), false)) as stopped,
                count(distinct n.detector) filter (where n.severity = 'High') as high,
                count(distinct n.detector) filter (where n.severity = 'Medium') as medium,
                (select count(*) from (select from entity_sighting s where s.tenant_id = ?
                    and s.kind = n.kind and s.value = n.value limit 10000) as seen) as machines,
                (select count(*) from (select from machine m where m.tenant_id = ? limit 10000) as fleet) as fleet,
                (select max(f.signer) from file_fact f where f.tenant_id = ? and f.hash = n.value
                    and f.is_valid_certificate) as signer,
                (select i.action from indicator i where i.tenant_id = ?
                    and i.match_value in (n.value, max(lower(n.sha256)))
                    and (i.expiration_ticks is null or i.expiration_ticks > ?)
                    order by i.action <> 'Allowed', i.action not like 'Block%%' limit 1) as indicator
            from named n group by n.kind, n.value order by n.kind, n.value limit 1000
            """.replace("%%", "%");

    /// An entity and what is known of it.
    record Found(String kind, String value, String path, Verdict.Facts facts) {}

    private final Statements statements;

    Evidence(Statements statements) {
        this.statements = statements;
    }

    /// @param wholeMachine whether the machine's other open alerts count too
    List<Found> of(UUID tenant, long investigation, boolean wholeMachine, String machineId) {
        return statements.list(
                FOUND,
                row -> new Found(
                        row.getString("kind"),
                        row.getString("value"),
                        row.getString("path"),
                        new Verdict.Facts(
                                row.getString("indicator"),
                                row.getString("threat"),
                                row.getBoolean("stopped"),
                                row.getInt("high"),
                                row.getInt("medium"),
                                row.getLong("machines"),
                                row.getLong("fleet"),
                                row.getString("signer"),
                                Folder.isOfSystem(row.getString("path")))),
                tenant,
                investigation,
                wholeMachine,
                machineId,
                tenant,
                tenant,
                tenant,
                tenant,
                tenant,
                WireTime.now().ticks());
    }

    void keep(UUID tenant, long investigation, Found found, Verdict verdict) {
        statements.update(
                """
                insert into investigation_entity (tenant_id, investigation_id, kind, value, path, verdict, reasons)
                values (?, ?, ?, ?, ?, ?, ?) on conflict (tenant_id, investigation_id, kind, value) do update set
                    path = excluded.path, verdict = excluded.verdict, reasons = excluded.reasons
                """,
                tenant,
                investigation,
                found.kind(),
                found.value(),
                found.path(),
                verdict.kind().name(),
                verdict.reasons());
    }

    /// Whether its alerts named nothing that can be looked at.
    boolean isEmpty(UUID tenant, long investigation) {
        return statements
                .list(
                        "select exists (select from investigation_entity where tenant_id = ? and investigation_id = ?)",
                        row -> !row.getBoolean(1),
                        tenant,
                        investigation)
                .getFirst();
    }

    /// Whether anything bad is there that no remediation is for.
    boolean isLeftOver(UUID tenant, long investigation) {
        return statements
                .list("""
                select exists (select from investigation_entity e where e.tenant_id = ? and e.investigation_id = ?
                    and e.verdict <> 'NoThreatsFound' and not exists (select from remediation r
                        where r.tenant_id = e.tenant_id and r.investigation_id = e.investigation_id and r.target = e.value))
                """, row -> row.getBoolean(1), tenant, investigation)
                .getFirst();
    }
}
