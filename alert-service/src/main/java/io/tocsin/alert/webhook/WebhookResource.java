package io.tocsin.alert.webhook;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.admission.Seat;
import io.tocsin.alert.webhook.WebhookSender.Attempt;
import io.tocsin.idempotency.ChangesNothing;
import io.tocsin.idempotency.Idempotent;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/// `/v1/webhooks` (docs/api.md).
@Path("/v1/webhooks")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class WebhookResource {

    private final WebhookService webhooks;
    private final WebhookPost post;
    private final CurrentCaller caller;
    private final RoutingContext request;

    WebhookResource(WebhookService webhooks, WebhookPost post, CurrentCaller caller, RoutingContext request) {
        this.webhooks = webhooks;
        this.post = post;
        this.caller = caller;
        this.request = request;
    }

    @GET
    @Requires(Permission.WEBHOOK_READ)
    public WebhookView.All list() {
        return webhooks.all(caller.get().tenant());
    }

    @GET
    @Path("/{id}")
    @Requires(Permission.WEBHOOK_READ)
    public WebhookView get(@PathParam("id") String id) {
        return webhooks.get(caller.get().tenant(), id);
    }

    @POST
    @Idempotent
    @Requires(Permission.WEBHOOK_READ_WRITE)
    public RestResponse<WebhookView> create(@Valid @NotNull CreateWebhookRequest wanted) {
        return RestResponse.status(RestResponse.Status.CREATED, webhooks.create(caller.get(), wanted));
    }

    @PATCH
    @Path("/{id}")
    @Requires(Permission.WEBHOOK_READ_WRITE)
    public WebhookView change(@PathParam("id") String id, @Valid @NotNull WebhookChange change) {
        return webhooks.change(caller.get(), id, change);
    }

    @DELETE
    @Path("/{id}")
    @Requires(Permission.WEBHOOK_READ_WRITE)
    public void delete(@PathParam("id") String id) {
        webhooks.delete(caller.get(), id);
    }

    @POST
    @Path("/{id}/pause")
    @Idempotent
    @Requires(Permission.WEBHOOK_READ_WRITE)
    public WebhookView pause(@PathParam("id") String id) {
        return webhooks.pause(caller.get(), id);
    }

    @POST
    @Path("/{id}/resume")
    @Idempotent
    @Requires(Permission.WEBHOOK_READ_WRITE)
    public WebhookView resume(@PathParam("id") String id) {
        return webhooks.resume(caller.get(), id);
    }

    @POST
    @Path("/{id}/replay")
    @Idempotent
    @Requires(Permission.WEBHOOK_READ_WRITE)
    public WebhookView replay(@PathParam("id") String id, @Valid @NotNull ReplayRequest where) {
        return webhooks.replay(caller.get(), id, where);
    }

    @POST
    @Path("/{id}/secret")
    @Idempotent
    @Requires(Permission.WEBHOOK_READ_WRITE)
    public WebhookView rotate(@PathParam("id") String id, @Valid RotateSecretRequest wanted) {
        return webhooks.rotate(caller.get(), id, wanted);
    }

    @POST
    @Path("/{id}/test")
    @ChangesNothing(because = "it sends an event that tells nothing")
    @Requires(Permission.WEBHOOK_READ_WRITE)
    public PingView test(@PathParam("id") String id) {
        Webhook webhook = webhooks.find(caller.get().tenant(), id);
        Attempt attempt = Seat.of(request).away(() -> post.ping(webhook));
        return new PingView(
                attempt.isDelivered(), attempt.status() == 0 ? null : (Integer) attempt.status(), attempt.error());
    }

    @GET
    @Path("/{id}/dead-letters")
    @Requires(Permission.WEBHOOK_READ)
    public DeadLetterView.All letters(@PathParam("id") String id, @QueryParam("after") String after) {
        return webhooks.letters(caller.get().tenant(), id, after);
    }

    @POST
    @Path("/{id}/dead-letters/redeliver")
    @Idempotent
    @Requires(Permission.WEBHOOK_READ_WRITE)
    public RedeliveryView redeliverAll(@PathParam("id") String id) {
        return webhooks.redeliver(caller.get(), id, null);
    }

    @POST
    @Path("/{id}/dead-letters/{letter}/redeliver")
    @Idempotent
    @Requires(Permission.WEBHOOK_READ_WRITE)
    public RedeliveryView redeliver(@PathParam("id") String id, @PathParam("letter") String letter) {
        return webhooks.redeliver(caller.get(), id, letter);
    }
}
