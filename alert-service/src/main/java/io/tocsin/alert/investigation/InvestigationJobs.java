package io.tocsin.alert.investigation;

import io.tocsin.jobs.Job;
import io.tocsin.outbox.Outbox;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/// The job that makes the calls.
@Dependent
class InvestigationJobs {

    @Produces
    @Singleton
    Job delivery(Outbox outbox, InvestigationDelivery delivery) {
        return outbox.delivery(delivery);
    }
}
