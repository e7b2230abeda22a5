package io.tocsin.alert.retrohunt;

import io.tocsin.alert.client.indicator.MatchRequest.Name;
import io.tocsin.alert.client.indicator.MatchRequest.Observable;
import io.tocsin.alert.matching.SeenEvent;
import io.tocsin.alert.matching.SeenEvents;
import io.tocsin.alert.retrohunt.RetroHunt.Phase;
import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// What was seen, off the sightings, and the events of it, by their keys: nothing here goes through telemetry.
@ApplicationScoped
class StoredTelemetry {

    /// The time of a sighting may be this much early (`entity_sighting`).
    private static final long UNSURE_TICKS = 5 * 60 * WireTime.TICKS_PER_SECOND;

    private static final int EVENTS_A_TIME = 5;
    private static final int LONGEST_ISSUER = 1_000;

    /// Where counting the machines of a value ends.
    private static final int MOST_COUNTED = 100_000;

    private static final String VALUES = """
            select distinct value from entity_sighting
            where tenant_id = ? and kind = ? and value > ? and last_seen_ticks >= ? order by value limit ?
            """;

    private static final String FACTS = """
            select hash, sha256, md5, signer_hash, issuer from file_fact where tenant_id = ? and hash = any(?)
            """;

    private static final String NEW_URLS = """
            select last_update_ticks, id, match_value from indicator
            where tenant_id = ? and (last_update_ticks, id) > (?, ?) and last_update_ticks >= ?
              and indicator_type = 'Url' and position('/' in match_value) > 0
            order by last_update_ticks, id limit ?
            """;

    private static final String NEW = """
            select id::text from indicator where tenant_id = ? and id = any(?) and last_update_ticks >= ?
            """;

    private static final String MACHINES = """
            select machine_id, first_seen_ticks, last_seen_ticks from entity_sighting
            where tenant_id = ? and kind = ? and value = ? and last_seen_ticks >= ? order by machine_id limit ?
            """;

    private static final String EVENTS = "select distinct " + SeenEvents.COLUMNS + ", e.report_id from ("
            + " select distinct * from unnest(?, ?, ?)) as k(machine, earliest, latest), lateral ("
            + " select * from device_event d where d.tenant_id = ? and d.machine_id = k.machine"
            + " and d.event_ticks between k.earliest and k.latest and d.event_time >= ?"
            + " and (d.remote_ip = ? or lower(d.remote_url) like ? or ? in (d.sha1, d.sha256, d.md5, d.initiating_process_sha1,"
            + " d.initiating_process_sha256)) order by d.event_ticks limit " + EVENTS_A_TIME + ") e";

    /// @param names what to ask for
    /// @param place behind it the next page begins
    record Value(String value, Observable names, String place) {}

    /// @param many those that are left out are counted
    record Machines(List<Seen> seen, long passedOver) {}

    record Seen(String machine, long first, long last) {}

    private final Statements statements;
    private final RetroHuntConfig config;

    StoredTelemetry(Statements statements, RetroHuntConfig config) {
        this.statements = statements;
        this.config = config;
    }

    WireTime since() {
        return WireTime.now().plusSeconds(-config.lookBack().toSeconds());
    }

    /// The next values of a hunt.
    @Transactional
    List<Value> next(RetroHunt hunt) {
        return hunt.phase() == Phase.Url ? urls(hunt) : values(hunt);
    }

    private List<Value> values(RetroHunt hunt) {
        List<String> values = statements.list(
                VALUES,
                row -> row.getString(1),
                hunt.tenant(),
                hunt.phase().name(),
                hunt.place(),
                since().ticks(),
                config.values());
        Map<String, List<Name>> also = hunt.phase() == Phase.File ? names(hunt.tenant(), values) : Map.of();
        return values.stream()
                .map(value -> new Value(
                        value, new Observable(type(hunt.phase(), value), value, null, also.get(value)), value))
                .toList();
    }

    private static String type(Phase phase, String value) {
        return switch (phase) {
            case Ip -> "IpAddress";
            case Domain -> "DomainName";
            case Url -> "Url";
            case File ->
                switch (value.length()) {
                    case 64 -> "FileSha256";
                    case 32 -> "FileMd5";
                    default -> "FileSha1";
                };
        };
    }

    /// A file's other hashes and its certificate.
    private Map<String, List<Name>> names(UUID tenant, Collection<String> hashes) {
        Map<String, List<Name>> names = new HashMap<>();
        statements.list(
                FACTS,
                row -> {
                    var also = new ArrayList<Name>();
                    add(also, "FileSha256", row.getString("sha256"), 64);
                    add(also, "FileMd5", row.getString("md5"), 32);
                    add(also, "CertificateThumbprint", row.getString("signer_hash"), 40);
                    String issuer = row.getString("issuer");
                    if (issuer != null && !issuer.isBlank() && issuer.length() < LONGEST_ISSUER) {
                        also.add(new Name("CertificateThumbprint", "issuer:" + issuer));
                    }
                    names.put(row.getString("hash"), also);
                    return null;
                },
                tenant,
                hashes);
        return names;
    }

    private static void add(List<Name> names, String type, String hash, int digits) {
        if (hash != null && hash.length() == digits) {
            names.add(new Name(type, hash));
        }
    }

    /// New indicators of URLs below a host: their hosts are what was seen.
    private List<Value> urls(RetroHunt hunt) {
        String[] place =
                hunt.place().isEmpty() ? new String[] {"0", "0"} : hunt.place().split(":", 2);
        return statements.list(
                NEW_URLS,
                row -> new Value(
                        host(row.getString(3)),
                        new Observable("Url", row.getString(3)),
                        row.getLong(1) + ":" + row.getLong(2)),
                hunt.tenant(),
                Long.parseLong(place[0]),
                Long.parseLong(place[1]),
                hunt.since().ticks(),
                config.values());
    }

    private static String host(String url) {
        String host = url.substring(0, url.indexOf('/'));
        if (host.startsWith("[")) {
            return host.substring(1, host.indexOf(']'));
        }
        int port = host.lastIndexOf(':');
        return port < 0 ? host : host.substring(0, port);
    }

    /// Those of the ids that are new to the hunt.
    @Transactional
    Set<String> newOnes(RetroHunt hunt, Collection<String> ids) {
        return new HashSet<>(statements.list(
                NEW,
                row -> row.getString(1),
                hunt.tenant(),
                ids.stream().map(Long::valueOf).toArray(Long[]::new),
                hunt.since().ticks()));
    }

    /// Where it was seen.
    @Transactional
    Machines machines(RetroHunt hunt, String value) {
        String kind = switch (hunt.phase()) {
            case Url ->
                value.chars().allMatch(c -> c == '.' || c == ':' || Character.digit(c, 16) >= 0)
                                && (value.indexOf(':') >= 0 || Character.isDigit(value.charAt(value.length() - 1)))
                        ? "Ip"
                        : "Domain";
            default -> hunt.phase().name();
        };
        List<Seen> seen = statements.list(
                MACHINES,
                row -> new Seen(row.getString(1), row.getLong(2), row.getLong(3)),
                hunt.tenant(),
                kind,
                value,
                since().ticks(),
                MOST_COUNTED);
        List<Seen> followed = seen.stream().limit(config.machines()).toList();
        return new Machines(followed, seen.size() - followed.size());
    }

    /// The first events and the last of a value on each of the machines, as far as they are kept.
    @Transactional
    List<SeenEvent> events(RetroHunt hunt, String value, List<Seen> seen) {
        int many = seen.size() * 2;
        String[] machines = new String[many];
        Long[] earliest = new Long[many];
        Long[] latest = new Long[many];
        for (int i = 0; i < seen.size(); i++) {
            Seen one = seen.get(i);
            machines[2 * i] = one.machine();
            earliest[2 * i] = one.first();
            latest[2 * i] = one.first();
            machines[2 * i + 1] = one.machine();
            earliest[2 * i + 1] = one.last();
            latest[2 * i + 1] = one.last() + UNSURE_TICKS;
        }
        return statements.list(
                EVENTS,
                SeenEvents::event,
                machines,
                earliest,
                latest,
                hunt.tenant(),
                since().toInstant().atOffset(java.time.ZoneOffset.UTC),
                value,
                "%" + value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%",
                value);
    }
}
