package io.tocsin.response.machine;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.odata.Answers;
import io.tocsin.wire.CallerUri;
import io.tocsin.wire.CollectionBody;
import io.tocsin.wire.EntityBody;
import io.tocsin.wire.FileHash;
import io.tocsin.wire.HostName;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Locale;

/// The machines of an alert, a file, a domain, an account (contract 10 §4, 60 §2): here, where machines are
/// shown, whoever serves the rest of the prefix (docs/adr/026).
@Path("/api")
@RunOnVirtualThread
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class RelatedMachineResource {

    private final MachineService machines;
    private final CurrentCaller caller;
    private final CallerUri uri;
    private final Answers answers;

    RelatedMachineResource(MachineService machines, CurrentCaller caller, CallerUri uri, Answers answers) {
        this.machines = machines;
        this.caller = caller;
        this.uri = uri;
        this.answers = answers;
    }

    @GET
    @Path("/alerts/{id}/machine")
    @Requires(Permission.MACHINE_READ)
    public EntityBody<MachineView> ofAlert(@PathParam("id") String id) {
        return new EntityBody<>(uri.context("Machines/$entity"), machines.ofAlert(caller.get(), id));
    }

    @GET
    @Path("/files/{id}/machines")
    @Requires(Permission.MACHINE_READ)
    public CollectionBody<Object> ofFile(@PathParam("id") String id) {
        return list(MachineSelection.ofFile(
                caller.get().tenant(), FileHash.requiredSha1(id).hex()));
    }

    @GET
    @Path("/domains/{domain}/machines")
    @Requires(Permission.MACHINE_READ)
    public CollectionBody<Object> ofDomain(@PathParam("domain") String domain) {
        return list(MachineSelection.ofDomain(caller.get().tenant(), HostName.required(domain)));
    }

    @GET
    @Path("/users/{id}/machines")
    @Requires(Permission.MACHINE_READ)
    public CollectionBody<Object> ofUser(@PathParam("id") String id) {
        return list(MachineSelection.ofUser(caller.get().tenant(), id.strip().toLowerCase(Locale.ROOT)));
    }

    private CollectionBody<Object> list(MachineSelection selection) {
        var query = answers.query(MachineService.MODEL);
        MachineService.Page page = machines.listOf(caller.get(), selection, query);
        return answers.page("Machines", query, page.machines(), page.count());
    }
}
