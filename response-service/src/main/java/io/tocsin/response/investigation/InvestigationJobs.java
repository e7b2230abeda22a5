package io.tocsin.response.investigation;

import io.tocsin.jobs.Job;
import io.tocsin.outbox.Outbox;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/// The jobs that make the calls.
@Dependent
class InvestigationJobs {

    @Produces
    @Singleton
    Job manualAlerts(Outbox outbox, ManualAlertDelivery delivery) {
        return outbox.delivery(delivery);
    }

    @Produces
    @Singleton
    Job sharedVerdicts(Outbox outbox, VerdictDelivery delivery) {
        return outbox.delivery(delivery);
    }
}
