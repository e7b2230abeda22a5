package io.tocsin.outbox;

import io.quarkus.arc.All;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/// Calls that wait to be made, and calls that were given up.
@ApplicationScoped
class OutboxLag implements Measured {

    private final OutboxRepository messages;
    private final List<OutboxDelivery> deliveries;

    OutboxLag(OutboxRepository messages, @All List<OutboxDelivery> deliveries) {
        this.messages = messages;
        this.deliveries = deliveries;
    }

    @Override
    public void measure(Figures figures) {
        for (OutboxDelivery delivery : deliveries) {
            String destination = delivery.destination();
            OutboxRepository.Waiting waiting = messages.waiting(destination, "Waiting", MOST);
            OutboxRepository.Waiting dead = messages.waiting(destination, "Dead", MOST);
            figures.count(
                            "tocsin.outbox.waiting",
                            "Calls to another service that are still to be made",
                            waiting.count(),
                            "destination",
                            destination)
                    .seconds(
                            "tocsin.outbox.lag", "Age of the oldest of them", waiting.age(), "destination", destination)
                    .count(
                            "tocsin.outbox.dead",
                            "Calls to another service that were given up",
                            dead.count(),
                            "destination",
                            destination);
        }
    }
}
