package io.tocsin.alert.correlation;

import static io.tocsin.alert.correlation.CorrelationRepository.of;

import io.tocsin.alert.correlation.CommonValues.KeyOnDay;
import io.tocsin.alert.entity.LateSighting;
import io.tocsin.alert.entity.LateSightings;
import io.tocsin.alert.incident.PlacingLock;
import io.tocsin.audit.Audit;
import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// What comes late of earlier days may make a value common on a day that alerts were linked on by it: the day is asked
/// about again, and where the answer is another one, the incidents the value held together are taken apart, as if
/// it had been so from the beginning. What people have had in hands stays together, and takes no more by the value
/// (docs/adr/028).
@ApplicationScoped
class AskedAgain implements LateSightings {

    private static final String ACTOR = "alert-service";

    /// Answers that one transaction looks at again.
    private static final int MOST_ANSWERS = 200;

    /// Incidents that one transaction takes apart, a thousand alerts each unless people have made them larger.
    private static final int MOST_INCIDENTS = 5;

    private static final int MOST_ALERTS = 1_000;

    private static final String TENANTS = "select distinct tenant_id from alert_link_again where day <= "
            + CommonValues.DAY_THAT_HAS_COME + " order by tenant_id";

    /// Until their transaction ends nobody asks, and whoever has asked has stored the answer.
    private static final String LOCK_TENANTS = """
            select cast(pg_advisory_xact_lock(hashtext('alert.correlation'), hashtext(cast(t.tenant_id as text))) as text)
            from (select distinct tenant_id from unnest(?) as late(tenant_id) order by 1) as t
            """;

    /// A file's sightings count for its SHA-256, too.
    private static final String CAME = """
            insert into alert_link_again (tenant_id, kind, value, day)
            select late.tenant_id, late.kind, named.value, asked.day
            from unnest(?, ?, ?, ?) as late(tenant_id, kind, value, day)
            cross join lateral (
                select late.value union select f.sha256 from file_fact f
                where late.kind = 'SharedFileHash' and f.tenant_id = late.tenant_id and f.hash = late.value
                    and f.sha256 is not null) as named(value)
            cross join lateral (
                select d.day from alert_link_day d where d.tenant_id = late.tenant_id and d.kind = late.kind and d.value = named.value
                    and d.day > late.day and not d.common order by d.day desc limit 1) as asked
            on conflict do nothing
            """;

    private static final String DUE = """
            select kind, value, day from alert_link_again
            where tenant_id = ? and after_alert_id is null and day <= %s order by kind, value, day limit ?
            """.formatted(CommonValues.DAY_THAT_HAS_COME);

    private static final String FORGET = """
            delete from alert_link_again a using unnest(?, ?, cast(? as int[])) as done(kind, value, day)
            where a.tenant_id = ? and a.kind = done.kind and a.value = done.value and a.day = done.day
            """;

    /// What is common on a day may be so on the one before that was asked about; what is not is on none before.
    private static final String MAKE_COMMON = """
            with now as (select kind, value, day from unnest(?, ?, cast(? as int[])) as now(kind, value, day)),
            changed as (
                update alert_link_day d set common = true from now
                where d.tenant_id = ? and d.kind = now.kind and d.value = now.value and d.day = now.day and not d.common
                returning d.tenant_id, d.kind, d.value, d.day)
            insert into alert_link_again (tenant_id, kind, value, day, after_alert_id)
            select tenant_id, kind, value, day, '' from changed
            union all
            select c.tenant_id, c.kind, c.value, before.day, null from changed c cross join lateral (
                select d.day from alert_link_day d where d.tenant_id = c.tenant_id and d.kind = c.kind and d.value = c.value
                    and d.day < c.day and not d.common order by d.day desc limit 1) as before
            on conflict do nothing
            """;

    private static final String NEXT = """
            select kind, value, day, after_alert_id from alert_link_again
            where tenant_id = ? and after_alert_id is not null order by kind, value, day limit 1
            """;

    private static final String ALERTS_ON_DAY = """
            select a.id, a.incident_id from alert_link_key k join alert a on a.tenant_id = k.tenant_id and a.id = k.alert_id
            where k.tenant_id = ? and k.kind = ? and k.value = ? and k.alert_id > ? and a.incident_id is not null
                and floor(least(%s, %s) / 864000000000.0) = ?
            order by a.id limit ?
            """.formatted(CorrelationRepository.FROM, CorrelationRepository.TO);

    private static final String LINKED_BY = """
            select a.incident_id from alert_link_key k join alert a on a.tenant_id = k.tenant_id and a.id = k.alert_id
            where k.tenant_id = ? and k.kind = ? and k.value = ? and a.incident_id = any(cast(? as bigint[]))
            group by a.incident_id having count(*) > 1
            """;

    private static final String MOVE_ON = """
            update alert_link_again set after_alert_id = ? where tenant_id = ? and kind = ? and value = ? and day = ?
            """;

    private record Row(KeyOnDay key, String after) {}

    private record Held(String alert, long incident) {}

    private final CorrelationConfig config;
    private final PlacingLock placing;
    private final CommonValues values;
    private final UntouchedIncidents untouched;
    private final MovedAlerts alerts;
    private final Statements statements;
    private final Audit audit;

    AskedAgain(
            CorrelationConfig config,
            PlacingLock placing,
            CommonValues values,
            UntouchedIncidents untouched,
            MovedAlerts alerts,
            Statements statements,
            Audit audit) {
        this.config = config;
        this.placing = placing;
        this.values = values;
        this.untouched = untouched;
        this.alerts = alerts;
        this.statements = statements;
        this.audit = audit;
    }

    /// Telemetry of days that are over: who asks about a later one from now on sees it, and what was asked before is
    /// asked again.
    @Override
    public void came(Collection<LateSighting> late) {
        UUID[] tenants = late.stream().map(LateSighting::tenant).toArray(UUID[]::new);
        var keys = late.stream().map(it -> LinkKey.of(it.key())).toList();
        statements.list(LOCK_TENANTS, row -> null, (Object) tenants);
        statements.update(
                CAME,
                tenants,
                of(keys, LinkKey::rule),
                of(keys, LinkKey::value),
                late.stream().map(LateSighting::day).toArray(Integer[]::new));
    }

    /// The tenants that have something to be asked again.
    @Transactional
    List<UUID> tenants() {
        return statements.list(TENANTS, row -> row.getObject("tenant_id", UUID.class));
    }

    /// Looks at the tenant's next answers again, and takes the next incidents apart; false while another replica does.
    @Transactional
    boolean ask(UUID tenant) {
        if (!placing.tryAlone(tenant)) {
            return false;
        }
        List<KeyOnDay> due = statements.list(DUE, KeyOnDay::of, tenant, MOST_ANSWERS);
        if (!due.isEmpty()) {
            answer(tenant, due);
        }
        List<Row> next =
                statements.list(NEXT, row -> new Row(KeyOnDay.of(row), row.getString("after_alert_id")), tenant);
        next.forEach(row -> takeApart(tenant, row));
        return !due.isEmpty() || !next.isEmpty();
    }

    private void answer(UUID tenant, List<KeyOnDay> due) {
        var common = values.commonNow(tenant, due, config.prevalence());
        forget(tenant, due);
        if (!common.isEmpty()) {
            statements.update(
                    MAKE_COMMON,
                    of(common, it -> it.key().rule()),
                    of(common, it -> it.key().value()),
                    of(common, KeyOnDay::day),
                    tenant);
        }
    }

    private void forget(UUID tenant, List<KeyOnDay> done) {
        statements.update(
                FORGET,
                of(done, it -> it.key().rule()),
                of(done, it -> it.key().value()),
                of(done, KeyOnDay::day),
                tenant);
    }

    /// The incidents of the next alerts that hold the value on the day.
    private void takeApart(UUID tenant, Row row) {
        LinkKey key = row.key().key();
        List<Held> held = statements.list(
                ALERTS_ON_DAY,
                found -> new Held(found.getString("id"), found.getLong("incident_id")),
                tenant,
                key.rule().name(),
                key.value(),
                row.after(),
                row.key().day(),
                MOST_ALERTS);
        var incidents = new LinkedHashSet<Long>();
        int taken = 0;
        while (taken < held.size()
                && (incidents.size() < MOST_INCIDENTS
                        || incidents.contains(held.get(taken).incident()))) {
            incidents.add(held.get(taken++).incident());
        }
        if (!incidents.isEmpty()) {
            takeApart(tenant, row.key(), incidents);
        }
        if (taken == held.size() && held.size() < MOST_ALERTS) {
            forget(tenant, List.of(row.key()));
        } else {
            statements.update(
                    MOVE_ON,
                    held.get(taken - 1).alert(),
                    tenant,
                    key.rule().name(),
                    key.value(),
                    row.key().day());
        }
    }

    /// One in which a single alert holds the value is not held together by it.
    private void takeApart(UUID tenant, KeyOnDay key, Collection<Long> incidents) {
        List<Long> linked = statements.list(
                LINKED_BY,
                row -> row.getLong(1),
                tenant,
                key.key().rule().name(),
                key.key().value(),
                incidents);
        List<Long> apart = untouched.lock(tenant, linked);
        var detail = new LinkedHashMap<String, Map<String, ?>>();
        untouched
                .takeApart(tenant, apart)
                .forEach((incident, its) -> detail.put(
                        Long.toString(incident),
                        Map.of(
                                "before", Map.of("alertIds", its),
                                "common",
                                        Map.of(
                                                "rule", key.key().rule().name(),
                                                "value", key.key().value(),
                                                "day",
                                                        LocalDate.ofEpochDay(key.day())
                                                                .toString()))));
        audit.recordEach(tenant, ACTOR, "incident.takeApart", detail);
        var others = new ArrayList<>(incidents);
        others.removeAll(apart);
        alerts.rebuildSpots(tenant, others);
    }
}
