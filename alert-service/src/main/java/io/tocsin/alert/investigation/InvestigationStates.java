package io.tocsin.alert.investigation;

import io.quarkus.logging.Log;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.alert.incident.PlacingLock;
import io.tocsin.db.Statements;
import io.tocsin.jobs.Job;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;

/// Lets alerts say how their investigation stands: response-service writes it down, and shows it in a view
/// (docs/adr/037). One that found no threat, or took it away, resolves its alerts (contract 40 §4); the alert that only
/// says that somebody started one is resolved by its end, whatever that was (contract 40 §3).
@ApplicationScoped
class InvestigationStates implements Job {

    private static final int AT_ONCE = 500;
    private static final int MOST_LOOKS = 20;

    private static final String TENANTS = """
            select distinct a.tenant_id from alert a join alert_investigation v on v.tenant_id = a.tenant_id and v.alert_id = a.id
            where a.investigation_state in ('Queued', 'Running', 'PendingApproval', 'PendingResource')
              and (a.investigation_id, a.investigation_state) is distinct from (v.investigation_id, v.investigation_state)
            """;

    private static final String FOLLOW = """
            with moved as (
                select a.tenant_id, a.id, a.incident_id, a.status, v.investigation_id, v.investigation_state,
                    a.status <> 'Resolved' and v.end_ticks is not null and (a.source = 'TocsinInvestigation'
                        or v.investigation_state in ('Benign', 'SuccessfullyRemediated')) as resolves
                from alert a join alert_investigation v on v.tenant_id = a.tenant_id and v.alert_id = a.id
                where a.tenant_id = ? and a.investigation_state in ('Queued', 'Running', 'PendingApproval', 'PendingResource')
                  and (a.investigation_id, a.investigation_state) is distinct from (v.investigation_id, v.investigation_state)
                order by a.id limit ? for no key update of a skip locked),
            told as (
                update alert a set investigation_id = m.investigation_id, investigation_state = m.investigation_state,
                    status = case when m.resolves then 'Resolved' else a.status end,
                    resolved_ticks = case when m.resolves then ? else a.resolved_ticks end,
                    last_update_ticks = greatest(a.last_update_ticks + 1, ?)
                from moved m where a.tenant_id = m.tenant_id and a.id = m.id),
            shown as (
                update incident i set last_update_ticks = greatest(i.last_update_ticks + 1, ?)
                from (select h.tenant_id, h.incident_id from incident h
                    where (h.tenant_id, h.incident_id) in (select tenant_id, incident_id from moved where resolves)
                    order by h.incident_id for no key update) m
                where i.tenant_id = m.tenant_id and i.incident_id = m.incident_id),
            recorded as (
                insert into audit_entry (tenant_id, service, at_ticks, actor, action, target, detail)
                select tenant_id, 'alert-service', ?, 'alert-service', 'alert.resolve', id, jsonb_build_object(
                    'before', jsonb_build_object('status', status), 'after', jsonb_build_object('status', 'Resolved'),
                    'investigationId', investigation_id, 'state', investigation_state)
                from moved where resolves)
            select count(*) from moved
            """;

    private final Statements statements;
    private final PlacingLock placing;

    InvestigationStates(Statements statements, PlacingLock placing) {
        this.statements = statements;
        this.placing = placing;
    }

    @Override
    public String name() {
        return "investigation-states";
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(1);
    }

    @Override
    public void run() {
        for (UUID tenant : statements.list(TENANTS, row -> row.getObject(1, UUID.class))) {
            try {
                followAll(tenant);
            } catch (RuntimeException failed) {
                Log.warnf(failed, "Investigations were not followed, will be tried again: tenant=%s", tenant);
            }
        }
    }

    private void followAll(UUID tenant) {
        int moved = AT_ONCE;
        for (int look = 0; moved == AT_ONCE && look < MOST_LOOKS; look++) {
            moved = QuarkusTransaction.requiringNew().call(() -> follow(tenant));
        }
    }

    private int follow(UUID tenant) {
        placing.withOthers(tenant);
        long now = WireTime.now().ticks();
        return statements
                .list(FOLLOW, row -> row.getInt(1), tenant, AT_ONCE, now, now, now, now)
                .getFirst();
    }
}
