package io.tocsin.alert.correlation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Which of the linked incidents become one.
///
/// @param target the one that stays: one a person has had in hands before others, then the oldest
/// @param sources the ones that are merged into it
record MergePlan(CandidateIncident target, List<CandidateIncident> sources) {

    static final Comparator<CandidateIncident> STAYS_FIRST = Comparator.comparing(
                    (CandidateIncident incident) -> !incident.isTouched())
            .thenComparingLong(CandidateIncident::createdTicks)
            .thenComparingLong(CandidateIncident::id);

    /// Null when there is nothing to join.
    ///
    /// @param linked those that may take the alert, strongest link first; those that may not be merged with
    ///     the first stay as they are
    static MergePlan of(List<CandidateIncident> linked, MergeRules rules) {
        if (linked.isEmpty()) {
            return null;
        }
        CandidateIncident all = linked.getFirst();
        var together = new ArrayList<>(List.of(all));
        for (CandidateIncident other :
                linked.stream().skip(1).sorted(STAYS_FIRST).toList()) {
            if (rules.mayMerge(all, other) && together.stream().allMatch(one -> rules.mayMerge(one, other))) {
                together.add(other);
                all = all.with(other);
            }
        }
        together.sort(STAYS_FIRST);
        return new MergePlan(together.getFirst(), List.copyOf(together.subList(1, together.size())));
    }
}
