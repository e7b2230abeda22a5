package io.tocsin.indicator.sighting;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.indicator.IndicatorProblem;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.regex.Pattern;

/// `/v1/indicators/{id}/sightings`, `/v1/indicators/unseen` (docs/api.md).
@Path("/v1/indicators")
@RunOnVirtualThread
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class SightingResource {

    private static final int MOST = 1_000;
    private static final int MOST_DAYS = 3_650;
    private static final Pattern ID = Pattern.compile("[1-9]\\d{0,17}");

    private final IndicatorSightings sightings;
    private final CurrentCaller caller;

    SightingResource(IndicatorSightings sightings, CurrentCaller caller) {
        this.sightings = sightings;
        this.caller = caller;
    }

    @GET
    @Path("/{id}/sightings")
    @Requires(Permission.TI_READ_WRITE)
    public SightingView.Detail of(
            @PathParam("id") String id,
            @QueryParam("cursor") @DefaultValue("") String cursor,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        if (!ID.matcher(id).matches()) {
            throw new ProblemException(IndicatorProblem.INDICATOR_NOT_FOUND, "Indicator " + id + " was not found");
        }
        if (cursor.indexOf('\0') >= 0) {
            throw invalid("The cursor is none this list gave out");
        }
        return sightings.of(caller.get(), Long.parseLong(id), cursor, bounded("limit", limit, MOST));
    }

    /// Those that have not matched for so many days, oldest first.
    @GET
    @Path("/unseen")
    @Requires(Permission.TI_READ_WRITE)
    public SightingView.UnseenPage unseen(
            @QueryParam("days") @DefaultValue("90") int days,
            @QueryParam("cursor") @DefaultValue("") String cursor,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        if (!cursor.isEmpty() && !ID.matcher(cursor).matches()) {
            throw invalid("The cursor is none this list gave out");
        }
        List<SightingView.Unseen> page = sightings.unseen(
                caller.get(),
                bounded("days", days, MOST_DAYS),
                cursor.isEmpty() ? 0 : Long.parseLong(cursor),
                bounded("limit", limit, MOST));
        return new SightingView.UnseenPage(
                page, page.size() < limit ? null : page.getLast().indicator().id());
    }

    private static int bounded(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw invalid(name + " is not between 1 and " + most);
        }
        return value;
    }

    private static ProblemException invalid(String message) {
        return new ProblemException(CommonProblem.INVALID_INPUT, message);
    }
}
