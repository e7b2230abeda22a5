package io.tocsin.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.wire.RetryLaterException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private static final long LONG = TimeUnit.MINUTES.toNanos(1);

    @Test
    void shouldRefuseAtOnceWhenSeatsAndQueueAreFull() {
        var admission = new Admission(1, 0, LONG);
        admission.enter();

        assertThatThrownBy(admission::enter).isInstanceOfSatisfying(RetryLaterException.class, refused -> {
            assertThat(refused.type().status()).isEqualTo(503);
            assertThat(refused.seconds()).isEqualTo(1);
        });
    }

    @Test
    void shouldRefuseWhenPatienceIsAtItsEnd() {
        var admission = new Admission(1, 10, 1);
        admission.enter();

        assertThatThrownBy(admission::enter).isInstanceOf(RetryLaterException.class);
    }

    @Test
    void shouldSeatWhoWaitsWhenAnotherLeaves() throws Exception {
        var admission = new Admission(1, 10, LONG);
        Seat first = admission.enter();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var second = threads.submit(admission::enter);

            first.leave();

            assertThat(second.get(10, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void shouldGiveItsSeatToOthersWhileOneOnlyWaitsAndHaveOneAgainAfterwards() throws Exception {
        var admission = new Admission(1, 0, LONG);
        Seat waiting = admission.enter();
        var away = new CountDownLatch(1);
        var back = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var parked = threads.submit(() -> waiting.away(() -> {
                away.countDown();
                back.await();
                return "done";
            }));
            away.await();

            Seat other = admission.enter();
            back.countDown();
            other.leave();

            assertThat(parked.get(10, TimeUnit.SECONDS)).isEqualTo("done");
            assertThatThrownBy(admission::enter).isInstanceOf(RetryLaterException.class);
        }
    }

    @Test
    void shouldFreeOneSeatOnceWhenItIsLeftTwice() {
        var admission = new Admission(1, 0, LONG);
        Seat seat = admission.enter();
        seat.leave();
        seat.leave();

        admission.enter();

        assertThatThrownBy(admission::enter).isInstanceOf(RetryLaterException.class);
    }

    @Test
    void shouldKeepNoSeatWhenTheRequestEndedWhileItWaited() {
        var admission = new Admission(1, 0, LONG);
        Seat seat = admission.enter();

        seat.away(() -> {
            seat.leave();
            return null;
        });

        assertThat(admission.enter()).isNotNull();
    }
}
