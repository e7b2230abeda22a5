package io.tocsin.outbox;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/// Where calls are written down that another service is to get for certain.
@ApplicationScoped
public class Outbox {

    private final OutboxRepository messages;
    private final OutboxConfig config;
    private final MeterRegistry registry;

    Outbox(OutboxRepository messages, OutboxConfig config, MeterRegistry registry) {
        this.messages = messages;
        this.config = config;
        this.registry = registry;
    }

    /// Writes a call down. Must be called within the transaction of what it follows from.
    ///
    /// @param destination of the [OutboxDelivery] that will make it
    /// @param kind what is asked for
    /// @param subject what it is about: while one of the kind waits for it, or was given up, there is no second
    /// @param payload what the call needs and cannot look up; at most 8 KiB
    /// @return whether it is new
    public boolean add(UUID tenant, String destination, String kind, String subject, JsonNode payload) {
        return messages.add(tenant, destination, kind, subject, payload);
    }

    /// The job that makes the calls of a destination. Each destination has its own, so that one that hangs holds up
    /// nobody else's.
    public Job delivery(OutboxDelivery delivery) {
        return new OutboxJob(delivery, messages, config, registry);
    }
}
