package io.tocsin.response.agent;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.quarkus.security.UnauthorizedException;
import io.tocsin.response.action.ActionService;
import io.tocsin.response.action.Delivered;
import io.tocsin.wire.ContentHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/// Answers an agent that asks for work: once, or as a stream of server-sent events to whoever accepts them
/// (docs/adr/056).
@ApplicationScoped
public class Deliveries {

    private static final Delivered NOTHING = new Delivered(List.of(), List.of());

    private final ActionService actions;
    private final LongPoll longPoll;
    private final WorkPulse pulse;
    private final CredentialPulse credentials;
    private final AgentConfig config;
    private final RoutingContext request;
    private final ObjectWriter json;

    Deliveries(
            ActionService actions,
            LongPoll longPoll,
            WorkPulse pulse,
            CredentialPulse credentials,
            AgentConfig config,
            RoutingContext request,
            ObjectMapper json) {
        this.actions = actions;
        this.longPoll = longPoll;
        this.pulse = pulse;
        this.credentials = credentials;
        this.config = config;
        this.request = request;
        this.json = json.writer();
    }

    /// @param wait seconds as the caller wrote them; a stream waits until it ends
    Response answer(Device device, String wait) {
        if (ContentHeaders.accepts(request, MediaType.SERVER_SENT_EVENTS)) {
            return stream(device);
        }
        Delivered delivered = LongPoll.seconds(wait) == 0
                ? longPoll.await(wait, () -> actions.deliver(device.tenant(), device.machineId()), any -> true, null)
                : polled(device, wait);
        return Response.ok(AgentViews.Actions.of(delivered), MediaType.APPLICATION_JSON)
                .build();
    }

    /// Whoever waits is given what there is by the next look for all, also what was there when he came.
    private Delivered polled(Device device, String wait) {
        var given = new AtomicReference<>(NOTHING);
        try (WorkPulse.Waiter waiter = pulse.listen(device, false)) {
            request.addEndHandler(ended -> waiter.wake());
            try {
                // Whoever's credential counts no more has waited long enough.
                Delivered delivered =
                        longPoll.await(wait, given::get, found -> !found.isEmpty() || !waiter.counts(), patience -> {
                            Delivered news = waiter.await(patience);
                            given.set(news == null ? NOTHING : news);
                            return news != null || !waiter.counts();
                        });
                if (!waiter.counts()) {
                    throw new UnauthorizedException();
                }
                if (!request.response().closed()) {
                    given.set(NOTHING);
                }
                return delivered;
            } finally {
                waiter.giveBack(given.get());
            }
        }
    }

    private Response stream(Device device) {
        LongPoll.Place place = longPoll.enter();
        WorkPulse.Waiter waiter = pulse.listen(device, true);
        CredentialPulse.Watch watch = credentials.watch(device, waiter::wake);
        var gone = new AtomicBoolean();
        request.addEndHandler(ended -> {
            gone.set(true);
            place.close();
            watch.close();
            waiter.close();
            waiter.wake();
        });
        var source = new ActionStream.Source(
                waiter::await,
                waiter::giveBack,
                () -> !gone.get() && watch.counts() && waiter.counts() && !longPoll.isStopping(),
                longPoll::isStopping);
        var stream =
                new ActionStream(source, json, config.heartbeat(), Instant.now().plus(length()));
        StreamingOutput events = out -> {
            try (place;
                    watch;
                    waiter) {
                stream.write(out);
            }
        };
        return Response.ok(events, MediaType.SERVER_SENT_EVENTS)
                .header("X-Accel-Buffering", "no")
                .build();
    }

    /// Streams that began together do not end together.
    private Duration length() {
        long longest = config.longestStream().toMillis();
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest * 3 / 4, longest + 1));
    }
}
