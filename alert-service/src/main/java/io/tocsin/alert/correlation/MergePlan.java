package io.tocsin.alert.correlation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Which of the linked incidents become one.
///
/// @param target the one that stays: one a person has had in hands before others, then the oldest
/// @param sources the ones that are merged into it
record MergePlan(CandidateIncident target, List<CandidateIncident> sources) {

    private static final Comparator<CandidateIncident> STAYS_FIRST = Comparator.comparing(
                    (CandidateIncident incident) -> !incident.isTouched())
            .thenComparingLong(CandidateIncident::createdTicks)
            .thenComparingLong(CandidateIncident::id);

    /// Null when no linked incident is open.
    ///
    /// @param linked strongest link first; those that may not be merged with it stay as they are
    static MergePlan of(List<CandidateIncident> linked) {
        var open = linked.stream().filter(CandidateIncident::isOpen).toList();
        if (open.isEmpty()) {
            return null;
        }
        CandidateIncident all = open.getFirst();
        var together = new ArrayList<>(List.of(all));
        for (CandidateIncident other : open.stream().skip(1).sorted(STAYS_FIRST).toList()) {
            if (all.mergesWith(other)) {
                together.add(other);
                all = all.with(other);
            }
        }
        together.sort(STAYS_FIRST);
        return new MergePlan(together.getFirst(), List.copyOf(together.subList(1, together.size())));
    }
}
