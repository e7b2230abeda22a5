package io.tocsin.alert.incident;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.odata.Answers;
import io.tocsin.wire.CallerUri;
import io.tocsin.wire.CollectionBody;
import io.tocsin.wire.EntityBody;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import java.util.function.LongFunction;

/// `/api/incidents` (contract 95 §2).
@Path("/api/incidents")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
public class IncidentResource {

    private final IncidentService incidents;
    private final CurrentCaller caller;
    private final CallerUri uri;
    private final Answers answers;

    IncidentResource(IncidentService incidents, CurrentCaller caller, CallerUri uri, Answers answers) {
        this.incidents = incidents;
        this.caller = caller;
        this.uri = uri;
        this.answers = answers;
    }

    /// Newest first, at most 100 a page.
    @GET
    @Requires(Permission.INCIDENT_READ)
    public CollectionBody<Object> list() {
        var query = answers.query(IncidentService.MODEL);
        var page = incidents.list(caller.get(), query, links());
        return answers.page("Incidents", query, page.incidents(), page.count(), page.shortened());
    }

    @GET
    @Path("$count")
    @Produces(MediaType.TEXT_PLAIN)
    @Requires(Permission.INCIDENT_READ)
    public String count() {
        return Long.toString(incidents.count(caller.get(), answers.query(IncidentService.MODEL)));
    }

    /// One incident; a merged one still answers, `Redirected` and without alerts.
    @GET
    @Path("{id}")
    @Requires(Permission.INCIDENT_READ)
    public EntityBody<IncidentView> get(@PathParam("id") String id) {
        return new EntityBody<>(
                uri.context("Incidents/$entity"), incidents.get(caller.get(), IncidentId.of(id), links()));
    }

    @PATCH
    @Path("{id}")
    @Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
    @Requires(Permission.INCIDENT_READ_WRITE)
    public EntityBody<IncidentView> update(@PathParam("id") String id, @Valid @NotNull UpdateIncidentRequest request) {
        return new EntityBody<>(
                uri.context("Incidents/$entity"),
                incidents.update(caller.get(), IncidentId.of(id), request.toChange(), links()));
    }

    private LongFunction<String> links() {
        UUID tenant = caller.get().tenant();
        String base = uri.base();
        return id -> base + "/incidents/" + id + "?tid=" + tenant;
    }
}
