package io.tocsin.alert.detection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RuleTimesTest {

    private static final ActiveRule OWN = new ActiveRule("own", null, false, "High", List.of());
    private static final ActiveRule BUILT_IN = new ActiveRule("built-in", null, true, "High", List.of());

    @Test
    void shouldNotAskATenantsRuleAgainThatHasHadItsTime() {
        var times = new RuleTimes(Duration.ZERO);

        assertThat(times.test(OWN, () -> true)).isTrue();
        assertThat(times.spent()).isEmpty();
        assertThat(times.test(OWN, () -> {
                    throw new AssertionError("is not to be asked");
                }))
                .isFalse();
        assertThat(times.spent()).containsExactly(OWN);
    }

    @Test
    void shouldAskOthersAndBuiltInRulesAllTheSame() {
        var times = new RuleTimes(Duration.ZERO);
        times.test(OWN, () -> true);
        times.test(BUILT_IN, () -> true);

        assertThat(times.test(BUILT_IN, () -> true)).isTrue();
        assertThat(times.test(new ActiveRule("own too", null, false, "Low", List.of()), () -> true))
                .isTrue();
        assertThat(times.spent()).isEmpty();
    }

    @Test
    void shouldAskAsOftenAsItWantsWhileThereIsTime() {
        var times = new RuleTimes(Duration.ofHours(1));

        for (int i = 0; i < 100; i++) {
            assertThat(times.test(OWN, () -> true)).isTrue();
        }
        assertThat(times.spent()).isEmpty();
    }
}
