package io.tocsin.alert.correlation;

import static io.tocsin.alert.correlation.CorrelationRepository.of;

import io.tocsin.alert.entity.EntityKey;
import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/// Which values so many machines had before a day that they link nothing on it (docs/adr/028). Called under the
/// tenant's lock.
@ApplicationScoped
class CommonValues {

    /// The last day that has come for every transaction that is open: none lasts ten minutes.
    static final String DAY_THAT_HAS_COME = "floor((extract(epoch from now()) - 600) / 86400)";

    /// Whether more machines had the value of `a` before its day, be it telemetry or an alert that says so.
    private static final String IS_COMMON = """
            (select count(*) > ? from (
                (select m.machine_id from alert_link_machine m where m.tenant_id = ? and m.kind = a.kind and m.value = a.value
                    and m.first_day < a.day limit ?)
                union
                (select distinct s.machine_id from entity_sighting s where s.tenant_id = ? and s.kind = a.entity_kind
                    and s.value = any(array(select a.entity_value union select f.hash from file_fact f
                        where a.entity_kind = 'File' and f.tenant_id = ? and f.sha256 = a.entity_value))
                    and s.first_seen_ticks < a.day * 864000000000 limit ?)) as before)
            """;

    /// Alerts that come late of a day before one that was asked about may make the value common on that: if they do not
    /// on the last one that it is not common on, they do on none.
    private static final String SEEN_ON = """
            with mine as (
                select kind, value, machine_id, min(day) as first_day, max(day) as last_day
                from unnest(?, ?, ?, cast(? as int[])) as mine(kind, value, machine_id, day) group by kind, value, machine_id),
            seen as (
                insert into alert_link_machine as m (tenant_id, kind, value, machine_id, first_day, last_day)
                select cast(? as uuid), kind, value, machine_id, first_day, last_day from mine order by kind, value, machine_id
                on conflict (tenant_id, kind, value, machine_id) do update set
                    first_day = least(m.first_day, excluded.first_day), last_day = greatest(m.last_day, excluded.last_day)
                    where excluded.first_day < m.first_day or excluded.last_day > coalesce(m.last_day, m.first_day)
                returning m.tenant_id, m.kind, m.value, m.machine_id, m.first_day)
            insert into alert_link_again (tenant_id, kind, value, day)
            select late.tenant_id, late.kind, late.value, asked.day from (
                select seen.tenant_id, kind, value, min(first_day) as first_day
                from seen join mine using (kind, value, machine_id, first_day) group by seen.tenant_id, kind, value) as late
            cross join lateral (
                select d.day from alert_link_day d where d.tenant_id = late.tenant_id and d.kind = late.kind and d.value = late.value
                    and d.day > late.first_day and not d.common order by d.day desc limit 1) as asked
            on conflict do nothing
            """;

    /// What is found for a day is kept until something that comes late of the days before it says otherwise. A day that
    /// has not come yet is asked about again when it has: until then nothing of the days before it is late.
    private static final String COMMON = """
            with asked as (
                select distinct kind, value, day, entity_kind, entity_value
                from unnest(?, ?, cast(? as int[]), ?, ?) as mine(kind, value, day, entity_kind, entity_value)),
            known as (
                select d.kind, d.value, d.day, d.common from asked join alert_link_day d
                    on d.tenant_id = ? and d.kind = asked.kind and d.value = asked.value and d.day = asked.day),
            found as (
                insert into alert_link_day (tenant_id, kind, value, day, common)
                select ?, a.kind, a.value, a.day, %s
                from asked a where not exists (
                    select from known k where k.kind = a.kind and k.value = a.value and k.day = a.day)
                on conflict do nothing returning tenant_id, kind, value, day, common),
            again as (
                insert into alert_link_again (tenant_id, kind, value, day)
                select tenant_id, kind, value, day from found where not common and day > %s on conflict do nothing)
            select kind, value, day from known where common union all select kind, value, day from found where common
            """.formatted(IS_COMMON, DAY_THAT_HAS_COME);

    private static final String COMMON_NOW = """
            select a.kind, a.value, a.day
            from unnest(?, ?, cast(? as int[]), ?, ?) as a(kind, value, day, entity_kind, entity_value) where %s
            """.formatted(IS_COMMON);

    /// A value on a day.
    record KeyOnDay(LinkKey key, int day) {

        static KeyOnDay of(ResultSet row) throws SQLException {
            return new KeyOnDay(
                    new LinkKey(Rule.valueOf(row.getString("kind")), row.getString("value")), row.getInt("day"));
        }
    }

    private final Statements statements;

    CommonValues(Statements statements) {
        this.statements = statements;
    }

    /// Remembers which machines the values were seen on, and what is to be asked again.
    void seenOn(UUID tenant, List<KeyOnDay> keys, List<String> machines) {
        if (!keys.isEmpty()) {
            statements.update(
                    SEEN_ON,
                    of(keys, it -> it.key().rule()),
                    of(keys, it -> it.key().value()),
                    machines,
                    of(keys, KeyOnDay::day),
                    tenant);
        }
    }

    /// Those that more machines had before the day, as was found first, or again.
    Set<KeyOnDay> common(UUID tenant, Collection<KeyOnDay> keys, int most) {
        return keys.isEmpty()
                ? Set.of()
                : Set.copyOf(statements.list(
                        COMMON,
                        KeyOnDay::of,
                        of(keys, it -> it.key().rule()),
                        of(keys, it -> it.key().value()),
                        of(keys, KeyOnDay::day),
                        entities(keys, EntityKey::kind),
                        entities(keys, EntityKey::value),
                        tenant,
                        tenant,
                        most,
                        tenant,
                        most + 1,
                        tenant,
                        tenant,
                        most + 1));
    }

    /// Those that more machines had before the day, as is known by now.
    List<KeyOnDay> commonNow(UUID tenant, Collection<KeyOnDay> keys, int most) {
        return keys.isEmpty()
                ? List.of()
                : statements.list(
                        COMMON_NOW,
                        KeyOnDay::of,
                        of(keys, it -> it.key().rule()),
                        of(keys, it -> it.key().value()),
                        of(keys, KeyOnDay::day),
                        entities(keys, EntityKey::kind),
                        entities(keys, EntityKey::value),
                        most,
                        tenant,
                        most + 1,
                        tenant,
                        tenant,
                        most + 1);
    }

    private static String[] entities(Collection<KeyOnDay> keys, Function<EntityKey, ?> property) {
        return keys.stream()
                .map(it -> it.key().entity().map(property).map(Object::toString).orElse(null))
                .toArray(String[]::new);
    }
}
