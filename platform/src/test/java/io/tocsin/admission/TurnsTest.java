package io.tocsin.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private static final long SECOND = 1_000_000_000;

    private final Turns turns = new Turns(0);

    @Test
    void shouldSendTheFirstAwayForASecond() {
        assertThat(turns.secondsToWait(10)).isEqualTo(1);
        assertThat(turns.secondsToWait(5 * SECOND)).isEqualTo(1);
    }

    @Test
    void shouldLetNoMoreComeBackInASecondThanTwiceAsManyAsWereLetIn() {
        for (int n = 0; n < 400; n++) {
            turns.enter(n * SECOND / 400);
        }
        var seconds = new TreeMap<Long, Integer>();

        for (int n = 0; n < 4_000; n++) {
            seconds.merge(turns.secondsToWait(SECOND), 1, Integer::sum);
        }

        assertThat(seconds.firstKey()).isEqualTo(1);
        assertThat(seconds.lastKey()).isBetween(5L, 7L);
        assertThat(seconds.values()).allSatisfy(many -> assertThat(many).isBetween(1, 801));
    }

    @Test
    void shouldSendNobodyAwayForLongerThanHalfAMinute() {
        for (int n = 0; n < 100_000; n++) {
            assertThat(turns.secondsToWait(0)).isBetween(1L, 30L);
        }
    }

    /// A rush that is over says nothing of now.
    @Test
    void shouldForgetHowManyCameAMinuteAgo() {
        for (int n = 0; n < 5_000; n++) {
            turns.enter(n);
        }
        long waited = 0;

        for (int n = 0; n < 500; n++) {
            waited = turns.secondsToWait(60 * SECOND);
        }

        assertThat(waited).isBetween(5L, 7L);
    }
}
