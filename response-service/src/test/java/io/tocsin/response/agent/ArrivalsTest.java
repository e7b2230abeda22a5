package io.tocsin.response.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

    private static final long SECOND = 1_000_000_000;

    @Test
    void shouldLetInWhatComesOneByOneAndASecondsWorthAtOnce() {
        var arrivals = new Arrivals(10, 0);

        for (int tenth = 0; tenth < 100; tenth++) {
            assertThat(arrivals.secondsToWait(tenth * SECOND / 10)).isZero();
        }
        var burst = new ArrayList<Long>();
        for (int one = 0; one < 30; one++) {
            burst.add(arrivals.secondsToWait(20 * SECOND));
        }

        assertThat(burst.stream().filter(wait -> wait == 0)).hasSizeBetween(10, 11);
        assertThat(burst.subList(11, 30)).doesNotContain(0L);
    }

    @Test
    void shouldSendTheOthersAwayNoMoreToASecondThanItLetsInThen() {
        var arrivals = new Arrivals(100, 0);
        var waits = new ArrayList<Long>();
        for (int one = 0; one < 1_000; one++) {
            long wait = arrivals.secondsToWait(5 * SECOND);
            if (wait > 0) {
                waits.add(wait);
            }
        }

        assertThat(waits).isSorted().hasSizeGreaterThan(850);
        assertThat(waits.stream().distinct())
                .allSatisfy(second ->
                        assertThat(Collections.frequency(waits, second)).isLessThanOrEqualTo(101));
        // and they are let in when they come as they were told
        long again = 0;
        for (long wait : waits) {
            again += arrivals.secondsToWait((5 + wait) * SECOND) > 0 ? 1 : 0;
        }
        assertThat(again).isZero();
    }

    @Test
    void shouldNeverSendAnybodyAwayForMoreThanAMinute() {
        var arrivals = new Arrivals(1, 0);

        for (int one = 0; one < 10_000; one++) {
            assertThat(arrivals.secondsToWait(SECOND)).isBetween(0L, 60L);
        }
    }

    @Test
    void shouldForgetWhoDidNotComeAgain() {
        var arrivals = new Arrivals(10, 0);
        for (int one = 0; one < 200; one++) {
            arrivals.secondsToWait(0);
        }

        assertThat(arrivals.secondsToWait(3600 * SECOND)).isZero();
    }

    @Test
    void shouldBringAFleetBackAsItCanBeLetInWhereverItWasToldTogether() {
        var arrivals = new Arrivals(100, 0);
        var returns = new ArrayList<Long>();
        for (int one = 0; one < 1_000; one++) {
            returns.add(arrivals.secondsToReturn(5 * SECOND));
        }

        assertThat(returns.getFirst()).isZero();
        assertThat(returns).isSorted().endsWith(9L);
        assertThat(returns.stream().distinct())
                .allSatisfy(second ->
                        assertThat(Collections.frequency(returns, second)).isLessThanOrEqualTo(200));
    }

    @Test
    void shouldLetWhoIsToldSomethingByItselfComeBackAtOnce() {
        var arrivals = new Arrivals(100, 0);

        for (int one = 0; one < 1_000; one++) {
            assertThat(arrivals.secondsToReturn(one * SECOND / 100)).isZero();
        }
    }

    @Test
    void shouldNeverKeepAnybodyAwayForMoreThanAMinute() {
        var arrivals = new Arrivals(1, 0);

        for (int one = 0; one < 10_000; one++) {
            assertThat(arrivals.secondsToReturn(SECOND)).isBetween(0L, 60L);
        }
    }
}
