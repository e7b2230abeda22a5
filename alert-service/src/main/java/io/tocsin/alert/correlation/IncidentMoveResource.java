package io.tocsin.alert.correlation;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.alert.incident.IncidentId;
import io.tocsin.idempotency.Idempotent;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashSet;
import java.util.List;

/// What people do to incidents by hand (docs/api.md).
@Path("/v1/incidents")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class IncidentMoveResource {

    /// @param alertIds at most 100
    @RegisterForReflection
    public record MoveAlertsRequest(
            @NotNull @NotEmpty @Size(max = 100) List<@NotBlank @Size(max = 128) String> alertIds) {}

    /// @param incidentIds what goes into the other: with it at most five
    @RegisterForReflection
    public record MergeIncidentsRequest(
            @NotNull @NotEmpty @Size(max = 4) List<@NotNull @Positive Long> incidentIds) {}

    private final IncidentMoves moves;
    private final MovedIncidents incidents;
    private final CurrentCaller caller;

    IncidentMoveResource(IncidentMoves moves, MovedIncidents incidents, CurrentCaller caller) {
        this.moves = moves;
        this.incidents = incidents;
        this.caller = caller;
    }

    /// A new incident of alerts.
    @POST
    @Idempotent
    @Requires(Permission.INCIDENT_READ_WRITE)
    public Response open(@Valid @NotNull MoveAlertsRequest request) {
        long id = moves.open(caller.get(), new LinkedHashSet<>(request.alertIds()));
        return Response.status(201).entity(incidents.view(caller.get(), id)).build();
    }

    /// Alerts into an incident.
    @POST
    @Path("{id}/alerts")
    @Idempotent
    @Requires(Permission.INCIDENT_READ_WRITE)
    public MovedIncidents.View move(@PathParam("id") String id, @Valid @NotNull MoveAlertsRequest request) {
        long target = IncidentId.of(id);
        moves.moveInto(caller.get(), target, new LinkedHashSet<>(request.alertIds()));
        return incidents.view(caller.get(), target);
    }

    /// Up to four incidents into one.
    @POST
    @Path("{id}/merge")
    @Idempotent
    @Requires(Permission.INCIDENT_READ_WRITE)
    public MovedIncidents.View merge(@PathParam("id") String id, @Valid @NotNull MergeIncidentsRequest request) {
        long target = IncidentId.of(id);
        moves.merge(caller.get(), target, request.incidentIds());
        return incidents.view(caller.get(), target);
    }
}
