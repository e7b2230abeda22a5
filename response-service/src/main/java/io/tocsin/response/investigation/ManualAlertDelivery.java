package io.tocsin.response.investigation;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.outbox.OutboxDelivery;
import io.tocsin.outbox.OutboxMessage;
import io.tocsin.outbox.OutboxRefusedException;
import io.tocsin.response.client.alert.AlertClient;
import io.tocsin.response.client.alert.StartedByHand;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.WebApplicationException;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/// Has alert-service raise the alert of an investigation that somebody started (contract 40 §3).
@ApplicationScoped
class ManualAlertDelivery implements OutboxDelivery {

    static final String DESTINATION = "alert-service";
    static final String KIND = "manual-investigation";

    /// What will not be answered otherwise another time: not 401 and 403, since a permission that is missing is
    /// granted.
    private static final Set<Integer> FOR_GOOD = Set.of(400, 405, 413, 415, 422);

    private final InvestigationRepository investigations;
    private final AlertClient alerts;

    ManualAlertDelivery(InvestigationRepository investigations, @RestClient AlertClient alerts) {
        this.investigations = investigations;
        this.alerts = alerts;
    }

    @Override
    public String destination() {
        return DESTINATION;
    }

    @Override
    public Runnable deliver(OutboxMessage message) {
        Optional<StartedByHand> started = QuarkusTransaction.requiringNew()
                .call(() -> investigations.byHand(message.tenant(), Long.parseLong(message.subject())));
        started.ifPresent(it -> raise(message, it));
        return () -> {};
    }

    private void raise(OutboxMessage message, StartedByHand investigation) {
        try {
            alerts.raise(message.tenant(), message.id().toString(), investigation);
        } catch (WebApplicationException answered) {
            int status = answered.getResponse().getStatus();
            if (FOR_GOOD.contains(status)) {
                throw new OutboxRefusedException("alert-service answered " + status);
            }
            throw new IllegalStateException("alert-service answered " + status);
        }
    }
}
