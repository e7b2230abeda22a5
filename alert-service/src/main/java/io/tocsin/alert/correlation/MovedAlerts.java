package io.tocsin.alert.correlation;

import io.tocsin.alert.incident.IncidentReach;
import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Alerts that people move, and what is remembered of it.
@ApplicationScoped
class MovedAlerts {

    private static final String REMEMBER = """
            insert into alert_link (tenant_id, alert_id, rule, linked_alert_id, detail, created_ticks)
            select ?, id, 'Manual', null, ?, ? from unnest(?) as moved(id)
            on conflict (tenant_id, alert_id, rule, coalesce(linked_alert_id, '')) do update set
                detail = excluded.detail, created_ticks = excluded.created_ticks
            """;

    private static final String APART = """
            insert into incident_apart (tenant_id, incident_id, other_incident_id)
            select ?, one, other from (
                select id as one, ? as other from unnest(cast(? as bigint[])) as left_by(id)
                union all select ?, id from unnest(cast(? as bigint[])) as left_by(id)) as pair
            where one <> other on conflict do nothing
            """;

    /// The spans in which the incident's alerts hold a value: a gap longer than the rule's window begins
    /// another.
    private static final String REBUILD = """
            with held as (
                select k.kind, k.value, a.incident_id, %1$s as from_ticks, greatest(%1$s, %2$s) as to_ticks,
                    case k.kind when 'SameProcessTree' then cast(? as bigint) when 'SameMachineAndTime' then cast(? as bigint) else cast(? as bigint) end as reach
                from alert a join lateral (
                    select kind, value from alert_link_key where tenant_id = a.tenant_id and alert_id = a.id and kind not like 'Awaited%%'
                    union all select 'SameMachineAndTime', a.machine_id where a.machine_id is not null) as k on true
                where a.tenant_id = ? and a.incident_id = any(cast(? as bigint[])) and not exists (
                    select from alert_link_day d where d.tenant_id = a.tenant_id and d.kind = k.kind and d.value = k.value
                        and d.day = floor(%1$s / 864000000000.0) and d.common)),
            marked as (
                select *, case when from_ticks - reach <= max(to_ticks) over (
                    partition by kind, value, incident_id order by from_ticks, to_ticks rows between unbounded preceding and 1 preceding)
                    then 0 else 1 end as begins from held),
            numbered as (
                select *, sum(begins) over (partition by kind, value, incident_id order by from_ticks, to_ticks rows unbounded preceding) as span from marked)
            insert into alert_link_spot (tenant_id, kind, value, incident_id, from_ticks, to_ticks)
            select ?, kind, value, incident_id, min(from_ticks), max(to_ticks) from numbered group by kind, value, incident_id, span
            """.formatted(CorrelationRepository.FROM, CorrelationRepository.TO);

    /// With those that were merged into one of them before.
    private static final String REDIRECT_EMPTY = """
            with emptied as (
                select i.incident_id from incident i
                where i.tenant_id = ? and i.incident_id = any(cast(? as bigint[])) and i.incident_id <> ? and i.status <> 'Redirected'
                  and not exists (select from alert a where a.tenant_id = i.tenant_id and a.incident_id = i.incident_id)),
            redirected as (
                update incident i set status = 'Redirected', redirect_incident_id = ?, last_update_ticks = greatest(?, i.last_update_ticks + 1),
                    tags = case when 'Redirected' = any(i.tags) then i.tags else i.tags || 'Redirected'::text end
                where i.tenant_id = ? and (i.incident_id in (select incident_id from emptied)
                    or i.redirect_incident_id in (select incident_id from emptied)))
            select incident_id from emptied
            """;

    private record Row(String id, Long incident) {}

    private final Statements statements;
    private final CorrelationConfig config;

    MovedAlerts(Statements statements, CorrelationConfig config) {
        this.statements = statements;
        this.config = config;
    }

    /// Locks those that are in no incident: before the lock of placing, for whoever changes them takes it behind them.
    void lockUnplaced(UUID tenant, Collection<String> ids) {
        statements.list(
                "select id from alert where tenant_id = ? and id = any(?) and incident_id is null order by id for update",
                row -> true,
                tenant,
                ids);
    }

    /// Those in reach and where they are; nobody else moves them until the transaction ends.
    Map<String, Long> lock(UUID tenant, DeviceScope scope, Collection<String> ids) {
        var parameters = new ArrayList<>(scope.parameters(tenant));
        parameters.add(ids);
        var found = new LinkedHashMap<String, Long>();
        statements
                .list(
                        "select id, incident_id from alert where tenant_id = ? and " + scope.on("alert")
                                + " and id = any(?) order by id for update of alert",
                        row -> new Row(row.getString(1), Statements.number(row, "incident_id")),
                        parameters.toArray())
                .forEach(row -> found.put(row.id(), row.incident()));
        return found;
    }

    /// Which of the incidents the caller reaches.
    Set<Long> inReach(UUID tenant, DeviceScope scope, Collection<Long> ids) {
        var parameters = new ArrayList<>(IncidentReach.parameters(tenant, scope));
        parameters.add(ids);
        return new HashSet<>(statements.list(
                "select incident_id from incident where tenant_id = ? and " + IncidentReach.condition(scope)
                        + " and incident_id = any(cast(? as bigint[]))",
                row -> row.getLong(1),
                parameters.toArray()));
    }

    /// Whether one of the incidents has an alert that the caller does not reach.
    boolean holdBeyond(UUID tenant, DeviceScope scope, Collection<Long> incidents) {
        if (scope.isEverything()) {
            return false;
        }
        return !statements
                .list(
                        "select true from alert where tenant_id = ? and not " + scope.on("alert")
                                + " and incident_id = any(cast(? as bigint[])) limit 1",
                        row -> true,
                        tenant,
                        scope.parameters().getFirst(),
                        incidents)
                .isEmpty();
    }

    List<String> of(UUID tenant, Collection<Long> incidents) {
        return statements.list(
                "select id from alert where tenant_id = ? and incident_id = any(cast(? as bigint[])) order by id",
                row -> row.getString(1),
                tenant,
                incidents);
    }

    /// Why they are where they are from now on.
    void remember(UUID tenant, Collection<String> alerts, String detail) {
        statements.update(REMEMBER, tenant, detail, WireTime.now().ticks(), alerts);
    }

    /// No link brings them together again.
    void apart(UUID tenant, Collection<Long> left, long target) {
        statements.update(APART, tenant, target, left, target, left);
    }

    /// A person has brought them together after all.
    void together(UUID tenant, Collection<Long> incidents) {
        statements.update(
                "delete from incident_apart where tenant_id = ? and incident_id = any(cast(? as bigint[])) and other_incident_id = any(cast(? as bigint[]))",
                tenant,
                incidents,
                incidents);
    }

    void rebuildSpots(UUID tenant, Collection<Long> incidents) {
        var windows = LinkWindows.of(config.machineWindow(), config.sharedWindow());
        statements.update(
                "delete from alert_link_spot where tenant_id = ? and incident_id = any(cast(? as bigint[]))",
                tenant,
                incidents);
        statements.update(
                REBUILD,
                windows.of(Rule.SameProcessTree),
                windows.of(Rule.SameMachineAndTime),
                windows.of(Rule.SharedDomain),
                tenant,
                incidents,
                tenant);
    }

    /// Those nobody has correlated yet have no keys: correlation finds them, and leaves them where they are.
    void wake(UUID tenant, Collection<String> alerts) {
        if (!alerts.isEmpty()) {
            statements.update(
                    "update alert set correlated = false where tenant_id = ? and id = any(?)", tenant, alerts);
        }
    }

    /// The incidents that lost their last alert: they point to where it went.
    List<Long> redirectEmpty(UUID tenant, Collection<Long> left, long target) {
        return statements.list(
                REDIRECT_EMPTY,
                row -> row.getLong(1),
                tenant,
                left,
                target,
                target,
                WireTime.now().ticks(),
                tenant);
    }
}
