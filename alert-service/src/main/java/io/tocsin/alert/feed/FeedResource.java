package io.tocsin.alert.feed;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.alert.incident.IncidentService;
import io.tocsin.alert.triage.AlertService;
import io.tocsin.feed.FeedServer;
import io.tocsin.identity.Caller;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.odata.EntityModel;
import io.tocsin.odata.FeedFilter;
import io.tocsin.odata.ODataQuery;
import io.tocsin.wire.CallerUri;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/// `/v1/feeds` (docs/api.md): pages of NDJSON, or server-sent events to whoever accepts them.
@Path("/v1/feeds")
@RunOnVirtualThread
@Consumes(MediaType.WILDCARD)
@Produces({"application/x-ndjson", MediaType.SERVER_SENT_EVENTS})
public class FeedResource {

    private final AlertFeed alerts;
    private final IncidentFeed incidents;
    private final EventFeed events;
    private final FeedServer feeds;
    private final CurrentCaller caller;
    private final CallerUri uri;

    FeedResource(
            AlertFeed alerts,
            IncidentFeed incidents,
            EventFeed events,
            FeedServer feeds,
            CurrentCaller caller,
            CallerUri uri) {
        this.alerts = alerts;
        this.incidents = incidents;
        this.events = events;
        this.feeds = feeds;
        this.caller = caller;
        this.uri = uri;
    }

    @GET
    @Path("/alerts")
    @Requires(Permission.ALERT_READ)
    public Response alerts() {
        Caller reader = caller.get();
        ODataQuery filter = filter(AlertService.MODEL);
        return feeds.answer(
                reader.tenant(),
                "alerts",
                ChangeLog.TABLE,
                caller.validUntil(),
                (after, most) -> alerts.read(reader, filter, after, most));
    }

    @GET
    @Path("/incidents")
    @Requires(Permission.INCIDENT_READ)
    public Response incidents() {
        Caller reader = caller.get();
        ODataQuery filter = filter(IncidentService.MODEL);
        return feeds.answer(
                reader.tenant(),
                "incidents",
                ChangeLog.TABLE,
                caller.validUntil(),
                (after, most) -> incidents.read(reader, filter, after, most));
    }

    @GET
    @Path("/events")
    @Requires({Permission.ADVANCED_HUNTING_READ, Permission.ADVANCED_QUERY_READ})
    public Response events() {
        Caller reader = caller.get();
        ODataQuery filter = filter(EventFeed.MODEL);
        return feeds.answer(
                reader.tenant(),
                "events",
                EventFeed.TABLE,
                caller.validUntil(),
                (after, most) -> events.read(reader, filter, after, most));
    }

    private ODataQuery filter(EntityModel model) {
        return FeedFilter.of(model, uri.query());
    }
}
