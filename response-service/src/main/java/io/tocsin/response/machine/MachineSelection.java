package io.tocsin.response.machine;

import io.tocsin.wire.WireTime;
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

    private static final String HAD_ADDRESS = """
            id in (
                select a.machine_id from machine_address a
                where a.tenant_id = ? and a.address = any(?) and a.day between ? and ? and a.first_ticks <= ? and a.last_ticks >= ?
                union
                select t.machine_id from machine_told_address t
                where t.tenant_id = ? and t.address = any(?) and t.day between ? and ? and t.first_ticks <= ? and t.last_ticks >= ?
                union
                select m.id from machine m
                where m.tenant_id = ? and m.last_ip_address = any(?) and m.last_seen_ticks between ? and ?)
            """;

    /// How far behind a told address may be: its row moves once in five minutes.
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
        long firstDay = Math.floorDiv(from.ticks(), TICKS_PER_DAY);
        long lastDay = Math.floorDiv(to.ticks(), TICKS_PER_DAY);
        return new MachineSelection(
                HAD_ADDRESS,
                List.of(
                        tenant,
                        ips,
                        firstDay,
                        lastDay,
                        to.ticks(),
                        from.ticks(),
                        tenant,
                        ips,
                        firstDay,
                        lastDay,
                        to.ticks(),
                        from.ticks() - FIVE_MINUTES,
                        tenant,
                        ips,
                        from.ticks(),
                        to.ticks()),
                Integer.MAX_VALUE);
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
