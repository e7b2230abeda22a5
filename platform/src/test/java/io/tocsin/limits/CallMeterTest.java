package io.tocsin.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CallMeterTest {

    private static final Bucket BUCKET = new Bucket(UUID.randomUUID(), "app", "GET /api/alerts");

    private final SharedWindow.Clock clock = new SharedWindow.Clock();
    private final SharedWindow shared = new SharedWindow(clock);

    @Test
    void shouldLetExactlyTheLimitThroughWhenItIsSmallAndSharedByReplicas() {
        CallMeter one = meter("15/min");
        CallMeter other = meter("15/min");

        int through = 0;
        for (int call = 0; call < 40; call++) {
            through += (call % 2 == 0 ? one : other).take() == 0 ? 1 : 0;
        }

        assertThat(through).isEqualTo(15);
    }

    @Test
    void shouldNotAskAgainWhileTheAnswerIsKnownToBeNo() {
        CallMeter meter = meter("15/min");
        calls(meter, 16);
        int asked = shared.questions();

        long through = calls(meter, 1_000);

        assertThat(through).isZero();
        assertThat(shared.questions()).isEqualTo(asked);
    }

    @Test
    void shouldLetTheCallThroughWhenTheWaitItWasToldIsOverAndNotBefore() {
        CallMeter meter = meter("15/min");
        calls(meter, 10);
        clock.pass(12_345, TimeUnit.MILLISECONDS);
        calls(meter, 5);

        long wait = meter.take();
        clock.pass(wait - 1, TimeUnit.NANOSECONDS);
        long stillWait = meter.take();
        clock.pass(1, TimeUnit.NANOSECONDS);

        assertThat(wait).isEqualTo(TimeUnit.MILLISECONDS.toNanos(60_000 - 12_345));
        assertThat(stillWait).isEqualTo(1);
        assertThat(meter.take()).isZero();
    }

    @Test
    void shouldAskAboutTenTimesASecondWhenALargeLimitIsUsedEvenlyAndSeldomInABurst() {
        CallMeter evenly = meter("6000/min");
        for (int call = 0; call < 1_000; call++) {
            assertThat(evenly.take()).isZero();
            clock.pass(10, TimeUnit.MILLISECONDS);
        }
        int askedEvenly = shared.questions();

        calls(meter("6000/min"), 4_000);

        assertThat(askedEvenly).isLessThanOrEqualTo(105); // in ten seconds
        assertThat(shared.questions() - askedEvenly).isLessThan(25);
    }

    @Test
    void shouldNeverPassTheLimitAndWasteLittleWhenReplicasShareALargeOne() throws Exception {
        List<CallMeter> replicas = List.of(meter("6000/min"), meter("6000/min"), meter("6000/min"));

        long through = atOnce(24, caller -> calls(replicas.get(caller % 3), 500));

        assertThat(through).isLessThanOrEqualTo(6_000).isGreaterThanOrEqualTo(6_000 - 2 * 300);
    }

    @Test
    void shouldLetExactlyTheLimitThroughWhenManyCallAtOnce() throws Exception {
        CallMeter meter = meter("15/min");

        long through = atOnce(16, caller -> calls(meter, 10));

        assertThat(through).isEqualTo(15);
    }

    @Test
    void shouldUseNoLeaseOfAWindowThatIsOver() {
        CallMeter one = meter("6000/min");
        calls(one, 1);
        clock.pass(60, TimeUnit.SECONDS);
        int asked = shared.questions();

        calls(one, 1);

        assertThat(shared.questions()).isEqualTo(asked + 1);
    }

    @Test
    void shouldCountAloneWhenNobodyCanBeAskedAndShareAgainWhenTheyCan() {
        CallMeter meter = meter("15/min");
        calls(meter, 4);
        shared.goAway();

        long through = calls(meter, 50);
        shared.comeBack();
        clock.pass(61, TimeUnit.SECONDS);

        assertThat(through).isEqualTo(11);
        assertThat(calls(meter, 50)).isEqualTo(15);
    }

    private CallMeter meter(String limit) {
        return new CallMeter(BUCKET, CallLimit.parse(limit), shared, clock::nanos);
    }

    private static long calls(CallMeter meter, int count) {
        long through = 0;
        for (int call = 0; call < count; call++) {
            through += meter.take() == 0 ? 1 : 0;
        }
        return through;
    }

    private interface Caller {
        long call(int number);
    }

    private static long atOnce(int callers, Caller caller) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = new ArrayList<Callable<Long>>();
            for (int i = 0; i < callers; i++) {
                int number = i;
                tasks.add(() -> caller.call(number));
            }
            long sum = 0;
            for (var done : threads.invokeAll(tasks)) {
                sum += done.get();
            }
            return sum;
        }
    }
}
