package io.tocsin.alert.correlation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Decides for a batch of alerts where they belong, in memory: which incidents take them, which are opened,
/// which become one (docs/adr/028). Nothing here depends on the order of the alerts as long as [MergeRules]
/// refuses nothing.
final class Linking {

    /// Incidents that are not stored yet are younger than all that are; their ids count up from here.
    static final long NEW = 1L << 62;

    private final LinkWindows windows;
    private final MergeRules rules;
    private final Map<Long, CandidateIncident> incidents = new HashMap<>();
    private final Map<Long, Long> mergedInto = new HashMap<>();
    private final Map<LinkKey, List<Spot>> stored = new HashMap<>();
    private final Map<LinkKey, List<Spot>> now = new HashMap<>();
    private final Map<String, Long> placed = new LinkedHashMap<>();
    private final List<Merge> merges = new ArrayList<>();
    private long opened = NEW;

    /// One incident that went into another that stands.
    record Merge(long source, long target) {}

    /// What is to be written.
    ///
    /// @param placed the incident of each alert; those from [#NEW] on are to be opened
    /// @param merges of stored incidents only
    /// @param gone spots that are no more
    /// @param spots those that take their place
    record Outcome(Map<String, Long> placed, List<Merge> merges, List<Spot> gone, List<Spot> spots) {}

    /// @param spots all that are near the alerts to come
    /// @param candidates the incidents of these spots and of the alerts
    Linking(LinkWindows windows, MergeRules rules, Collection<Spot> spots, Collection<CandidateIncident> candidates) {
        this.windows = windows;
        this.rules = rules;
        candidates.forEach(incident -> incidents.put(incident.id(), incident));
        for (Spot spot : spots) {
            stored.computeIfAbsent(spot.key(), key -> new ArrayList<>()).add(spot);
            now.computeIfAbsent(spot.key(), key -> new ArrayList<>()).add(spot);
        }
    }

    void place(LinkedAlert alert) {
        CandidateIncident own = alert.incidentId() == null ? null : incidents.get(standing(alert.incidentId()));
        long incident = own != null && !own.isOpen() ? own.id() : join(alert, own);
        placed.put(alert.id(), incident);
        CandidateIncident taken = incidents.get(incident);
        incidents.put(incident, taken.taking(own == null ? 1 : 0, alert.group(), addSpots(alert, incident)));
    }

    private long join(LinkedAlert alert, CandidateIncident own) {
        var linked = new ArrayList<CandidateIncident>();
        if (own != null) {
            linked.add(own);
        }
        strongestFirst(alert)
                .map(incidents::get)
                .filter(incident -> own == null || incident.id() != own.id())
                .filter(incident -> own == null ? rules.mayTake(incident, alert.group()) : incident.isOpen())
                .forEach(linked::add);
        MergePlan plan = MergePlan.of(linked, rules);
        if (plan == null) {
            return open();
        }
        CandidateIncident target = plan.target();
        for (CandidateIncident source : plan.sources()) {
            merge(source, target.id());
        }
        return target.id();
    }

    /// The open incidents near it: by the strongest rule that links them, then the oldest.
    private Stream<Long> strongestFirst(LinkedAlert alert) {
        var strongest = new HashMap<Long, Rule>();
        for (LinkKey key : alert.keys()) {
            for (Spot spot : now.getOrDefault(key, List.of())) {
                if (spot.isNear(alert.from(), alert.to(), windows.of(key.rule()))) {
                    strongest.merge(
                            standing(spot.incidentId()),
                            key.rule(),
                            (one, other) -> one.compareTo(other) <= 0 ? one : other);
                }
            }
        }
        return strongest.entrySet().stream()
                .filter(link -> incidents.containsKey(link.getKey()))
                .sorted(Map.Entry.<Long, Rule>comparingByValue()
                        .thenComparing(link -> incidents.get(link.getKey()), MergePlan.STAYS_FIRST))
                .map(Map.Entry::getKey);
    }

    private long open() {
        long id = opened++;
        incidents.put(id, new CandidateIncident(id, Long.MAX_VALUE, "Active", null, null, null, false, 0, 0, Set.of()));
        return id;
    }

    private void merge(CandidateIncident source, long target) {
        mergedInto.put(source.id(), target);
        incidents.put(target, incidents.get(target).with(incidents.remove(source.id())));
        if (source.id() < NEW) {
            merges.add(new Merge(source.id(), target));
        }
    }

    private long standing(long incident) {
        Long into = mergedInto.get(incident);
        if (into == null) {
            return incident;
        }
        long standing = standing(into);
        mergedInto.put(incident, standing);
        return standing;
    }

    /// How many of its values are new to the incident.
    private int addSpots(LinkedAlert alert, long incident) {
        int added = 0;
        for (LinkKey key : alert.keys()) {
            List<Spot> spots = now.computeIfAbsent(key, none -> new ArrayList<>());
            long window = windows.of(key.rule());
            boolean isKnown = false;
            boolean isTaken = false;
            for (int i = 0; i < spots.size() && !isTaken; i++) {
                Spot spot = spots.get(i);
                if (standing(spot.incidentId()) == incident) {
                    isKnown = true;
                    if (spot.isNear(alert.from(), alert.to(), window)) {
                        isTaken = true;
                        if (alert.from() < spot.from() || alert.to() > spot.to()) {
                            spots.set(i, spot.widened(alert.from(), alert.to()));
                        }
                    }
                }
            }
            if (!isTaken) {
                spots.add(new Spot(null, key, incident, alert.from(), alert.to()));
            }
            added += isKnown ? 0 : 1;
        }
        return added;
    }

    Outcome outcome() {
        var finallyPlaced = new LinkedHashMap<String, Long>();
        placed.forEach((alert, incident) -> finallyPlaced.put(alert, standing(incident)));
        var gone = new ArrayList<Spot>();
        var added = new ArrayList<Spot>();
        now.forEach((key, spots) -> {
            List<Spot> joined = joined(spots, windows.of(key.rule()));
            List<Spot> before = stored.getOrDefault(key, List.of());
            joined.stream().filter(spot -> spot.id() == null).forEach(added::add);
            var kept = new TreeSet<>(
                    joined.stream().map(Spot::id).filter(Objects::nonNull).toList());
            before.stream().filter(spot -> !kept.contains(spot.id())).forEach(gone::add);
        });
        List<Merge> finalMerges = merges.stream()
                .map(merge -> new Merge(merge.source(), standing(merge.target())))
                .toList();
        return new Outcome(finallyPlaced, finalMerges, gone, added);
    }

    /// Those of one incident that are near each other become one; one that is alone stays what it was.
    private List<Spot> joined(List<Spot> spots, long window) {
        var byIncident = new TreeMap<Long, List<Spot>>();
        for (Spot spot : spots) {
            byIncident
                    .computeIfAbsent(standing(spot.incidentId()), none -> new ArrayList<>())
                    .add(spot.in(standing(spot.incidentId())));
        }
        var joined = new ArrayList<Spot>();
        for (List<Spot> ofOne : byIncident.values()) {
            ofOne.sort(Comparator.comparingLong(Spot::from));
            Spot last = null;
            for (Spot spot : ofOne) {
                if (last == null) {
                    last = spot;
                } else if (last.isNear(spot.from(), spot.to(), window)) {
                    last = last.widened(spot.from(), spot.to());
                } else {
                    joined.add(last);
                    last = spot;
                }
            }
            joined.add(last);
        }
        return joined;
    }
}
