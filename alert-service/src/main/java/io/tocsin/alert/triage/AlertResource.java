package io.tocsin.alert.triage;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.alert.ingest.AlertByReference;
import io.tocsin.alert.ingest.CreateAlertByReferenceRequest;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.odata.Answers;
import io.tocsin.wire.CallerUri;
import io.tocsin.wire.CollectionBody;
import io.tocsin.wire.EntityBody;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/// `/api/alerts` (contract 10 §4).
@Path("/api/alerts")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class AlertResource {

    private final AlertService alerts;
    private final AlertByReference byReference;
    private final CurrentCaller caller;
    private final CallerUri uri;
    private final Answers answers;

    AlertResource(
            AlertService alerts, AlertByReference byReference, CurrentCaller caller, CallerUri uri, Answers answers) {
        this.alerts = alerts;
        this.byReference = byReference;
        this.caller = caller;
        this.uri = uri;
        this.answers = answers;
    }

    @GET
    @Requires(Permission.ALERT_READ)
    public CollectionBody<Object> list() {
        var query = answers.query(AlertService.MODEL);
        AlertService.Page page = alerts.list(caller.get(), query);
        return answers.page("Alerts", query, page.alerts(), page.count(), page.shortened());
    }

    @GET
    @Path("/$count")
    @Produces(MediaType.TEXT_PLAIN)
    @Requires(Permission.ALERT_READ)
    public String count() {
        return Long.toString(alerts.count(caller.get(), AlertSelection.ALL, answers.query(AlertService.MODEL)));
    }

    @GET
    @Path("/{id}")
    @Requires(Permission.ALERT_READ)
    public EntityBody<AlertView> get(@PathParam("id") String id) {
        return entity(id);
    }

    @PATCH
    @Path("/{id}")
    @Requires(Permission.ALERT_READ_WRITE)
    public EntityBody<AlertView> update(@PathParam("id") String id, @Valid @NotNull UpdateAlertRequest request) {
        alerts.update(caller.get(), id, request.toChange());
        return entity(id);
    }

    @POST
    @Path("/CreateAlertByReference")
    @Requires(Permission.ALERT_READ_WRITE)
    public EntityBody<AlertView> createByReference(@Valid @NotNull CreateAlertByReferenceRequest request) {
        return entity(byReference.create(caller.get(), request));
    }

    @POST
    @Path("/batchUpdate")
    @Requires(Permission.ALERT_READ_WRITE)
    public RestResponse<Void> updateMany(@Valid @NotNull UpdateAlertsRequest request) {
        alerts.update(caller.get(), request.ids(), request.toChange());
        return RestResponse.ok();
    }

    private EntityBody<AlertView> entity(String id) {
        return new EntityBody<>(uri.context("Alerts/$entity"), alerts.get(caller.get(), id));
    }
}
