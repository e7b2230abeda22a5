package io.tocsin.alert.matching;

import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/// Counts what indicators match, machine by machine (docs/adr/061). Called in the transaction that moves the place in
/// the
/// feed: an event counts once.
@ApplicationScoped
class IndicatorSightings {

    private static final String ROWS = """
            insert into indicator_sighting as s
                (tenant_id, indicator_id, machine_id, matches, first_seen_ticks, last_seen_ticks, changed_ticks)
            select g.*, ? from unnest(?, ?, ?, ?, ?, ?) g
            on conflict (tenant_id, indicator_id, machine_id) do update set
                first_seen_ticks = least(s.first_seen_ticks, excluded.first_seen_ticks),
                last_seen_ticks = greatest(s.last_seen_ticks, excluded.last_seen_ticks),
                changed_ticks = greatest(s.changed_ticks + 1, excluded.changed_ticks),
                matches = s.matches +
            """;

    private static final String COUNTED = ROWS + " excluded.matches";

    /// What is older than all that is known was never counted.
    private static final String FOUND = ROWS
            + " case when excluded.last_seen_ticks < s.first_seen_ticks then excluded.matches else 0 end"
            + " where excluded.first_seen_ticks < s.first_seen_ticks or excluded.last_seen_ticks > s.last_seen_ticks";

    private record Key(UUID tenant, long indicator, String machine) implements Comparable<Key> {

        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::tenant).thenComparing(Key::indicator).thenComparing(Key::machine);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    private record Count(long matches, long first, long last) {

        private Count and(Count other) {
            return new Count(matches + other.matches, Math.min(first, other.first), Math.max(last, other.last));
        }
    }

    private final Statements statements;

    IndicatorSightings(Statements statements) {
        this.statements = statements;
    }

    /// Of events nobody has counted yet.
    void count(Collection<Match> matches) {
        store(COUNTED, matches);
    }

    /// Of events that were there before, and may have been found before.
    void found(Collection<Match> matches) {
        store(FOUND, matches);
    }

    private void store(String sql, Collection<Match> matches) {
        // In one order, so that two writers cannot block each other for good.
        Map<Key, Count> counts = new TreeMap<>();
        for (Match match : matches) {
            for (Match.Hit hit : match.hits()) {
                long ticks = hit.event().time().ticks();
                counts.merge(
                        new Key(match.tenant(), Long.parseLong(match.indicator().id()), match.machineId()),
                        new Count(1, ticks, ticks),
                        Count::and);
            }
        }
        if (!counts.isEmpty()) {
            statements.update(
                    sql,
                    WireTime.now().ticks(),
                    counts.keySet().stream().map(Key::tenant).toArray(UUID[]::new),
                    counts.keySet().stream().map(Key::indicator).toArray(Long[]::new),
                    counts.keySet().stream().map(Key::machine).toArray(String[]::new),
                    numbers(counts, Count::matches),
                    numbers(counts, Count::first),
                    numbers(counts, Count::last));
        }
    }

    private static Long[] numbers(Map<Key, Count> counts, Function<Count, Long> number) {
        return counts.values().stream().map(number).toArray(Long[]::new);
    }
}
