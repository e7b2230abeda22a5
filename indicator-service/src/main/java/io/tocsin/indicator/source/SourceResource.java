package io.tocsin.indicator.source;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.idempotency.Idempotent;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/// `/v1/indicators/sources` (docs/api.md).
@Path("/v1/indicators/sources")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class SourceResource {

    private static final int MOST = 1_000;

    private final SourceService sources;
    private final CurrentCaller caller;

    SourceResource(SourceService sources, CurrentCaller caller) {
        this.sources = sources;
        this.caller = caller;
    }

    @GET
    @Requires(Permission.TI_READ_WRITE_ALL)
    public SourceView.All list() {
        return sources.all(caller.get().tenant());
    }

    @POST
    @Idempotent
    @Requires(Permission.TI_READ_WRITE_ALL)
    public RestResponse<SourceView> create(@Valid @NotNull SourceRequest request) {
        return RestResponse.status(RestResponse.Status.CREATED, sources.create(caller.get(), request));
    }

    @GET
    @Path("/{id}")
    @Requires(Permission.TI_READ_WRITE_ALL)
    public SourceView get(@PathParam("id") String id) {
        return sources.get(caller.get().tenant(), id);
    }

    @PUT
    @Path("/{id}")
    @Requires(Permission.TI_READ_WRITE_ALL)
    public SourceView replace(@PathParam("id") String id, @Valid @NotNull SourceRequest request) {
        return sources.replace(caller.get(), id, request);
    }

    @DELETE
    @Path("/{id}")
    @Requires(Permission.TI_READ_WRITE_ALL)
    public RestResponse<Void> delete(@PathParam("id") String id) {
        sources.delete(caller.get(), id);
        return RestResponse.noContent();
    }

    @POST
    @Path("/{id}/pull")
    @Idempotent
    @Requires(Permission.TI_READ_WRITE_ALL)
    public RestResponse<SourceView.RunView> pull(@PathParam("id") String id, @QueryParam("dryRun") boolean dryRun) {
        return RestResponse.status(RestResponse.Status.ACCEPTED, sources.pull(caller.get(), id, dryRun));
    }

    /// Newest first.
    @GET
    @Path("/{id}/runs")
    @Requires(Permission.TI_READ_WRITE_ALL)
    public SourceView.Runs runs(
            @PathParam("id") String id,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        if (limit < 1 || limit > MOST) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "limit is not between 1 and " + MOST);
        }
        return sources.runs(caller.get().tenant(), id, cursor, limit);
    }
}
