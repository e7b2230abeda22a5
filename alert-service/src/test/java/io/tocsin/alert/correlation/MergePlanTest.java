package io.tocsin.alert.correlation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MergePlanTest {

    @Test
    void shouldKeepTheOldestWhenNobodyTouchedAny() {
        assertThat(MergePlan.of(List.of(untouched(3), untouched(1), untouched(2))))
                .isEqualTo(new MergePlan(untouched(1), List.of(untouched(2), untouched(3))));
    }

    @Test
    void shouldKeepTheAssignedOneWhenTheOlderIsNobodys() {
        assertThat(MergePlan.of(List.of(untouched(1), assigned(2, "ann"))).target())
                .isEqualTo(assigned(2, "ann"));
    }

    @Test
    void shouldLeaveOutTheOneThatDisagreesWhenAssigneesDiffer() {
        assertThat(MergePlan.of(List.of(assigned(2, "ann"), assigned(1, "bob"), untouched(3))))
                .isEqualTo(new MergePlan(assigned(2, "ann"), List.of(untouched(3))));
    }

    @Test
    void shouldPlanNothingWhenAllAreClosed() {
        assertThat(MergePlan.of(List.of(new CandidateIncident(1, 1, "Resolved", null, null, null))))
                .isNull();
    }

    private static CandidateIncident untouched(long id) {
        return new CandidateIncident(id, id, "Active", null, null, null);
    }

    private static CandidateIncident assigned(long id, String person) {
        return new CandidateIncident(id, id, "Active", person, null, null);
    }
}
