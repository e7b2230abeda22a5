package io.tocsin.response.action;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.odata.Answers;
import io.tocsin.response.file.FileLinks;
import io.tocsin.wire.CallerUri;
import io.tocsin.wire.CollectionBody;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.EntityBody;
import io.tocsin.wire.FunctionArguments;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.ValueBody;
import jakarta.validation.Valid;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/// `/api/machineactions` (contract 30 §4).
@Path("/api/machineactions")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class MachineActionResource {

    /// `won`: the machine never heard of it; `best-effort`: it was told to stop.
    private static final String CANCELLATION = "Tocsin-Cancellation";

    private final ActionService actions;
    private final CurrentCaller caller;
    private final CallerUri uri;
    private final Answers answers;
    private final FunctionArguments arguments;
    private final FileLinks links;

    MachineActionResource(
            ActionService actions,
            CurrentCaller caller,
            CallerUri uri,
            Answers answers,
            FunctionArguments arguments,
            FileLinks links) {
        this.actions = actions;
        this.caller = caller;
        this.uri = uri;
        this.answers = answers;
        this.arguments = arguments;
        this.links = links;
    }

    @GET
    @Requires(Permission.MACHINE_READ)
    public CollectionBody<Object> list() {
        var query = answers.query(ActionService.MODEL);
        ActionService.Page page = actions.list(caller.get(), query);
        return answers.page("MachineActions", query, page.actions(), page.count());
    }

    @GET
    @Path("/$count")
    @Produces(MediaType.TEXT_PLAIN)
    @Requires(Permission.MACHINE_READ)
    public String count() {
        return Long.toString(actions.count(caller.get(), answers.query(ActionService.MODEL)));
    }

    @GET
    @Path("/{id}")
    @Requires(Permission.MACHINE_READ)
    public EntityBody<MachineActionView> get(@PathParam("id") String id) {
        return entity(actions.get(caller.get(), ActionService.guid(id)));
    }

    @POST
    @Path("/{id}/cancel")
    @Requires({
        Permission.MACHINE_ISOLATE,
        Permission.MACHINE_SCAN,
        Permission.MACHINE_RESTRICT_EXECUTION,
        Permission.MACHINE_STOP_AND_QUARANTINE,
        Permission.MACHINE_COLLECT_FORENSICS,
        Permission.MACHINE_OFFBOARD,
        Permission.MACHINE_LIVE_RESPONSE
    })
    public RestResponse<EntityBody<MachineActionView>> cancel(
            @PathParam("id") String id, @Valid CancelRequest request) {
        String comment = request == null ? null : request.comment();
        ActionService.Cancelled cancelled = actions.cancel(caller.get(), ActionService.guid(id), comment);
        return RestResponse.ResponseBuilder.ok(entity(cancelled.action()))
                .header(CANCELLATION, cancelled.bestEffort() ? "best-effort" : "won")
                .build();
    }

    @GET
    @Path("/{id}/getPackageUri")
    @Requires(value = Permission.MACHINE_READ, ofPeople = Permission.MACHINE_COLLECT_FORENSICS)
    public ValueBody packageUri(@PathParam("id") String id) {
        return link(actions.packageOf(caller.get(), ActionService.guid(id)));
    }

    @GET
    @Path("/{id}/GetLiveResponseResultDownloadLink")
    @Requires(value = Permission.MACHINE_READ, ofPeople = Permission.MACHINE_LIVE_RESPONSE)
    public ValueBody resultLink(@PathParam("id") String id) {
        String index = arguments
                .get("index")
                .orElseThrow(() ->
                        new ProblemException(CommonProblem.MISSING_REQUIRED_PARAMETER, "index argument is missing"));
        try {
            return link(actions.resultOf(caller.get(), ActionService.guid(id), Integer.parseInt(index)));
        } catch (NumberFormatException notANumber) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "index is no number");
        }
    }

    private ValueBody link(FileLinks.Target target) {
        return new ValueBody(
                uri.context("Edm.String"),
                uri.origin() + links.path(caller.get().tenant(), target));
    }

    private EntityBody<MachineActionView> entity(MachineActionView action) {
        return new EntityBody<>(uri.context("MachineActions/$entity"), action);
    }
}
