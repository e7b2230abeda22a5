package io.tocsin.response.agent;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.tocsin.response.action.ActionService;
import io.tocsin.response.action.Delivered;
import io.tocsin.response.action.WorkingMachine;
import io.tocsin.wire.ContentHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Answers an agent that asks for work: once, or as a stream of server-sent events to whoever accepts them
/// (docs/adr/056).
@ApplicationScoped
public class Deliveries {

    private final ActionService actions;
    private final AgentService agents;
    private final LongPoll longPoll;
    private final WorkPulse pulse;
    private final CredentialPulse credentials;
    private final AgentConfig config;
    private final RoutingContext request;
    private final ObjectWriter json;

    /// Streams have no seat: when all have work at once, a few fetch it at a time.
    private final Semaphore fetching;

    @Inject
    Deliveries(
            ActionService actions,
            AgentService agents,
            LongPoll longPoll,
            WorkPulse pulse,
            CredentialPulse credentials,
            AgentConfig config,
            RoutingContext request,
            ObjectMapper json,
            @ConfigProperty(name = "quarkus.datasource.jdbc.max-size", defaultValue = "20") int connections) {
        this.actions = actions;
        this.agents = agents;
        this.longPoll = longPoll;
        this.pulse = pulse;
        this.credentials = credentials;
        this.config = config;
        this.request = request;
        this.json = json.writer();
        this.fetching = new Semaphore(Math.max(1, connections / 2), true);
    }

    /// @param wait seconds as the caller wrote them; a stream waits until it ends
    Response answer(Device device, String wait) {
        if (ContentHeaders.accepts(request, MediaType.SERVER_SENT_EVENTS)) {
            return stream(device);
        }
        Delivered delivered = longPoll.await(
                wait,
                () -> actions.deliver(device.tenant(), device.machineId()),
                found -> !found.isEmpty(),
                patience -> pulse.await(machine(device), patience));
        return Response.ok(AgentViews.Actions.of(delivered), MediaType.APPLICATION_JSON)
                .build();
    }

    private Response stream(Device device) {
        LongPoll.Place place = longPoll.enter();
        CredentialPulse.Watch watch = credentials.watch(device);
        var gone = new AtomicBoolean();
        request.addEndHandler(ended -> {
            gone.set(true);
            place.close();
            watch.close();
        });
        var source = new ActionStream.Source(
                () -> work(device),
                patience -> pulse.await(machine(device), patience),
                () -> !gone.get() && watch.counts() && !longPoll.isStopping(),
                longPoll::isStopping);
        var stream =
                new ActionStream(source, json, config.heartbeat(), Instant.now().plus(length()));
        StreamingOutput events = out -> {
            try (place;
                    watch) {
                stream.write(out);
            }
        };
        return Response.ok(events, MediaType.SERVER_SENT_EVENTS)
                .header("X-Accel-Buffering", "no")
                .build();
    }

    /// Null when the credential does not count any more.
    private Delivered work(Device device) {
        fetching.acquireUninterruptibly();
        try {
            return agents.counts(device) ? actions.deliver(device.tenant(), device.machineId()) : null;
        } finally {
            fetching.release();
        }
    }

    /// Streams that began together do not end together.
    private Duration length() {
        long longest = config.longestStream().toMillis();
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest * 3 / 4, longest + 1));
    }

    private static WorkingMachine machine(Device device) {
        return new WorkingMachine(device.tenant(), device.machineId());
    }
}
