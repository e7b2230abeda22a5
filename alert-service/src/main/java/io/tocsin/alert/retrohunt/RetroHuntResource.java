package io.tocsin.alert.retrohunt;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.alert.AlertProblem;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
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

/// `/v1/retro-hunts` (docs/api.md).
@Path("/v1/retro-hunts")
@RunOnVirtualThread
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class RetroHuntResource {

    private static final int MOST = 1_000;
    private static final Pattern ID = Pattern.compile("[1-9]\\d{0,17}");

    private final RetroHuntRepository hunts;
    private final CurrentCaller caller;

    RetroHuntResource(RetroHuntRepository hunts, CurrentCaller caller) {
        this.hunts = hunts;
        this.caller = caller;
    }

    /// Newest first.
    @GET
    @Requires({Permission.TI_READ, Permission.ALERT_READ})
    public RetroHuntView.Page list(
            @QueryParam("cursor") String cursor, @QueryParam("limit") @DefaultValue("100") int limit) {
        if (limit < 1 || limit > MOST) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "limit is not between 1 and " + MOST);
        }
        if (cursor != null && !ID.matcher(cursor).matches()) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "cursor is none that was given out");
        }
        List<RetroHuntView> page =
                hunts
                        .page(caller.get().tenant(), cursor == null ? Long.MAX_VALUE : Long.parseLong(cursor), limit)
                        .stream()
                        .map(RetroHuntView::of)
                        .toList();
        return new RetroHuntView.Page(
                page, page.size() < limit ? null : page.getLast().id());
    }

    @GET
    @Path("/{id}")
    @Requires({Permission.TI_READ, Permission.ALERT_READ})
    public RetroHuntView get(@PathParam("id") String id) {
        return (ID.matcher(id).matches()
                        ? hunts.find(caller.get().tenant(), Long.parseLong(id))
                        : java.util.Optional.<RetroHunt>empty())
                .map(RetroHuntView::of)
                .orElseThrow(() -> new ProblemException(AlertProblem.HUNT_NOT_FOUND, "There is no hunt " + id));
    }
}
