package io.tocsin.response.playbook;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.idempotency.Idempotent;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;

/// `/v1/playbook-runs` (docs/api.md).
@Path("/v1/playbook-runs")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class RunResource {

    private final PlaybookService playbooks;
    private final CurrentCaller caller;

    RunResource(PlaybookService playbooks, CurrentCaller caller) {
        this.playbooks = playbooks;
        this.caller = caller;
    }

    @GET
    @Requires(Permission.SECURITY_CONFIGURATION_READ)
    public RunPage list(
            @QueryParam("playbookId") String playbook,
            @QueryParam("state") String state,
            @QueryParam("cursor") String cursor) {
        return playbooks.runs(caller.get(), playbook, state, cursor);
    }

    @GET
    @Path("/{id}")
    @Requires(Permission.SECURITY_CONFIGURATION_READ)
    public RunDetail get(@PathParam("id") String id, @QueryParam("$top") String top, @QueryParam("$skip") String skip) {
        return playbooks.run(caller.get(), id, number("$top", top), number("$skip", skip));
    }

    private static Integer number(String name, String text) {
        if (text == null) {
            return null;
        }
        if (!text.matches("\\d{1,9}")) {
            throw PlaybookProblem.at(name, "is no number");
        }
        return Integer.valueOf(text);
    }

    @POST
    @Path("/{id}/cancel")
    @Idempotent
    @Requires(Permission.SECURITY_CONFIGURATION_READ_WRITE)
    public RunView cancel(@PathParam("id") String id, @Valid @NotNull StepDecision request) {
        return playbooks.cancel(caller.get(), id, request.comment());
    }

    @POST
    @Path("/{id}/steps/{step}/approve")
    @Idempotent
    @Requires(Permission.MACHINE_READ_WRITE)
    public RunDetail approve(
            @PathParam("id") String id, @PathParam("step") String step, @Valid @NotNull StepDecision request) {
        return playbooks.decide(caller.get(), id, step, true, request.comment());
    }

    @POST
    @Path("/{id}/steps/{step}/reject")
    @Idempotent
    @Requires(Permission.MACHINE_READ_WRITE)
    public RunDetail reject(
            @PathParam("id") String id, @PathParam("step") String step, @Valid @NotNull StepDecision request) {
        return playbooks.decide(caller.get(), id, step, false, request.comment());
    }
}
