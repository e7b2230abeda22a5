package io.tocsin.alert.correlation;

import io.tocsin.alert.correlation.CorrelationRepository.StoredKey;
import io.tocsin.alert.incident.AlertEvidence;
import io.tocsin.alert.process.ProcessKeeper;
import io.tocsin.alert.process.ProcessTrees;
import io.tocsin.alert.story.EvidenceProcesses;
import io.tocsin.alert.story.SystemPrograms;
import io.tocsin.alert.telemetry.EventFeed;
import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/// Lets alerts be correlated again when telemetry comes that says more of what they name: follows
/// `device_event` behind a position (docs/adr/007), never ahead of those who keep the processes, and finds by the
/// index of the keys whom an event concerns.
@ApplicationScoped
class AwaitedTelemetry {

    /// Kinds of `alert_link_key` that link nothing: what an event would have to speak of.
    static final String TRACE = "AwaitedTrace";

    static final String ADDRESS = "AwaitedAddress";

    static final String MACHINE = "AwaitedMachine";

    static final String PROCESS = "AwaitedProcess";

    private static final String CONSUMER = "correlation";

    /// An alert that is being correlated now has not seen the events and has not stored its keys: what
    /// holds the lock is waited for, and what comes after it sees the events.
    private static final String LOCK_TENANTS = """
            select cast(pg_advisory_xact_lock(hashtext('alert.correlation'), hashtext(cast(t.tenant_id as text))) as text)
            from (select distinct e.tenant_id from device_event e
                  where %s order by 1) as t
            """.formatted(EventFeed.WITHIN);

    /// What everything hangs below is no alert's key, so its name as a parent is no news.
    private static final String WAKE = """
            with events as materialized (
                select e.tenant_id, e.machine_id, e.event_ticks, lower(e.device_name) as name, e.process_key, e.process_id, e.remote_ip, e.local_ip,
                    e.table_name in ('DeviceProcessEvents', 'DeviceFileEvents') as is_of_file, lower(e.sha1) as sha1, lower(e.sha256) as sha256,
                    e.table_name = 'DeviceProcessEvents' and e.action_type = 'ProcessCreated' as is_creation
                from device_event e
                where %3$s and (cast(? as uuid) is null or e.tenant_id = ?)),
            made as (
                select distinct tenant_id, machine_id, process_key from events where process_key is not null
                union
                select c.tenant_id, c.machine_id, c.process_key from events e cross join lateral (
                    select p.tenant_id, p.machine_id, p.process_key from process p
                    where p.tenant_id = e.tenant_id and p.machine_id = e.machine_id and p.parent_process_id = e.process_id
                      and p.parent_process_key = e.process_key offset 0) as c
                where e.is_creation
                union
                select a.tenant_id, a.machine_id, above.parent_process_key
                from (select distinct tenant_id, machine_id, process_key from events where process_key is not null) as a
                cross join lateral (
                    select p.parent_process_key from process p
                    where p.tenant_id = a.tenant_id and p.machine_id = a.machine_id and p.process_key = a.process_key limit 1) as above
                where above.parent_process_key is not null),
            told as (
                select k.tenant_id, k.alert_id from made m
                join alert_link_key k on k.tenant_id = m.tenant_id and k.kind = 'SameProcessTree'
                    and k.value = m.machine_id || ':' || m.process_key
                cross join lateral (
                    select p.parent_process_key, above.file_name from process p
                    left join process above on above.tenant_id = p.tenant_id and above.machine_id = p.machine_id
                        and above.process_key = p.parent_process_key
                    where p.tenant_id = m.tenant_id and p.machine_id = m.machine_id and p.process_key = m.process_key
                      and p.parent_process_key is not null limit 1) as p
                where not lower(regexp_replace(coalesce(p.file_name, ''), '^.*[\\\\/]', '')) = any(?) and not exists (
                    select from alert_link_key has where has.tenant_id = k.tenant_id and has.alert_id = k.alert_id
                        and has.kind = 'SameProcessTree' and has.value = m.machine_id || ':' || p.parent_process_key)
                union
                select k.tenant_id, k.alert_id from made m
                join alert_link_key k on k.tenant_id = m.tenant_id and k.kind = 'AwaitedProcess'
                    and k.value = m.machine_id || ':' || split_part(m.process_key, ':', 1)
                join alert a on a.tenant_id = k.tenant_id and a.id = k.alert_id
                join process p on p.tenant_id = m.tenant_id and p.machine_id = m.machine_id and p.process_key = m.process_key
                where p.process_creation_ticks <= greatest(%1$s, %2$s) + %4$d
                    and not lower(regexp_replace(coalesce(p.file_name, ''), '^.*[\\\\/]', '')) = any(?) and not exists (
                        select from process q where q.tenant_id = p.tenant_id and q.machine_id = p.machine_id and q.process_id = p.process_id
                            and (q.process_creation_ticks > p.process_creation_ticks and q.process_creation_ticks <= greatest(%1$s, %2$s)
                                or p.process_creation_ticks > greatest(%1$s, %2$s) and q.process_creation_ticks < p.process_creation_ticks))
                    and not exists (
                        select from alert_link_key has where has.tenant_id = k.tenant_id and has.alert_id = k.alert_id
                            and has.kind = 'SameProcessTree' and has.value = m.machine_id || ':' || m.process_key)
                union
                select k.tenant_id, k.alert_id from events e cross join lateral (values
                    ('remote_ip:' || e.remote_ip), (case when e.is_of_file then 'sha1:' || e.sha1 end),
                    (case when e.is_of_file then 'sha256:' || e.sha256 end)) as t(value)
                join alert_link_key k on k.tenant_id = e.tenant_id and k.kind = 'AwaitedTrace' and k.value = e.machine_id || ':' || t.value
                join alert a on a.tenant_id = k.tenant_id and a.id = k.alert_id
                    and e.event_ticks between %1$s - 864000000000 and %2$s + 864000000000
                where e.process_key is not null and not exists (
                    select from alert_link_key p where p.tenant_id = k.tenant_id and p.alert_id = k.alert_id
                        and p.kind = 'SameProcessTree' and p.value = e.machine_id || ':' || e.process_key)
                union
                select k.tenant_id, k.alert_id from (
                    select tenant_id, machine_id, local_ip, min(event_ticks) as first, max(event_ticks) as last
                    from events where local_ip is not null group by 1, 2, 3) as e
                join alert_link_key k on k.tenant_id = e.tenant_id and k.kind = 'AwaitedAddress' and k.value = e.local_ip
                join alert a on a.tenant_id = k.tenant_id and a.id = k.alert_id
                    and a.machine_id is distinct from e.machine_id and %1$s between e.first - 9000000000 and e.last + 9000000000
                where not exists (
                    select from alert_link_key has where has.tenant_id = k.tenant_id and has.alert_id = k.alert_id
                        and has.kind = 'SameMachineAndTime' and has.value = e.machine_id)
                union
                select k.tenant_id, k.alert_id from (select distinct tenant_id, machine_id, name from events) as e
                join alert_link_key k on k.tenant_id = e.tenant_id and k.kind = 'AwaitedMachine'
                    and k.value in (e.name, split_part(e.name, '.', 1))
                join alert a on a.tenant_id = k.tenant_id and a.id = k.alert_id and a.machine_id is null
                where k.value = e.name or not exists (
                    select from machine_sighting s where s.tenant_id = e.tenant_id and s.machine_id <> e.machine_id
                      and lower(s.device_name) ~>=~ (k.value || '.') and lower(s.device_name) ~<~ (k.value || '/')
                    union all
                    select from machine m where m.tenant_id = e.tenant_id and m.id <> e.machine_id
                      and lower(m.computer_dns_name) ~>=~ (k.value || '.') and lower(m.computer_dns_name) ~<~ (k.value || '/')))
            update alert a set correlated = false from (
                select a.tenant_id, a.id from told join alert a on a.tenant_id = told.tenant_id and a.id = told.alert_id
                where a.correlated order by a.tenant_id, a.incident_id is not null, a.id for update of a) as again
            where a.tenant_id = again.tenant_id and a.id = again.id
            """.formatted(
                    CorrelationRepository.FROM, CorrelationRepository.TO, EventFeed.WITHIN, ProcessTrees.LATE_TICKS);

    private final EventFeed feed;
    private final Statements statements;

    AwaitedTelemetry(EventFeed feed, Statements statements) {
        this.feed = feed;
        this.statements = statements;
    }

    /// What an alert waits for.
    static Collection<StoredKey> of(WaitingAlert alert, Collection<AlertEvidence> evidence) {
        Set<StoredKey> keys = new LinkedHashSet<>();
        if (alert.machineId() == null && alert.machineName() != null) {
            keys.add(new StoredKey(alert.id(), MACHINE, alert.machineName().toLowerCase(Locale.ROOT)));
        } else if (alert.isLocatedByAddress()) {
            LinkKeys.internalAddresses(evidence)
                    .forEach(address -> keys.add(new StoredKey(alert.id(), ADDRESS, address)));
        }
        for (String machine : alert.machines()) {
            EvidenceProcesses.traceValues(evidence)
                    .forEach(trace -> keys.add(
                            new StoredKey(alert.id(), TRACE, machine + ":" + trace.kind() + ":" + trace.value())));
        }
        if (alert.machineId() != null) {
            evidence.stream()
                    .filter(EvidenceProcesses::isNumbered)
                    .forEach(process -> keys.add(
                            new StoredKey(alert.id(), PROCESS, alert.machineId() + ":" + process.processId())));
        }
        return keys;
    }

    /// What was there before is what the alerts were correlated with.
    @Transactional
    void begin() {
        feed.begin(CONSUMER);
    }

    /// Holds the next events against what alerts wait for; false when there are none.
    @Transactional
    boolean follow(int most) {
        EventFeed.Stretch stretch = feed.nextBehind(
                        CONSUMER, most, ProcessKeeper.FOLLOWERS, ProcessKeeper.FOLLOWER_COUNT)
                .orElse(null);
        if (stretch == null) {
            return false;
        }
        statements.list(LOCK_TENANTS, row -> null, stretch.parameters());
        statements.update(WAKE, stretch.parameters(null, null, SystemPrograms.hubs(), SystemPrograms.hubs()));
        feed.move(CONSUMER, stretch);
        return true;
    }

    /// Where the next events to be followed begin.
    EventFeed.Place place() {
        return feed.place(CONSUMER);
    }

    /// Lets the tenant's alerts be correlated again that events since that place concern: who read telemetry and stored
    /// what the alerts wait for before the lock could not be woken in between, since nobody saw it yet.
    void wakeAgain(UUID tenant, EventFeed.Place since) {
        EventFeed.Place now = feed.place(CONSUMER);
        if (!now.equals(since)) {
            statements.update(
                    WAKE,
                    new EventFeed.Stretch(since, now)
                            .parameters(tenant, tenant, SystemPrograms.hubs(), SystemPrograms.hubs()));
        }
    }

    /// How long ago the oldest event was received that nobody has looked at, in seconds.
    double lag() {
        return feed.backlog(CONSUMER).seconds();
    }
}
