package io.tocsin.alert.ingest;

import io.tocsin.audit.Audit;
import io.tocsin.identity.DeviceScope;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/// Stores an alert of Tocsin's own once per (tenant, source, sourceRef), within the caller's transaction: a
/// repeat brings it up to date and never goes back in time.
@ApplicationScoped
public class AlertIntake {

    private final AlertBatch batch;
    private final Audit audit;

    AlertIntake(AlertBatch batch, Audit audit) {
        this.batch = batch;
        this.audit = audit;
    }

    /// @param id the alert's id
    /// @param created false when it was known already
    public record Stored(String id, boolean created) {}

    /// Stores the alert, its evidence and the audit row in one transaction; what is known already is brought up
    /// to date.
    public Stored store(UUID tenant, String actor, NewAlert alert) {
        return store(tenant, actor, alert, Submission.Again.REPEAT, null);
    }

    /// The same, of an alert whose id is known before it is stored.
    public Stored store(UUID tenant, String actor, NewAlert alert, String id) {
        return store(tenant, actor, alert, Submission.Again.REPEAT, id);
    }

    /// Adds the event and its evidence to an alert that is there.
    public Stored merge(UUID tenant, String actor, NewAlert alert) {
        return store(tenant, actor, alert, Submission.Again.MERGE, null);
    }

    private Stored store(UUID tenant, String actor, NewAlert alert, Submission.Again again, String id) {
        var submission = new Submission(tenant, audit.origin(actor), alert, null, false, again, id);
        return switch (batch.store(DeviceScope.EVERYTHING, List.of(submission)).getFirst()) {
            case Outcome.Stored stored -> new Stored(stored.id(), stored.created());
            case Outcome.Refused refused -> throw refused.problem();
            case Outcome.Failed failed -> throw failed.fault();
        };
    }
}
