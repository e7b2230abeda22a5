package io.tocsin.alert.telemetry;

import io.tocsin.db.AddressMarks;
import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/// Keeps from when to when, on a day, a machine used an address of its own, and in which five minutes in
/// between (docs/adr/075): what a sensor knows of a machine is often no more than that.
@ApplicationScoped
class MachineAddresses {

    /// One row moves at most once a minute, however much the machine talks. A row that was begun without
    /// marks stays without: what it saw before would be lost.
    private static final String UPSERT = """
            insert into machine_address as known (tenant_id, address, day, machine_id, first_ticks, last_ticks, seen)
            select ?, address, day, machine_id, first_ticks, last_ticks, cast(seen as bit(288))
            from unnest(?, cast(? as int[]), ?, cast(? as bigint[]), cast(? as bigint[]), ?)
                as used(address, day, machine_id, first_ticks, last_ticks, seen)
            on conflict (tenant_id, address, day, machine_id) do update set
                first_ticks = least(known.first_ticks, excluded.first_ticks),
                last_ticks = greatest(known.last_ticks, excluded.last_ticks),
                seen = known.seen | excluded.seen
            where excluded.first_ticks < known.first_ticks or excluded.last_ticks > known.last_ticks + ?
                or known.seen | excluded.seen <> known.seen
            """;

    private static final long MINUTE = 60 * WireTime.TICKS_PER_SECOND;
    private static final long DAY = 86_400 * WireTime.TICKS_PER_SECOND;

    private final Statements statements;

    MachineAddresses(Statements statements) {
        this.statements = statements;
    }

    private record Use(String address, long day, String machine) implements Comparable<Use> {

        @Override
        public int compareTo(Use other) {
            int byAddress = address.compareTo(other.address);
            int byDay = byAddress == 0 ? Long.compare(day, other.day) : byAddress;
            return byDay == 0 ? machine.compareTo(other.machine) : byDay;
        }
    }

    /// @param seen a bit for each five minutes of the day
    private record Span(long first, long last, BitSet seen) {

        static Span at(long ticks) {
            var seen = new BitSet(AddressMarks.A_DAY);
            seen.set(AddressMarks.of(ticks));
            return new Span(ticks, ticks, seen);
        }

        Span and(Span other) {
            seen.or(other.seen);
            return new Span(Math.min(first, other.first), Math.max(last, other.last), seen);
        }
    }

    /// Called in the events' own transaction, rows in one order, so that two batches cannot block each
    /// other for good.
    void record(UUID tenant, List<DeviceEvent> events) {
        Map<Use, Span> uses = new TreeMap<>();
        for (DeviceEvent event : events) {
            String address = event.text(Column.LOCAL_IP);
            if (Sightings.isOwn(address)) {
                long ticks = event.time().ticks();
                uses.merge(
                        new Use(address, Math.floorDiv(ticks, DAY), event.text(Column.MACHINE_ID)),
                        Span.at(ticks),
                        Span::and);
            }
        }
        if (!uses.isEmpty()) {
            statements.update(
                    UPSERT,
                    tenant,
                    of(uses, use -> use.getKey().address()),
                    of(uses, use -> use.getKey().day()),
                    of(uses, use -> use.getKey().machine()),
                    of(uses, use -> use.getValue().first()),
                    of(uses, use -> use.getValue().last()),
                    of(uses, use -> AddressMarks.text(use.getValue().seen())),
                    MINUTE);
        }
    }

    private static List<Object> of(Map<Use, Span> uses, Function<Map.Entry<Use, Span>, Object> property) {
        var values = new ArrayList<Object>(uses.size());
        uses.entrySet().forEach(use -> values.add(property.apply(use)));
        return values;
    }
}
