package io.tocsin.alert.correlation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MergePlanTest {

    private static final MergeRules RULES = new MergeRules(10, 20, true, Set.of());

    @Test
    void shouldKeepTheOldestWhenNobodyTouchedAny() {
        assertThat(MergePlan.of(List.of(untouched(3), untouched(1), untouched(2)), RULES))
                .isEqualTo(new MergePlan(untouched(1), List.of(untouched(2), untouched(3))));
    }

    @Test
    void shouldKeepTheAssignedOneWhenTheOlderIsNobodys() {
        assertThat(MergePlan.of(List.of(untouched(1), assigned(2, "ann")), RULES)
                        .target())
                .isEqualTo(assigned(2, "ann"));
    }

    @Test
    void shouldLeaveOutTheOneThatDisagreesWhenAssigneesDiffer() {
        assertThat(MergePlan.of(List.of(assigned(2, "ann"), assigned(1, "bob"), untouched(3)), RULES))
                .isEqualTo(new MergePlan(assigned(2, "ann"), List.of(untouched(3))));
    }

    @Test
    void shouldLeaveOutTheOneThatDisagreesWhenTwoClassificationsOrDeterminationsDiffer() {
        var malware = incident(1, "Active", null, "TruePositive", "Malware", 1, 1, Set.of());
        var phishing = incident(2, "Active", null, "TruePositive", "Phishing", 1, 1, Set.of());
        var harmless = incident(3, "Active", null, "FalsePositive", null, 1, 1, Set.of());

        assertThat(MergePlan.of(List.of(malware, phishing, harmless), RULES))
                .isEqualTo(new MergePlan(malware, List.of()));
    }

    @Test
    void shouldPlanNothingWhenThereIsNothingToJoin() {
        assertThat(MergePlan.of(List.of(), RULES)).isNull();
    }

    @Test
    void shouldNotMergeAClosedOne() {
        var closed = incident(1, "Resolved", null, null, null, 1, 1, Set.of());

        assertThat(MergePlan.of(List.of(untouched(2), closed), RULES))
                .isEqualTo(new MergePlan(untouched(2), List.of()));
        assertThat(RULES.mayTake(closed, null)).isFalse();
    }

    @Test
    void shouldNotGrowBeyondTheMostAlertsOrEntities() {
        var many = incident(1, "Active", null, null, null, 6, 1, Set.of());
        var more = incident(2, "Active", null, null, null, 5, 1, Set.of());
        var wide = incident(3, "Active", null, null, null, 1, 20, Set.of());

        assertThat(MergePlan.of(List.of(many, more, wide), RULES)).isEqualTo(new MergePlan(many, List.of()));
        assertThat(RULES.mayTake(wide, null)).isFalse();
        assertThat(RULES.mayTake(many, null)).isTrue();
    }

    @Test
    void shouldKeepDeviceGroupsApartOnlyWhenThatIsWanted() {
        var finance = incident(1, "Active", null, null, null, 1, 1, Set.of(7));
        var sales = incident(2, "Active", null, null, null, 1, 1, Set.of(8));
        var together = new MergeRules(10, 20, false, Set.of());

        assertThat(RULES.mayMerge(finance, sales)).isFalse();
        assertThat(RULES.mayMerge(finance, untouched(3))).isTrue();
        assertThat(RULES.mayTake(finance, 8)).isFalse();
        assertThat(RULES.mayTake(finance, 7)).isTrue();
        assertThat(together.mayMerge(finance, sales)).isTrue();
        assertThat(together.mayTake(finance, 8)).isTrue();
    }

    @Test
    void shouldNotMergeWhatAPersonTookApart() {
        var rules = new MergeRules(10, 20, false, Set.of(new MergeRules.Pair(1, 2), new MergeRules.Pair(2, 1)));

        assertThat(MergePlan.of(List.of(untouched(3), untouched(1), untouched(2)), rules))
                .isEqualTo(new MergePlan(untouched(1), List.of(untouched(3))));
    }

    private static CandidateIncident untouched(long id) {
        return incident(id, "Active", null, null, null, 1, 1, Set.of());
    }

    private static CandidateIncident assigned(long id, String person) {
        return incident(id, "Active", person, null, null, 1, 1, Set.of());
    }

    private static CandidateIncident incident(
            long id,
            String status,
            String person,
            String classification,
            String determination,
            int alerts,
            int entities,
            Set<Integer> groups) {
        return new CandidateIncident(
                id, id, status, person, classification, determination, false, alerts, entities, groups);
    }
}
