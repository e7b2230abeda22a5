package io.tocsin.alert.correlation;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/// Whatever the order and the batches in which alerts come, and although some come again with more
/// evidence, they end in the connected components of their links. `make prove-correlation` tries more.
class LinkingTest {

    private static final LinkWindows WINDOWS = new LinkWindows(10, 40);
    private static final MergeRules RULES = new MergeRules(1_000, 10_000, false, Set.of());
    private static final Rule[] RULES_THAT_LINK = {
        Rule.SameProcessTree, Rule.SameMachineAndTime, Rule.SharedFileHash, Rule.SharedIpAddress, Rule.SharedAccount
    };

    private record Arrival(String id, long from, long to, List<LinkKey> keys) {}

    @Property(seed = "20261121")
    void shouldEndInTheComponentsOfTheLinksWhateverTheOrder(
            @ForAll @LongRange(min = 0, max = 1L << 40) long seed,
            @ForAll @IntRange(min = 1, max = 40) int alerts,
            @ForAll @IntRange(min = 1, max = 12) int values) {
        // Given
        var random = new Random(seed);
        List<Arrival> last = new ArrayList<>();
        for (int i = 0; i < alerts; i++) {
            last.add(arrival("da" + i, values, random));
        }

        // When
        Set<Set<String>> partition = correlated(inSomeOrder(last, random), random);

        // Then
        assertThat(partition).isEqualTo(components(last));
    }

    private static Arrival arrival(String id, int values, Random random) {
        long from = random.nextInt(300);
        var keys = new HashSet<LinkKey>();
        for (int k = random.nextInt(4); k >= 0; k--) {
            keys.add(
                    new LinkKey(RULES_THAT_LINK[random.nextInt(RULES_THAT_LINK.length)], "v" + random.nextInt(values)));
        }
        return new Arrival(id, from, from + random.nextInt(15), List.copyOf(keys));
    }

    /// Every third alert comes with less of its evidence and a narrower time first.
    private static List<Arrival> inSomeOrder(List<Arrival> last, Random random) {
        var arrivals = new ArrayList<>(last);
        Collections.shuffle(arrivals, random);
        for (Arrival whole : last) {
            if (random.nextInt(3) == 0) {
                int place = random.nextInt(arrivals.indexOf(whole) + 1);
                var some = whole.keys().stream()
                        .filter(key -> random.nextBoolean())
                        .toList();
                arrivals.add(place, new Arrival(whole.id(), whole.from(), whole.from(), some));
            }
        }
        return arrivals;
    }

    /// What the database keeps between two batches, kept in memory.
    private static Set<Set<String>> correlated(List<Arrival> arrivals, Random random) {
        var ids = new AtomicLong();
        Map<String, Long> placed = new HashMap<>();
        Map<Long, Long> redirects = new HashMap<>();
        List<Spot> spots = new ArrayList<>();
        for (int from = 0; from < arrivals.size(); ) {
            int to = Math.min(arrivals.size(), from + 1 + random.nextInt(8));
            var batch = arrivals.subList(from, to).stream().collect(groupingBy(Arrival::id)).values().stream()
                    .map(List::getLast)
                    .map(it -> new LinkedAlert(it.id(), placed.get(it.id()), it.from(), it.to(), null, it.keys()))
                    .toList();
            from = to;
            var candidates = new HashSet<>(placed.values());
            var linking = new Linking(
                    WINDOWS,
                    RULES,
                    spots,
                    candidates.stream()
                            .map(id -> new CandidateIncident(id, id, "Active", null, null, null, false, 1, 1, Set.of()))
                            .toList());
            batch.forEach(linking::place);
            var outcome = linking.outcome();
            Map<Long, Long> stored = new HashMap<>();
            outcome.placed().values().stream()
                    .filter(id -> id >= Linking.NEW)
                    .forEach(id -> stored.computeIfAbsent(id, none -> ids.incrementAndGet()));
            outcome.merges().forEach(merge -> redirects.put(merge.source(), merge.target()));
            placed.replaceAll((alert, id) -> redirects.getOrDefault(id, id));
            outcome.placed().forEach((alert, id) -> placed.put(alert, stored.getOrDefault(id, id)));
            spots.removeAll(outcome.gone());
            outcome.spots()
                    .forEach(spot -> spots.add(new Spot(
                            ids.incrementAndGet() + 1_000_000,
                            spot.key(),
                            stored.getOrDefault(spot.incidentId(), spot.incidentId()),
                            spot.from(),
                            spot.to())));
            spots.replaceAll(spot -> spot.in(redirects.getOrDefault(spot.incidentId(), spot.incidentId())));
        }
        return Set.copyOf(placed.entrySet().stream()
                .collect(groupingBy(Map.Entry::getValue, mapping(Map.Entry::getKey, toCollection(TreeSet::new))))
                .values());
    }

    /// By the definition: two alerts that share a value, with no longer gap than its rule allows, are
    /// together.
    private static Set<Set<String>> components(List<Arrival> alerts) {
        int[] root = new int[alerts.size()];
        for (int i = 0; i < root.length; i++) {
            root[i] = i;
        }
        for (int i = 0; i < root.length; i++) {
            for (int j = 0; j < i; j++) {
                if (isLinked(alerts.get(i), alerts.get(j))) {
                    int from = root[i];
                    int to = root[j];
                    for (int k = 0; k < root.length; k++) {
                        root[k] = root[k] == from ? to : root[k];
                    }
                }
            }
        }
        var groups = new HashMap<Integer, TreeSet<String>>();
        for (int i = 0; i < root.length; i++) {
            groups.computeIfAbsent(root[i], none -> new TreeSet<>())
                    .add(alerts.get(i).id());
        }
        return Set.copyOf(groups.values());
    }

    private static boolean isLinked(Arrival one, Arrival other) {
        long gap = Math.max(one.from() - other.to(), other.from() - one.to());
        return one.keys().stream()
                .filter(other.keys()::contains)
                .anyMatch(key -> gap
                        <= switch (key.rule()) {
                            case SameProcessTree -> Long.MAX_VALUE;
                            case SameMachineAndTime -> 10;
                            default -> 40;
                        });
    }
}
