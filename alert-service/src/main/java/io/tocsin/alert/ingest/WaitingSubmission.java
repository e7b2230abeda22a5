package io.tocsin.alert.ingest;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.RetryLaterException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/// A submission in the queue, and the request that waits for what becomes of it.
final class WaitingSubmission {

    private static final long SOON = 1;

    private enum State {
        QUEUED,
        TAKEN,
        GIVEN_UP
    }

    private final Submission submission;
    private final AtomicReference<State> state = new AtomicReference<>(State.QUEUED);
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    WaitingSubmission(Submission submission) {
        this.submission = submission;
    }

    Submission submission() {
        return submission;
    }

    /// Whether it is still wanted; from now on it will be answered, however long that takes.
    boolean take() {
        return state.compareAndSet(State.QUEUED, State.TAKEN);
    }

    void answer(Outcome what) {
        outcome.complete(what);
    }

    /// @throws RetryLaterException 503 when its turn does not come within the patience: nothing of it is or
    /// will be stored
    Outcome await(long patienceNanos) {
        try {
            return outcome.get(patienceNanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            if (state.compareAndSet(State.QUEUED, State.GIVEN_UP)) {
                throw tooMuchToDo();
            }
            return outcome.join(); // it is being stored: only its end says whether it was
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw tooMuchToDo();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static RetryLaterException tooMuchToDo() {
        return new RetryLaterException(
                CommonProblem.SERVICE_UNAVAILABLE,
                "More alerts are coming in than can be stored; retry the request",
                SOON);
    }
}
