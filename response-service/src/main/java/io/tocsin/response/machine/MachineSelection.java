package io.tocsin.response.machine;

import io.tocsin.db.AddressMarks;
import io.tocsin.wire.WireTime;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;

/// Which machines a list is of, before any filter: those that have seen something, by alert-service's tables
/// (docs/adr/026).
///
/// @param condition on rows of `machine`, read off an index; the tenant is bound and not taken from the machine's
/// row,
///     or every machine would be asked in turn
/// @param parameters what its placeholders stand for
/// @param most machines on a page
record MachineSelection(String condition, List<Object> parameters, int most) {

    private static final long TICKS_PER_DAY = 864_000_000_000L;

    /// Of a day its first and last sighting are known to the moment and those between to five minutes
    /// (docs/adr/075).
    private static final String HAD_ADDRESS = """
            id in (
                select a.machine_id from machine_address a
                join unnest(cast(? as int[]), cast(? as text[])) as asked(day, marks) on asked.day = a.day
                where a.tenant_id = ? and a.address = any(?) and %1$s
                union
                select a.machine_id from machine_told_address a
                join unnest(cast(? as int[]), cast(? as text[])) as asked(day, marks) on asked.day = a.day
                where a.tenant_id = ? and a.address = any(?) and %1$s
                union
                select m.id from machine m
                where m.tenant_id = ? and m.last_ip_address = any(?) and m.last_seen_ticks between ? and ?)
            """.formatted("""
            a.first_ticks <= ? and a.last_ticks >= ?
                and (a.seen is null or a.first_ticks >= ? or a.last_ticks between ? and ?
                    or bit_count(a.seen & cast(asked.marks as bit(288))) > 0)""");

    /// How far behind the last sighting of a row may be: it moves once in five minutes.
    private static final long FIVE_MINUTES = 300 * WireTime.TICKS_PER_SECOND;

    private static final int MOST_OF_DOMAIN = 500;

    private static final String SEEN = """
            id in (select s.machine_id from entity_sighting s
                where s.tenant_id = ? and s.kind = '%s' and s.value %s)
            """;

    /// What names another hash of the file only is kept under that one.
    private static final String ANY_HASH = """
            in (select ? union select other.hash from file_fact f, unnest(array[f.sha256, f.md5]) as other(hash)
                where f.tenant_id = ? and f.hash = ?)
            """;

    private static final String ANY_DOMAIN =
            "in (select u.value from user_fact u where u.tenant_id = ? and u.account_name = ?)";

    static MachineSelection ofFile(UUID tenant, String sha1) {
        return new MachineSelection(
                SEEN.formatted("File", ANY_HASH), List.of(tenant, sha1, tenant, sha1), Integer.MAX_VALUE);
    }

    static MachineSelection ofDomain(UUID tenant, String host) {
        return new MachineSelection(SEEN.formatted("Domain", "= ?"), List.of(tenant, host), MOST_OF_DOMAIN);
    }

    /// An address of its own between two times: as telemetry tells, or as its agent told.
    ///
    /// @param spellings how senders write it
    static MachineSelection ofAddress(UUID tenant, List<String> spellings, WireTime from, WireTime to) {
        String[] ips = spellings.toArray(String[]::new);
        var days = new ArrayList<Integer>();
        var marks = new ArrayList<String>();
        for (long day = Math.floorDiv(from.ticks(), TICKS_PER_DAY); day * TICKS_PER_DAY <= to.ticks(); day++) {
            long midnight = day * TICKS_PER_DAY;
            var asked = new BitSet(AddressMarks.A_DAY);
            asked.set(
                    AddressMarks.of(Math.max(from.ticks(), midnight)),
                    AddressMarks.of(Math.min(to.ticks(), midnight + TICKS_PER_DAY - 1)) + 1);
            days.add(Math.toIntExact(day));
            marks.add(AddressMarks.text(asked));
        }
        List<Object> seen = List.of(
                days.toArray(Integer[]::new),
                marks.toArray(String[]::new),
                tenant,
                ips,
                to.ticks(),
                from.ticks() - FIVE_MINUTES,
                from.ticks(),
                from.ticks(),
                to.ticks());
        var parameters = new ArrayList<Object>(seen);
        parameters.addAll(seen);
        parameters.addAll(List.of(tenant, ips, from.ticks(), to.ticks()));
        return new MachineSelection(HAD_ADDRESS, parameters, Integer.MAX_VALUE);
    }

    static MachineSelection ofTag(String tag, boolean startsWith) {
        return startsWith
                ? new MachineSelection(
                        "exists (select from unnest(machine_tags) as t(tag) where starts_with(t.tag, ?))",
                        List.of(tag),
                        Integer.MAX_VALUE)
                : new MachineSelection("machine_tags @> array[?::text]", List.of(tag), Integer.MAX_VALUE);
    }

    /// @param name in lower case, of an account of any domain
    static MachineSelection ofUser(UUID tenant, String name) {
        return new MachineSelection(
                SEEN.formatted("User", ANY_DOMAIN), List.of(tenant, tenant, name), Integer.MAX_VALUE);
    }
}
