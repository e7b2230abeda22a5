package io.tocsin.response.investigation;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.odata.Answers;
import io.tocsin.wire.CallerUri;
import io.tocsin.wire.CollectionBody;
import io.tocsin.wire.EntityBody;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/// `/api/investigations` (contract 40 §2).
@Path("/api/investigations")
@RunOnVirtualThread
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class InvestigationResource {

    private final InvestigationService investigations;
    private final CurrentCaller caller;
    private final CallerUri uri;
    private final Answers answers;

    InvestigationResource(InvestigationService investigations, CurrentCaller caller, CallerUri uri, Answers answers) {
        this.investigations = investigations;
        this.caller = caller;
        this.uri = uri;
        this.answers = answers;
    }

    @GET
    @Requires(Permission.ALERT_READ)
    public CollectionBody<Object> list() {
        var query = answers.query(InvestigationService.MODEL);
        InvestigationService.Page page = investigations.list(caller.get(), query);
        return answers.page("Investigations", query, page.investigations(), page.count());
    }

    @GET
    @Path("/$count")
    @Produces(MediaType.TEXT_PLAIN)
    @Requires(Permission.ALERT_READ)
    public String count() {
        return Long.toString(investigations.count(caller.get(), answers.query(InvestigationService.MODEL)));
    }

    @GET
    @Path("/{id}")
    @Requires(Permission.ALERT_READ)
    public EntityBody<InvestigationView> get(@PathParam("id") String id) {
        return new EntityBody<>(uri.context("Investigations/$entity"), investigations.get(caller.get(), id));
    }
}
