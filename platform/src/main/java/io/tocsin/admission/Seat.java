package io.tocsin.admission;

import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Semaphore;

/// One request's seat. What gives it up more than once gives it up once.
public final class Seat {

    private static final String KEY = "tocsin.seat";
    private static final Seat NONE = new Seat(null);

    private final Semaphore seats;
    private boolean held;
    private boolean over;

    Seat(Semaphore seats) {
        this.seats = seats;
        this.held = seats != null;
        this.over = seats == null;
    }

    void remember(RoutingContext request) {
        request.put(KEY, this);
    }

    /// The seat of the request; one that does nothing when the request needed none.
    public static Seat of(RoutingContext request) {
        Seat seat = request.get(KEY);
        return seat == null ? NONE : seat;
    }

    /// Gives the seat up while something is waited for. Never within a transaction: what waits to come back must hold
    /// nothing that those who sit may want.
    ///
    /// @param waiting what may take long and uses nothing of the service
    public <T, E extends Exception> T away(Waiting<T, E> waiting) throws E {
        giveUp();
        try {
            return waiting.await();
        } finally {
            comeBack();
        }
    }

    /// What a request waits for.
    @FunctionalInterface
    public interface Waiting<T, E extends Exception> {
        T await() throws E;
    }

    private synchronized void giveUp() {
        if (held) {
            held = false;
            seats.release();
        }
    }

    /// Whoever had a seat gets one again, however long the queue is: his work is half done.
    private void comeBack() {
        if (isOver()) {
            return;
        }
        seats.acquireUninterruptibly();
        synchronized (this) {
            if (over) {
                seats.release(); // the request ended meanwhile, for its client went away
            } else {
                held = true;
            }
        }
    }

    private synchronized boolean isOver() {
        return over;
    }

    synchronized void leave() {
        over = true;
        giveUp();
    }
}
