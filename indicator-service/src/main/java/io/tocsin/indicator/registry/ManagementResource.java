package io.tocsin.indicator.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.idempotency.Idempotent;
import io.tocsin.identity.Caller;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;

/// `/v1/indicators`: the registry with what is ours beside the contract (docs/api.md).
@Path("/v1/indicators")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class ManagementResource {

    private static final int MOST = 1_000;

    private final IndicatorService indicators;
    private final IndicatorCatalogue catalogue;
    private final CurrentCaller caller;

    ManagementResource(IndicatorService indicators, IndicatorCatalogue catalogue, CurrentCaller caller) {
        this.indicators = indicators;
        this.catalogue = catalogue;
        this.caller = caller;
    }

    @GET
    @Requires(Permission.TI_READ_WRITE)
    public IndicatorList list(
            @QueryParam("type") String type,
            @QueryParam("action") String action,
            @QueryParam("value") String value,
            @QueryParam("createdBy") String createdBy,
            @QueryParam("application") String application,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        if (limit < 1 || limit > MOST) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "limit is not between 1 and " + MOST);
        }
        List<IndicatorEntity> page = catalogue.page(
                caller.get(),
                IndicatorFilter.of(type, action, value, createdBy, application),
                IdCursor.read(cursor),
                limit);
        return new IndicatorList(
                page.stream().map(IndicatorView::of).toList(),
                page.size() < limit ? null : IdCursor.of(page.getLast().id));
    }

    @POST
    @Idempotent
    @Requires(Permission.TI_READ_WRITE)
    public IndicatorView submit(@QueryParam("override") boolean override, @NotNull SubmitIndicatorRequest request) {
        requireOverride(caller.get(), override);
        return indicators.submitOwn(caller.get(), request, override);
    }

    /// @throws ProblemException 403 when the caller may not
    static void requireOverride(Caller caller, boolean override) {
        if (override && !caller.has(Permission.TI_READ_WRITE_ALL)) {
            throw new ProblemException(
                    CommonProblem.FORBIDDEN,
                    "To override a warning takes " + Permission.TI_READ_WRITE_ALL.applicationName());
        }
    }

    @GET
    @Path("/{id}")
    @Requires(Permission.TI_READ_WRITE)
    public IndicatorView get(@PathParam("id") String id) {
        return catalogue.get(caller.get(), id);
    }

    @PATCH
    @Path("/{id}")
    @Requires(Permission.TI_READ_WRITE)
    public IndicatorView change(@PathParam("id") String id, @NotNull JsonNode patch) {
        return catalogue.change(caller.get(), id, patch);
    }

    @DELETE
    @Path("/{id}")
    @Requires(Permission.TI_READ_WRITE)
    public RestResponse<Void> delete(@PathParam("id") String id) {
        indicators.delete(caller.get(), id);
        return RestResponse.noContent();
    }

    @GET
    @Path("/{id}/history")
    @Requires(Permission.TI_READ_WRITE)
    public HistoryView history(@PathParam("id") String id) {
        return catalogue.history(caller.get(), id);
    }
}
