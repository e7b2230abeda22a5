package io.tocsin.indicator.matching;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.indicator.CanonicalValue;
import io.tocsin.indicator.IndicatorAction;
import io.tocsin.indicator.IndicatorType;
import io.tocsin.indicator.index.Hits;
import io.tocsin.indicator.index.KeyHash;
import io.tocsin.indicator.index.KeyTable;
import io.tocsin.wire.WireTime;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

/// Index, look-up and precedence together, against a reference that goes over every indicator one by one and says in
/// plain
/// words what covers what: additions, removals, expiry and device groups of all types. `make prove-index` for millions.
class MatchingProofTest {

    private static final int STEPS = Integer.getInteger("tocsin.prove.matching", 60_000);
    private static final long SEED = Long.getLong("tocsin.prove.seed", 20261129L);
    private static final int MOST_ROWS = 150;
    private static final List<UUID> TENANTS = List.of(new UUID(1, 7), new UUID(2, 7));
    private static final List<String> GROUPS = List.of("Finance", "Sales");
    private static final List<String> LABELS = List.of("a", "b", "bad", "cdn", "x-1");
    private static final List<String> PATHS = List.of("", "/a", "/a/b", "/ab", "/a/b/c", "/B");

    private final Random random = new Random(SEED);
    private final KeyTable table = new KeyTable(KeyHash.random());
    private final Map<Long, UUID> tenants = new LinkedHashMap<>();
    private final Map<Long, Candidate> rows = new HashMap<>();
    private final List<Long> ids = new ArrayList<>();
    private long next = 1;
    private long now = 1_000;

    record Asked(IndicatorType type, String value) {}

    @Test
    void shouldDecideAsTheReferenceDoesWhateverIsThere() {
        int matched = 0;
        int lookups = 0;
        for (int step = 0; step < STEPS; step++) {
            now++;
            change();
            if (step % 16 == 0) {
                table.merge();
            }
            for (int i = 0; i < 3; i++, lookups++) {
                UUID tenant = pick(TENANTS);
                DeviceGroup group = random.nextInt(3) == 0 ? null : DeviceGroup.named(pick(GROUPS));
                Asked asked = asked();
                MatchView.Verdict verdict = verdict(tenant, asked, group);
                Candidate expected = reference(tenant, asked, group);
                assertThat(verdict.indicator())
                        .as("step %d: %s of %s for %s", step, asked, tenant, group)
                        .isEqualTo(expected == null ? null : expected.indicator());
                matched += verdict.matched() ? 1 : 0;
            }
        }
        System.out.printf(
                "index: %,d changes, %,d values decided as the reference does, %,d of them matched%n",
                STEPS, lookups, matched);
        assertThat(matched).isBetween(lookups / 10, lookups * 9 / 10);
    }

    private void change() {
        if (ids.size() >= MOST_ROWS || (!ids.isEmpty() && random.nextInt(5) == 0)) {
            int at = random.nextInt(ids.size());
            long id = ids.get(at);
            ids.set(at, ids.getLast());
            ids.removeLast();
            rows.remove(id);
            table.apply(List.of(KeyTable.Change.removed(tenants.remove(id), id)));
            return;
        }
        Candidate made = candidate(next++);
        UUID tenant = pick(TENANTS);
        rows.put(made.id(), made);
        tenants.put(made.id(), tenant);
        ids.add(made.id());
        table.apply(List.of(new KeyTable.Change(tenant, made.id(), made.type(), made.matchValue())));
    }

    private Candidate candidate(long id) {
        IndicatorType type = pick(List.of(IndicatorType.values()));
        String value = value(type, true);
        IndicatorAction action = pick(List.of(IndicatorAction.values()));
        List<String> groups = random.nextInt(3) == 0 ? List.of(pick(GROUPS)) : List.of();
        WireTime expires = random.nextInt(3) == 0 ? new WireTime(now + random.nextInt(300)) : null;
        return new Candidate(
                id,
                type,
                CanonicalValue.of(type, value),
                action,
                random.nextBoolean(),
                groups,
                List.of(),
                new MatchView.MatchedIndicator(
                        Long.toString(id),
                        type.name(),
                        value,
                        action.name(),
                        "t",
                        "d",
                        "Low",
                        1,
                        null,
                        List.of(),
                        expires));
    }

    private Asked asked() {
        IndicatorType type = pick(List.of(IndicatorType.values()));
        return new Asked(type, value(type, false));
    }

    private String value(IndicatorType type, boolean indicator) {
        return switch (type) {
            case FileSha1, CertificateThumbprint -> hex(40);
            case FileSha256 -> hex(64);
            case FileMd5 -> hex(32);
            case IpAddress -> indicator && random.nextInt(2) == 0 ? range() : address();
            case DomainName -> (indicator && random.nextInt(4) == 0 ? "*." : "") + host();
            case Url ->
                (random.nextBoolean() ? "http://" : "HTTPS://")
                        + (random.nextInt(4) == 0 ? bracketed(address()) : host())
                        + pick(PATHS)
                        + (random.nextInt(6) == 0 ? "?q=1" : "");
        };
    }

    private String hex(int digits) {
        String digit = Integer.toHexString(random.nextInt(16));
        return (random.nextBoolean() ? digit.toUpperCase(java.util.Locale.ROOT) : digit).repeat(digits);
    }

    private String host() {
        var host = new StringBuilder("example");
        for (int i = random.nextInt(4); i >= 0; i--) {
            host.insert(0, pick(LABELS) + ".");
        }
        return host.toString();
    }

    private String address() {
        return random.nextInt(3) == 0
                ? "2001:db9::" + Integer.toHexString(random.nextInt(4) << 8) + ":" + random.nextInt(4)
                : "9.9." + random.nextInt(4) * 60 + "." + random.nextInt(4) * 80;
    }

    private String range() {
        return random.nextInt(3) == 0
                ? pick(List.of("2001:db9::/32", "2001:db9::/100", "2001:db9::100:0/112", "2001:db9::200:2/127"))
                : pick(List.of(
                        "9.0.0.0/8", "9.9.0.0/16", "9.9.60.0/24", "9.9.120.128/25", "9.9.0.80/31", "9.9.0.0/17"));
    }

    private static String bracketed(String address) {
        return address.indexOf(':') < 0 ? address : "[" + address + "]";
    }

    private <T> T pick(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private MatchView.Verdict verdict(UUID tenant, Asked asked, DeviceGroup group) {
        List<Lookup.Key> keys = Lookup.keys(asked.type(), asked.value(), table.prefixes(tenant));
        long[] hashes = new long[2 * keys.size()];
        for (int i = 0; i < keys.size(); i++) {
            table.hash().hash(tenant, keys.get(i).type(), keys.get(i).value(), hashes, 2 * i);
        }
        var hits = new Hits();
        table.find(hashes, keys.size(), hits);
        var found = new ArrayList<Candidate>();
        for (int i = 0; i < hits.size(); i++) {
            Candidate row = rows.get(hits.id(i));
            assertThat(row).as("id %d is gone", hits.id(i)).isNotNull();
            Lookup.Key key = keys.get(hits.asked(i));
            assertThat(new Lookup.Key(row.type(), row.matchValue())).isEqualTo(key);
            assertThat(tenants.get(row.id())).isEqualTo(tenant);
            found.add(row);
        }
        return Matcher.verdict(
                new MatchRequest.Observable(asked.type().name(), asked.value()), found, group, new WireTime(now));
    }

    private Candidate reference(UUID tenant, Asked asked, DeviceGroup group) {
        List<Candidate> left = new ArrayList<>();
        for (long id : ids) {
            Candidate row = rows.get(id);
            boolean counts = tenants.get(id).equals(tenant)
                    && covers(row, asked)
                    && (row.indicator().expirationTime() == null
                            || row.indicator().expirationTime().ticks() > now)
                    && (row.groupNames().isEmpty()
                            || (group != null && row.groupNames().contains(group.name())));
            if (counts) {
                left.add(row);
            }
        }
        if (left.isEmpty()) {
            return null;
        }
        left = preferably(left, it -> it.action() != IndicatorAction.Audit && it.action() != IndicatorAction.Alert);
        left = preferably(left, it -> !it.groupNames().isEmpty());
        boolean network = asked.type() == IndicatorType.IpAddress
                || asked.type() == IndicatorType.DomainName
                || asked.type() == IndicatorType.Url;
        if (network) {
            left = preferably(left, it -> it.type() == IndicatorType.Url);
            left = preferably(left, it -> it.type() == IndicatorType.DomainName);
            left = most(left, MatchingProofTest::narrowness);
        }
        List<IndicatorAction> order = network
                ? List.of(
                        IndicatorAction.Allowed,
                        IndicatorAction.Warn,
                        IndicatorAction.BlockAndRemediate,
                        IndicatorAction.Block)
                : List.of(
                        IndicatorAction.BlockAndRemediate,
                        IndicatorAction.Block,
                        IndicatorAction.Warn,
                        IndicatorAction.Allowed);
        for (IndicatorAction action : order) {
            left = preferably(left, it -> now(it.action()) == action);
        }
        return most(left, it -> (int) -it.id()).getFirst();
    }

    private static IndicatorAction now(IndicatorAction action) {
        return action == IndicatorAction.AlertAndBlock ? IndicatorAction.BlockAndRemediate : action;
    }

    private static int narrowness(Candidate it) {
        String value = it.indicator().indicatorValue();
        if (it.type() != IndicatorType.IpAddress) {
            return it.matchValue().length();
        }
        return value.contains("/") ? Integer.parseInt(value.split("/")[1]) : 1_000;
    }

    private static List<Candidate> preferably(List<Candidate> all, Predicate<Candidate> wanted) {
        List<Candidate> some = all.stream().filter(wanted).toList();
        return some.isEmpty() ? all : some;
    }

    private static List<Candidate> most(List<Candidate> all, ToIntFunction<Candidate> figure) {
        int most = all.stream().mapToInt(figure).max().orElseThrow();
        return all.stream().filter(it -> figure.applyAsInt(it) == most).toList();
    }

    private static boolean covers(Candidate indicator, Asked asked) {
        String value = indicator.indicator().indicatorValue();
        return switch (asked.type()) {
            case FileSha1, FileSha256, FileMd5, CertificateThumbprint ->
                indicator.type() == asked.type() && value.equalsIgnoreCase(asked.value());
            case IpAddress -> indicator.type() == IndicatorType.IpAddress && coversAddress(value, asked.value());
            case DomainName ->
                switch (indicator.type()) {
                    case DomainName -> coversHost(value, asked.value());
                    case Url -> parts(value).equals(parts("http://" + asked.value()));
                    default -> false;
                };
            case Url -> {
                URI uri = URI.create(asked.value());
                String host = uri.getHost();
                boolean isAddress = host.startsWith("[") || Character.isDigit(host.charAt(0));
                yield switch (indicator.type()) {
                    case IpAddress ->
                        isAddress && coversAddress(value, host.replace("[", "").replace("]", ""));
                    case DomainName -> !isAddress && coversHost(value, host);
                    case Url -> coversUrl(value, asked.value());
                    default -> false;
                };
            }
        };
    }

    private static boolean coversHost(String domain, String host) {
        return domain.startsWith("*.")
                ? host.endsWith(domain.substring(1))
                : host.equals(domain) || host.endsWith("." + domain);
    }

    private static boolean coversUrl(String indicator, String asked) {
        List<Object> one = parts(indicator);
        List<Object> other = parts(asked);
        if (one.get(2) != null) {
            return one.equals(other);
        }
        String path = (String) one.get(1);
        return one.get(0).equals(other.get(0))
                && (other.get(1).equals(path) || ((String) other.get(1)).startsWith(path + "/"));
    }

    /// Host, path and query, which may be null.
    private static List<Object> parts(String url) {
        URI uri = URI.create(url);
        Function<String, Object> address = host -> Character.isDigit(host.charAt(0)) || host.startsWith("[")
                ? InetAddress.ofLiteral(host.replace("[", "").replace("]", ""))
                : host;
        return java.util.Arrays.asList(address.apply(uri.getHost()), uri.getPath(), uri.getQuery());
    }

    private static boolean coversAddress(String indicator, String asked) {
        byte[] address = InetAddress.ofLiteral(asked).getAddress();
        byte[] first = InetAddress.ofLiteral(indicator.split("/")[0]).getAddress();
        if (address.length != first.length) {
            return false;
        }
        int bits = indicator.contains("/") ? Integer.parseInt(indicator.split("/")[1]) : address.length * 8;
        int rest = address.length * 8 - bits;
        return new BigInteger(1, address).shiftRight(rest).equals(new BigInteger(1, first).shiftRight(rest));
    }
}
