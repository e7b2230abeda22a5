package io.tocsin.alert.entity;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.alert.triage.AlertSelection;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.wire.CallerUri;
import io.tocsin.wire.CollectionBody;
import io.tocsin.wire.EntityBody;
import io.tocsin.wire.HostName;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.net.IDN;
import java.util.List;
import java.util.Locale;

/// `/api/domains` (contract 60 §2); their machines are response-service's.
@Path("/api/domains")
@RunOnVirtualThread
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class DomainResource {

    private final EntityService entities;
    private final EntityAlerts alerts;
    private final CurrentCaller caller;
    private final CallerUri uri;

    DomainResource(EntityService entities, EntityAlerts alerts, CurrentCaller caller, CallerUri uri) {
        this.entities = entities;
        this.alerts = alerts;
        this.caller = caller;
        this.uri = uri;
    }

    @GET
    @Path("/{domain}/stats")
    @Requires(Permission.URL_READ)
    public EntityBody<DomainStatsView> statistics(
            @PathParam("domain") String domain, @QueryParam("lookBackHours") String lookBackHours) {
        return new EntityBody<>(
                uri.context("microsoft.windowsDefenderATP.api.InOrgDomainStats"),
                entities.domainStatistics(caller.get(), domain, lookBackHours));
    }

    @GET
    @Path("/{domain}/alerts")
    @Requires(Permission.ALERT_READ)
    public CollectionBody<Object> alerts(@PathParam("domain") String domain) {
        String host = HostName.required(domain);
        return alerts.of(AlertSelection.ofHost(List.of(host, IDN.toUnicode(host).toLowerCase(Locale.ROOT))));
    }
}
