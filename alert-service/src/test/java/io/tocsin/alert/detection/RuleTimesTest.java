package io.tocsin.alert.detection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class RuleTimesTest {

    private static final UUID TENANT = new UUID(0, 1);
    private static final UUID OTHER = new UUID(0, 2);
    private static final Duration LONG = Duration.ofHours(1);

    private static final BooleanSupplier NEVER = () -> {
        throw new AssertionError("is not to be asked");
    };

    private final ActiveRule own = rule("own");
    private final ActiveRule second = rule("second");

    private static ActiveRule rule(String id) {
        return new ActiveRule(id, null, false, "High", List.of());
    }

    @Test
    void shouldNotAskARuleThatHasHadItsTime() {
        var times = new RuleTimes(Duration.ofNanos(1), LONG);

        assertThat(times.test(TENANT, own, () -> true)).isTrue();
        assertThat(times.spent()).isEmpty();
        assertThat(times.test(TENANT, own, NEVER)).isFalse();
        assertThat(times.spent()).isEqualTo(Map.of(own, TENANT));
        assertThat(times.test(TENANT, second, () -> true)).isTrue();
    }

    @Test
    void shouldAskNoRuleOfATenantWhoseRulesHaveHadTheirTimeAndOthers() {
        var times = new RuleTimes(LONG, Duration.ofNanos(1));
        times.test(TENANT, own, () -> true);

        assertThat(times.test(TENANT, second, NEVER)).isFalse();
        assertThat(times.test(OTHER, rule("other"), () -> true)).isTrue();
        assertThat(times.spent()).containsOnlyKeys(second);
    }

    @Test
    void shouldAskAsOftenAsItWantsWhileThereIsTime() {
        var times = new RuleTimes(LONG, LONG);

        for (int i = 0; i < 100; i++) {
            assertThat(times.test(TENANT, own, () -> true)).isTrue();
        }
        assertThat(times.spent()).isEmpty();
    }
}
