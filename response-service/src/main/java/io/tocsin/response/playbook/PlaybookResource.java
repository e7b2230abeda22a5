package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.idempotency.Idempotent;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/// `/v1/playbooks` (docs/api.md).
@Path("/v1/playbooks")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class PlaybookResource {

    private final PlaybookService playbooks;
    private final PlaybookSecrets secrets;
    private final Templates templates;
    private final CurrentCaller caller;

    PlaybookResource(PlaybookService playbooks, PlaybookSecrets secrets, Templates templates, CurrentCaller caller) {
        this.playbooks = playbooks;
        this.secrets = secrets;
        this.templates = templates;
        this.caller = caller;
    }

    @GET
    @Requires(Permission.SECURITY_CONFIGURATION_READ)
    public PlaybookList list() {
        return playbooks.list(caller.get());
    }

    @POST
    @Idempotent
    @Requires(Permission.SECURITY_CONFIGURATION_READ_WRITE)
    public RestResponse<PlaybookView> create(@Valid @NotNull PlaybookRequest request) {
        return RestResponse.status(RestResponse.Status.CREATED, playbooks.create(caller.get(), request));
    }

    @GET
    @Path("/templates")
    @Requires(Permission.SECURITY_CONFIGURATION_READ)
    public TemplateList templates() {
        return templates.all();
    }

    @POST
    @Path("/cacao")
    @Idempotent
    @Requires(Permission.SECURITY_CONFIGURATION_READ_WRITE)
    public RestResponse<ImportedPlaybook> take(@NotNull JsonNode document) {
        return RestResponse.status(RestResponse.Status.CREATED, playbooks.take(caller.get(), document));
    }

    @GET
    @Path("/secrets")
    @Requires(Permission.SECURITY_CONFIGURATION_READ)
    public SecretList secrets() {
        playbooks.requireReach(caller.get());
        return secrets.list(caller.get().tenant());
    }

    @PUT
    @Path("/secrets/{name}")
    @Requires(Permission.SECURITY_CONFIGURATION_READ_WRITE)
    public SecretView putSecret(@PathParam("name") String name, @Valid @NotNull SecretRequest request) {
        playbooks.requireReach(caller.get());
        return secrets.put(caller.get(), name, request);
    }

    @DELETE
    @Path("/secrets/{name}")
    @Requires(Permission.SECURITY_CONFIGURATION_READ_WRITE)
    public RestResponse<Void> deleteSecret(@PathParam("name") String name) {
        playbooks.requireReach(caller.get());
        secrets.delete(caller.get(), name);
        return RestResponse.noContent();
    }

    @GET
    @Path("/{id}")
    @Requires(Permission.SECURITY_CONFIGURATION_READ)
    public PlaybookView get(@PathParam("id") String id) {
        return playbooks.get(caller.get(), id);
    }

    @PUT
    @Path("/{id}")
    @Requires(Permission.SECURITY_CONFIGURATION_READ_WRITE)
    public PlaybookView update(@PathParam("id") String id, @Valid @NotNull PlaybookRequest request) {
        return playbooks.update(caller.get(), id, request);
    }

    @DELETE
    @Path("/{id}")
    @Requires(Permission.SECURITY_CONFIGURATION_READ_WRITE)
    public RestResponse<Void> delete(@PathParam("id") String id) {
        playbooks.delete(caller.get(), id);
        return RestResponse.noContent();
    }

    @GET
    @Path("/{id}/versions")
    @Requires(Permission.SECURITY_CONFIGURATION_READ)
    public PlaybookVersionList versions(@PathParam("id") String id) {
        return playbooks.versions(caller.get(), id);
    }

    @GET
    @Path("/{id}/cacao")
    @Requires(Permission.SECURITY_CONFIGURATION_READ)
    public ExportedPlaybook give(@PathParam("id") String id) {
        return playbooks.give(caller.get(), id);
    }

    @POST
    @Path("/{id}/runs")
    @Idempotent
    @Requires(Permission.SECURITY_CONFIGURATION_READ_WRITE)
    public RestResponse<RunView> run(@PathParam("id") String id, @Valid @NotNull RunRequest request) {
        return RestResponse.status(RestResponse.Status.CREATED, playbooks.run(caller.get(), id, request));
    }
}
