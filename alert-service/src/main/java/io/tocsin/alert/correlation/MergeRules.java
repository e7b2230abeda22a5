package io.tocsin.alert.correlation;

import java.util.Set;

/// When incidents may become one, and when an incident may take an alert (contract 95 §4).
///
/// @param mostAlerts an incident that holds so many takes no more
/// @param mostEntities an incident that holds so many different values takes no more, and no merge makes a
///     larger one
/// @param separateGroups whether machines of different device groups stay in different incidents
/// @param apart what people took apart, both ways
record MergeRules(int mostAlerts, int mostEntities, boolean separateGroups, Set<Pair> apart) {

    /// Two incidents a person took apart.
    record Pair(long one, long other) {}

    boolean mayTake(CandidateIncident incident, Integer group) {
        return incident.isOpen()
                && incident.alerts() < mostAlerts
                && incident.entities() < mostEntities
                && (!separateGroups
                        || group == null
                        || incident.groups().isEmpty()
                        || incident.groups().equals(Set.of(group)));
    }

    boolean mayMerge(CandidateIncident one, CandidateIncident other) {
        return one.isOpen()
                && other.isOpen()
                && one.agreesWith(other)
                && one.alerts() + other.alerts() <= mostAlerts
                && one.entities() + other.entities() <= mostEntities
                && !apart.contains(new Pair(one.id(), other.id()))
                && (!separateGroups
                        || one.groups().isEmpty()
                        || other.groups().isEmpty()
                        || one.groups().equals(other.groups()));
    }
}
