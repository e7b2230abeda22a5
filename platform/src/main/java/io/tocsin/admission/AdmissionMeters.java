package io.tocsin.admission;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.enterprise.context.ApplicationScoped;

/// How full this replica is.
@ApplicationScoped
class AdmissionMeters implements MeterBinder {

    private final Admission admission;

    AdmissionMeters(Admission admission) {
        this.admission = admission;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("tocsin.admission.seats", admission, Admission::all)
                .description("Requests this replica works on at once at most")
                .register(registry);
        Gauge.builder("tocsin.admission.seats.taken", admission, Admission::taken)
                .description("Requests it works on now; one that waits for its client or for news has no seat")
                .register(registry);
        Gauge.builder("tocsin.admission.queue.limit", admission, Admission::longestQueue)
                .description("Requests that may wait for a seat at most")
                .register(registry);
        Gauge.builder("tocsin.admission.queue", admission, Admission::waiting)
                .description("Requests that wait for a seat now")
                .register(registry);
        FunctionCounter.builder("tocsin.admission.refused", admission, Admission::refused)
                .description("Requests answered 503 because the queue was full or the wait too long")
                .register(registry);
    }
}
