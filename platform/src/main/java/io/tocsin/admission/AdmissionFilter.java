package io.tocsin.admission;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/// Seats a request once its caller is known and within his limits, and lets it go as soon as its answer is made: how
/// long
/// a client takes to read it costs nobody a seat.
public class AdmissionFilter {

    private static final int AFTER_THE_LIMITS = Priorities.AUTHORIZATION + 200;

    private final Admission admission;
    private final RoutingContext request;

    AdmissionFilter(Admission admission, RoutingContext request) {
        this.admission = admission;
        this.request = request;
    }

    @ServerRequestFilter(priority = AFTER_THE_LIMITS)
    public void enter() {
        Seat seat = admission.enter();
        seat.remember(request);
        request.addEndHandler(ended -> seat.leave()); // also when the client goes away
    }

    @ServerResponseFilter
    public void leave(ContainerRequestContext answered) {
        Seat.of(request).leave();
    }
}
