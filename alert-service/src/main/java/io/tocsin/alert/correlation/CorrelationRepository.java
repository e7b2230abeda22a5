package io.tocsin.alert.correlation;

import static io.tocsin.db.Statements.number;

import io.tocsin.alert.story.TimeRange;
import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The alerts that wait and what they can be linked by; every statement serves a whole batch.
@ApplicationScoped
class CorrelationRepository {

    static final String FROM = "coalesce(a.first_event_ticks, a.alert_creation_ticks)";
    static final String TO = "coalesce(a.last_event_ticks, a.first_event_ticks, a.alert_creation_ticks)";

    /// From one tenant to the next by the index, however many alerts each has waiting.
    private static final String TENANTS = """
            with recursive waiting as (
                (select tenant_id from alert where not correlated order by tenant_id limit 1)
                union all
                select (select a.tenant_id from alert a where not a.correlated and a.tenant_id > w.tenant_id order by a.tenant_id limit 1)
                from waiting w where w.tenant_id is not null)
            select tenant_id from waiting where tenant_id is not null
            """;

    private static final String WAITING = """
            select a.id, a.machine_id, a.computer_dns_name, a.incident_id, %s as from_ticks, %s as to_ticks,
                a.machine_id is not null and exists (
                    select from alert_link l where l.tenant_id = a.tenant_id and l.alert_id = a.id and l.rule = 'MachineByAddress')
                and not exists (
                    select from alert_link l where l.tenant_id = a.tenant_id and l.alert_id = a.id and l.rule = 'Manual') as by_address
            from alert a
            where a.tenant_id = ? and not a.correlated and (cast(? as text) is null or a.id = ?) and (? or a.incident_id is null)
            order by a.alert_creation_ticks, a.id limit ? for update skip locked
            """.formatted(FROM, TO);

    private static final String REPLACE_KEYS = """
            insert into alert_link_key (tenant_id, alert_id, kind, value)
            select ?, alert_id, kind, value from unnest(?, ?, ?) as mine(alert_id, kind, value) on conflict do nothing
            """;

    private static final String SPOTS = """
            select s.spot_id, s.kind, s.value, s.incident_id, s.from_ticks, s.to_ticks
            from unnest(?, ?, cast(? as bigint[]), cast(? as bigint[])) as mine(kind, value, from_ticks, to_ticks)
            join alert_link_spot s on s.tenant_id = ? and s.kind = mine.kind and s.value = mine.value
                and s.from_ticks <= mine.to_ticks and s.to_ticks >= mine.from_ticks
            """;

    private static final String ADD_SPOTS = """
            insert into alert_link_spot (tenant_id, kind, value, incident_id, from_ticks, to_ticks)
            select ?, kind, value, incident_id, from_ticks, to_ticks
            from unnest(?, ?, cast(? as bigint[]), cast(? as bigint[]), cast(? as bigint[]))
                as new(kind, value, incident_id, from_ticks, to_ticks)
            """;

    private static final String DROP_SPOTS = """
            delete from alert_link_spot s using unnest(?, ?, cast(? as bigint[])) as old(kind, value, spot_id)
            where s.tenant_id = ? and s.kind = old.kind and s.value = old.value and s.spot_id = old.spot_id
            """;

    private static final String PLACE = """
            update alert a set correlated = true, incident_id = p.incident_id,
                last_update_ticks = case when a.incident_id is distinct from p.incident_id
                    then greatest(a.last_update_ticks, ?) else a.last_update_ticks end
            from unnest(?, cast(? as bigint[])) as p(id, incident_id) where a.tenant_id = ? and a.id = p.id
            """;

    private static final String MACHINE_GROUPS = """
            select id, rbac_group_id from machine where tenant_id = ? and id = any(?) and group_generation >= 0
            """;

    /// A key of one alert of the batch, in its time.
    record KeyOfAlert(LinkedAlert alert, LinkKey key) {}

    private final Statements statements;

    CorrelationRepository(Statements statements) {
        this.statements = statements;
    }

    /// The tenants that have work; the one statement here that crosses them.
    List<UUID> tenants() {
        return statements.list(TENANTS, row -> row.getObject("tenant_id", UUID.class));
    }

    /// @param only this alert, or null for the oldest ones
    List<WaitingAlert> waiting(UUID tenant, String only, int most) {
        return statements.list(WAITING, CorrelationRepository::alert, tenant, only, only, true, most);
    }

    /// The oldest that are in no incident yet: nobody who holds the tenant's lock waits for them.
    List<WaitingAlert> waitingNew(UUID tenant, int most) {
        return statements.list(WAITING, CorrelationRepository::alert, tenant, null, null, false, most);
    }

    List<String> waitingIds(UUID tenant, int most) {
        return statements.list(
                "select id from alert where tenant_id = ? and not correlated order by alert_creation_ticks, id limit ?",
                row -> row.getString(1),
                tenant,
                most);
    }

    private static WaitingAlert alert(ResultSet row) throws SQLException {
        long from = row.getLong("from_ticks");
        long to = row.getLong("to_ticks");
        return new WaitingAlert(
                row.getString("id"),
                row.getString("machine_id"),
                row.getString("computer_dns_name"),
                number(row, "incident_id"),
                row.getBoolean("by_address"),
                new TimeRange(new WireTime(Math.min(from, to)), new WireTime(Math.max(from, to))),
                Set.of());
    }

    Map<String, Integer> groups(UUID tenant, Collection<String> machines) {
        record Row(String machine, int group) {}
        return statements
                .list(MACHINE_GROUPS, row -> new Row(row.getString(1), row.getInt(2)), tenant, machines)
                .stream()
                .collect(Collectors.toMap(Row::machine, Row::group));
    }

    /// What the alerts can be linked by from now on, and what they wait for.
    void replaceKeys(UUID tenant, Collection<String> known, Collection<StoredKey> keys) {
        if (!known.isEmpty()) {
            statements.update("delete from alert_link_key where tenant_id = ? and alert_id = any(?)", tenant, known);
        }
        if (!keys.isEmpty()) {
            statements.update(
                    REPLACE_KEYS,
                    tenant,
                    of(keys, StoredKey::alertId),
                    of(keys, StoredKey::kind),
                    of(keys, StoredKey::value));
        }
    }

    /// One row of `alert_link_key`; the kind is a rule's name or one of [AwaitedTelemetry].
    record StoredKey(String alertId, String kind, String value) {}

    /// The spots near one of the alerts; some further ones may be among them.
    List<Spot> spots(UUID tenant, Collection<LinkedAlert> alerts, LinkWindows windows) {
        record Span(LinkKey key, long from, long to) {
            Span and(Span other) {
                return new Span(key, Math.min(from, other.from), Math.max(to, other.to));
            }
        }
        Collection<Span> spans = alerts.stream()
                .flatMap(alert -> alert.keys().stream()
                        .map(key -> new Span(
                                key, alert.from() - windows.of(key.rule()), alert.to() + windows.of(key.rule()))))
                .collect(Collectors.toMap(Span::key, Function.identity(), Span::and))
                .values();
        return spans.isEmpty()
                ? List.of()
                : statements.list(
                        SPOTS,
                        row -> new Spot(
                                row.getLong("spot_id"),
                                new LinkKey(Rule.valueOf(row.getString("kind")), row.getString("value")),
                                row.getLong("incident_id"),
                                row.getLong("from_ticks"),
                                row.getLong("to_ticks")),
                        of(spans, span -> span.key().rule()),
                        of(spans, span -> span.key().value()),
                        of(spans, Span::from),
                        of(spans, Span::to),
                        tenant);
    }

    void replaceSpots(UUID tenant, List<Spot> gone, List<Spot> added) {
        if (!gone.isEmpty()) {
            statements.update(
                    DROP_SPOTS,
                    of(gone, spot -> spot.key().rule()),
                    of(gone, spot -> spot.key().value()),
                    of(gone, Spot::id),
                    tenant);
        }
        if (!added.isEmpty()) {
            statements.update(
                    ADD_SPOTS,
                    tenant,
                    of(added, spot -> spot.key().rule()),
                    of(added, spot -> spot.key().value()),
                    of(added, Spot::incidentId),
                    of(added, Spot::from),
                    of(added, Spot::to));
        }
    }

    /// Puts the alerts into their incidents and takes them off the list of those that wait.
    void place(UUID tenant, Map<String, Long> incidents) {
        int placed = statements.update(
                PLACE,
                WireTime.now().ticks(),
                List.copyOf(incidents.keySet()),
                incidents.keySet().stream().map(incidents::get).toList(),
                tenant);
        if (placed < incidents.size()) { // forgotten since it was read: its incident would hold nothing
            throw new IllegalStateException("alerts are gone that were to be put into incidents: "
                    + (incidents.size() - placed) + " of " + incidents.size());
        }
    }

    /// A column of rows, as a statement binds it.
    static <T> List<String> of(Collection<T> rows, Function<T, ?> property) {
        var values = new ArrayList<String>(rows.size());
        rows.forEach(row -> values.add(String.valueOf(property.apply(row))));
        return values;
    }
}
