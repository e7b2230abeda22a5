package io.tocsin.response.feed;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.feed.FeedServer;
import io.tocsin.identity.Caller;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.odata.FeedFilter;
import io.tocsin.odata.ODataQuery;
import io.tocsin.response.action.ActionService;
import io.tocsin.response.investigation.InvestigationsById;
import io.tocsin.wire.CallerUri;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
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

    private final ResponseFeeds feeds;
    private final FeedServer server;
    private final CurrentCaller caller;
    private final CallerUri uri;

    FeedResource(ResponseFeeds feeds, FeedServer server, CurrentCaller caller, CallerUri uri) {
        this.feeds = feeds;
        this.server = server;
        this.caller = caller;
        this.uri = uri;
    }

    @GET
    @Path("/actions")
    @Requires(Permission.MACHINE_READ)
    public Response actions() {
        Caller reader = caller.get();
        ODataQuery filter = FeedFilter.of(ActionService.MODEL, uri.query());
        return server.answer(
                reader.tenant(),
                "actions",
                ResponseChanges.TABLE,
                caller.validUntil(),
                (after, most) -> feeds.actions(reader, filter, after, most));
    }

    @GET
    @Path("/investigations")
    @Requires(Permission.ALERT_READ)
    public Response investigations() {
        Caller reader = caller.get();
        ODataQuery filter = FeedFilter.of(InvestigationsById.MODEL, uri.query());
        return server.answer(
                reader.tenant(),
                "investigations",
                ResponseChanges.TABLE,
                caller.validUntil(),
                (after, most) -> feeds.investigations(reader, filter, after, most));
    }

    @GET
    @Path("/playbook-runs")
    @Requires(Permission.SECURITY_CONFIGURATION_READ)
    public Response playbookRuns() {
        Caller reader = caller.get();
        if (uri.query().keySet().stream().anyMatch(name -> name.startsWith("$"))) {
            throw new ProblemException(CommonProblem.ODATA_ERROR, "This feed has no query option");
        }
        return server.answer(
                reader.tenant(),
                "playbook-runs",
                ResponseChanges.TABLE,
                caller.validUntil(),
                (after, most) -> feeds.runs(reader, after, most));
    }
}
