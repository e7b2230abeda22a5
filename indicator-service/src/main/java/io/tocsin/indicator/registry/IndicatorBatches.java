package io.tocsin.indicator.registry;

import io.quarkus.logging.Log;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Stores many indicators together, or one by one where together it does not work, so that a bad one harms no
/// neighbour.
@ApplicationScoped
class IndicatorBatches {

    private static final String CONNECTION_STATES = "08";

    private final IndicatorBatch batch;

    IndicatorBatches(IndicatorBatch batch) {
        this.batch = batch;
    }

    /// One outcome for each, in their order.
    List<Outcome> store(IndicatorBatch.Order order, List<CheckedIndicator> items) {
        return items.isEmpty() ? List.of() : store(order, items, () -> {});
    }

    /// One by one, what may be stored at all.
    ///
    /// @param guard asked in each one's transaction; what it throws ends the whole
    List<Outcome> storeEach(IndicatorBatch.Order order, List<CheckedIndicator> items, Runnable guard) {
        var outcomes = new ArrayList<Outcome>(items.size());
        items.forEach(item -> outcomes.addAll(store(order, List.of(item), guard)));
        return outcomes;
    }

    private List<Outcome> store(IndicatorBatch.Order order, List<CheckedIndicator> items, Runnable guard) {
        var asked = new Guard(guard);
        try {
            return batch.store(order, items, asked);
        } catch (RuntimeException failed) {
            if (asked.refused || isAway(failed)) {
                throw failed;
            }
            if (items.size() == 1) {
                return List.of(refused(failed));
            }
            Log.debugf("A batch of indicators is stored one by one: reason=%s", failed.getMessage());
            return storeEach(order, items, guard);
        }
    }

    /// Tells what the guard threw from what storing did.
    private static final class Guard implements Runnable {

        private final Runnable guard;
        private boolean refused = true;

        private Guard(Runnable guard) {
            this.guard = guard;
        }

        @Override
        public void run() {
            guard.run();
            refused = false;
        }
    }

    private static Outcome refused(RuntimeException failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemException problem) {
                return new Outcome.Refused(problem);
            }
        }
        Log.warnf(failed, "An indicator could not be stored: reason=%s", failed.getMessage());
        return new Outcome.Refused(
                new ProblemException(CommonProblem.INTERNAL_SERVER_ERROR, CommonProblem.INTERNAL_SERVER_ERROR.title()));
    }

    /// Whether there is no database to ask: then nothing is said of single items.
    private static boolean isAway(Throwable failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql
                    && (sql.getSQLState() == null || sql.getSQLState().startsWith(CONNECTION_STATES))) {
                return true;
            }
        }
        return false;
    }
}
