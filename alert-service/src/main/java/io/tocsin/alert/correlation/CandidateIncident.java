package io.tocsin.alert.correlation;

import java.util.HashSet;
import java.util.Set;

/// What of an incident decides whether it may be merged (contract 95 §4).
///
/// @param workedOn whether people have tagged or commented it or worked on its alerts
/// @param alerts how many it holds
/// @param entities how many different values its alerts hold
/// @param groups the device groups of its machines, empty when they do not matter
record CandidateIncident(
        long id,
        long createdTicks,
        String status,
        String assignedTo,
        String classification,
        String determination,
        boolean workedOn,
        int alerts,
        int entities,
        Set<Integer> groups) {

    CandidateIncident {
        groups = Set.copyOf(groups);
    }

    boolean isOpen() {
        return status.equals("Active") || status.equals("InProgress");
    }

    /// Whether a person has had it in hands: the other one is merged into it then, not it into the other.
    boolean isTouched() {
        return status.equals("InProgress")
                || assignedTo != null
                || classification != null
                || determination != null
                || workedOn;
    }

    /// What one of the two does not say is no difference.
    boolean agreesWith(CandidateIncident other) {
        return agree(assignedTo, other.assignedTo)
                && agree(classification, other.classification)
                && agree(determination, other.determination);
    }

    /// With the other's alerts; what people said of the other stays with it.
    CandidateIncident with(CandidateIncident other) {
        return new CandidateIncident(
                id,
                createdTicks,
                status,
                assignedTo,
                classification,
                determination,
                workedOn,
                alerts + other.alerts,
                entities + other.entities,
                union(groups, other.groups));
    }

    /// With what an alert brings.
    CandidateIncident taking(int newAlerts, Integer group, int newEntities) {
        return new CandidateIncident(
                id,
                createdTicks,
                status,
                assignedTo,
                classification,
                determination,
                workedOn,
                alerts + newAlerts,
                entities + newEntities,
                group == null ? groups : union(groups, Set.of(group)));
    }

    private static Set<Integer> union(Set<Integer> one, Set<Integer> other) {
        var all = new HashSet<>(one);
        all.addAll(other);
        return all;
    }

    private static boolean agree(String one, String other) {
        return one == null || other == null || one.equals(other);
    }
}
