package io.tocsin.idempotency;

import io.quarkus.logging.Log;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Renews a claim as long as its request is being worked on, however slowly its client sends.
final class ClaimKeeper implements AutoCloseable {

    private final CountDownLatch ended = new CountDownLatch(1);

    private ClaimKeeper() {}

    static ClaimKeeper start(Duration claim, Runnable renew) {
        var keeper = new ClaimKeeper();
        Duration pause = claim.dividedBy(3);
        Thread.ofVirtual().name("idempotency-claim").start(() -> keeper.keep(pause, renew));
        return keeper;
    }

    private void keep(Duration pause, Runnable renew) {
        try {
            while (!ended.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    renew.run();
                } catch (RuntimeException failed) {
                    Log.debugf("A claim was not renewed, will be tried again: reason=%s", failed.getMessage());
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        ended.countDown();
    }
}
