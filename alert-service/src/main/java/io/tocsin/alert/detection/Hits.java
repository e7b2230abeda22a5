package io.tocsin.alert.detection;

import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Which alert takes the hits of a rule in a process tree, and how many alerts a rule may still raise.
@ApplicationScoped
class Hits {

    private static final String OPEN = """
            select h.source_ref, h.first_event_ticks, h.last_event_ticks, h.told_ticks
            from detection_hit h
            join alert a on a.tenant_id = h.tenant_id and a.source = ? and a.source_ref = h.source_ref
            where h.tenant_id = ? and h.rule_id = ? and h.machine_id = ? and h.subject = ? and a.status <> 'Resolved'
            """;

    private static final String STORE = """
            insert into detection_hit (tenant_id, rule_id, machine_id, subject, source_ref, hits, first_event_ticks,
                last_event_ticks, told_ticks)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (tenant_id, rule_id, machine_id, subject) do update set
                hits = case when detection_hit.source_ref = excluded.source_ref then detection_hit.hits else 0 end
                    + excluded.hits,
                first_event_ticks = case when detection_hit.source_ref = excluded.source_ref
                    then least(detection_hit.first_event_ticks, excluded.first_event_ticks)
                    else excluded.first_event_ticks end,
                last_event_ticks = case when detection_hit.source_ref = excluded.source_ref
                    then greatest(detection_hit.last_event_ticks, excluded.last_event_ticks)
                    else excluded.last_event_ticks end,
                source_ref = excluded.source_ref, told_ticks = excluded.told_ticks
            """;

    private static final String RAISE = """
            insert into detection_rate (tenant_id, rule_id, hour, raised, suppressed) values (?, ?, ?, 1, 0)
            on conflict (tenant_id, rule_id, hour) do update set raised = detection_rate.raised + 1
            where detection_rate.raised < ?
            returning raised
            """;

    private static final String RAISE_ON_MACHINE = """
            insert into detection_machine_rate (tenant_id, rule_id, machine_id, hour, raised) values (?, ?, ?, ?, 1)
            on conflict (tenant_id, rule_id, machine_id, hour) do update set raised = detection_machine_rate.raised + 1
            where detection_machine_rate.raised < ?
            returning raised
            """;

    private static final String SUPPRESS = """
            insert into detection_rate (tenant_id, rule_id, hour, raised, suppressed) values (?, ?, ?, 0, ?)
            on conflict (tenant_id, rule_id, hour) do update set suppressed = detection_rate.suppressed + excluded.suppressed
            """;

    private static final long HOUR_TICKS = 3_600 * WireTime.TICKS_PER_SECOND;

    /// An alert that takes further hits.
    record Open(String sourceRef, long firstTicks, long lastTicks, long toldTicks) {}

    private final Statements statements;

    Hits(Statements statements) {
        this.statements = statements;
    }

    static long hour(WireTime time) {
        return Math.floorDiv(time.ticks(), HOUR_TICKS);
    }

    /// The alert of the group's rule and tree that nobody has resolved.
    Optional<Open> open(String source, HitGroup group) {
        return statements
                .list(
                        OPEN,
                        row -> new Open(
                                row.getString("source_ref"),
                                row.getLong("first_event_ticks"),
                                row.getLong("last_event_ticks"),
                                row.getLong("told_ticks")),
                        source,
                        group.tenant(),
                        group.rule().id(),
                        group.machineId(),
                        group.subject())
                .stream()
                .findFirst();
    }

    void store(HitGroup group, String sourceRef, long told) {
        statements.update(
                STORE,
                group.tenant(),
                group.rule().id(),
                group.machineId(),
                group.subject(),
                sourceRef,
                (long) group.events().size(),
                group.first().ticks(),
                group.last().ticks(),
                told);
    }

    /// Takes one of the rule's alerts of this hour on the machine: the first, second, …; empty when there is none left.
    Optional<Integer> raise(UUID tenant, String rule, String machine, WireTime now, int most) {
        List<Integer> raised =
                statements.list(RAISE_ON_MACHINE, row -> row.getInt("raised"), tenant, rule, machine, hour(now), most);
        return raised.stream().findFirst();
    }

    /// Takes one of the rule's alerts of this hour: the first, second, …; empty when there is none left.
    Optional<Integer> raise(UUID tenant, String rule, WireTime now, int most) {
        List<Integer> raised = statements.list(RAISE, row -> row.getInt("raised"), tenant, rule, hour(now), most);
        return raised.stream().findFirst();
    }

    void suppress(UUID tenant, String rule, WireTime now, long hits) {
        statements.update(SUPPRESS, tenant, rule, hour(now), hits);
    }
}
