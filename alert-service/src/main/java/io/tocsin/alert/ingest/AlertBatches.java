package io.tocsin.alert.ingest;

import io.quarkus.logging.Log;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.identity.DeviceScope;
import io.tocsin.wire.Causes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Status;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/// Stores alerts together, and where that fails without the one that makes it fail: it harms no neighbour.
@ApplicationScoped
class AlertBatches {

    /// Classes of SQL states that say the database is away or has no time: trying the alerts one by one would
    /// not help.
    private static final Set<String> AWAY = Set.of("08", "53", "55", "57", "25");

    private final AlertBatch batch;
    private final AlertMeters meters;

    AlertBatches(AlertBatch batch, AlertMeters meters) {
        this.batch = batch;
        this.meters = meters;
    }

    /// Within a transaction that is open already they are stored or fail as one.
    List<Outcome> store(DeviceScope scope, List<Submission> submissions) {
        List<Outcome> outcomes =
                isPartOfATransaction() ? batch.store(scope, submissions) : storeOrHalve(scope, submissions);
        outcomes.forEach(meters::count);
        return outcomes;
    }

    private List<Outcome> storeOrHalve(DeviceScope scope, List<Submission> submissions) {
        try {
            return batch.store(scope, submissions);
        } catch (RuntimeException failed) {
            int size = submissions.size();
            if (size == 1 || isAway(failed)) {
                return Collections.nCopies(size, new Outcome.Failed(failed));
            }
            Log.debugf(failed, "Alerts are tried in halves: number=%d", size);
            var outcomes = new ArrayList<>(storeOrHalve(scope, submissions.subList(0, size / 2)));
            outcomes.addAll(storeOrHalve(scope, submissions.subList(size / 2, size)));
            return outcomes;
        }
    }

    /// Whether what is stored now is committed or undone by somebody else.
    static boolean isPartOfATransaction() {
        return QuarkusTransaction.getStatus() != Status.STATUS_NO_TRANSACTION;
    }

    /// Whether nothing can be stored for now, whatever it is.
    static boolean isAway(Throwable failed) {
        for (Throwable cause : Causes.of(failed)) {
            if (cause instanceof SQLException refused) {
                String state = String.valueOf(refused.getSQLState());
                return state.length() < 2 || state.equals("null") || AWAY.contains(state.substring(0, 2));
            }
        }
        return false;
    }
}
