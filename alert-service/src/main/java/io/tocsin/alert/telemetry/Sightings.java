package io.tocsin.alert.telemetry;

import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// Keeps which machines telemetry speaks of. A row moves only when response-service should know: a new
/// machine, another address, an earlier first or a later last time.
@ApplicationScoped
class Sightings {

    private static final String UPSERT = """
            insert into machine_sighting (tenant_id, machine_id, device_name, last_ip_address, first_seen_ticks, last_seen_ticks)
            values (?, ?, ?, ?, ?, ?)
            on conflict (tenant_id, machine_id) do update set
                last_ip_address = coalesce(excluded.last_ip_address, machine_sighting.last_ip_address),
                first_seen_ticks = least(machine_sighting.first_seen_ticks, excluded.first_seen_ticks),
                last_seen_ticks = greatest(machine_sighting.last_seen_ticks, excluded.last_seen_ticks),
                change_xid = default, change_id = default
            where excluded.last_seen_ticks > machine_sighting.last_seen_ticks + ?
               or excluded.first_seen_ticks < machine_sighting.first_seen_ticks
               or (excluded.last_ip_address is not null
                   and excluded.last_ip_address is distinct from machine_sighting.last_ip_address
                   and excluded.last_seen_ticks >= machine_sighting.last_seen_ticks)
            """;

    /// A minute: a machine that talks all the time is news once a minute.
    private static final long NEWS_TICKS = 60 * io.tocsin.wire.WireTime.TICKS_PER_SECOND;

    private final Statements statements;

    Sightings(Statements statements) {
        this.statements = statements;
    }

    /// Called in the events' own transaction, machines in one order, so that two batches cannot block each
    /// other for good.
    void record(UUID tenant, List<DeviceEvent> events) {
        Map<String, Seen> machines = new TreeMap<>();
        for (DeviceEvent event : events) {
            machines.merge(event.text(Column.MACHINE_ID), Seen.of(event), Seen::and);
        }
        machines.forEach((machine, seen) -> statements.update(
                UPSERT, tenant, machine, seen.name(), seen.address(), seen.first(), seen.last(), NEWS_TICKS));
    }

    /// An address of the machine itself that says where it is.
    static boolean isOwn(String address) {
        return address != null
                && !address.startsWith("127.")
                && !address.startsWith("169.254.")
                && !address.startsWith("fe80")
                && !address.startsWith("ff")
                && !address.equals("0.0.0.0")
                && !address.contains("255.255")
                && !address.matches("(22[4-9]|23\\d)\\..*")
                && !address.matches("[0:]*1?");
    }

    private record Seen(String name, String address, long first, long last) {

        static Seen of(DeviceEvent event) {
            String local = event.text(Column.LOCAL_IP);
            long ticks = event.time().ticks();
            return new Seen(event.text(Column.DEVICE_NAME), isOwn(local) ? local : null, ticks, ticks);
        }

        Seen and(Seen other) {
            Seen later = other.last >= last ? other : this;
            String address = later.address == null ? (later == other ? this.address : other.address) : later.address;
            return new Seen(later.name, address, Math.min(first, other.first), Math.max(last, other.last));
        }
    }
}
