package io.tocsin.alert.entity;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.alert.triage.AlertSelection;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.wire.CallerUri;
import io.tocsin.wire.CollectionBody;
import io.tocsin.wire.EntityBody;
import io.tocsin.wire.IpLiteral;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// `/api/ips` (contract 60 §2).
@Path("/api/ips")
@RunOnVirtualThread
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class IpResource {

    private final EntityService entities;
    private final EntityAlerts alerts;
    private final CurrentCaller caller;
    private final CallerUri uri;

    IpResource(EntityService entities, EntityAlerts alerts, CurrentCaller caller, CallerUri uri) {
        this.entities = entities;
        this.alerts = alerts;
        this.caller = caller;
        this.uri = uri;
    }

    @GET
    @Path("/{ip}/stats")
    @Requires(Permission.IP_READ)
    public EntityBody<IpStatsView> statistics(
            @PathParam("ip") String ip, @QueryParam("lookBackHours") String lookBackHours) {
        return new EntityBody<>(
                uri.context("microsoft.windowsDefenderATP.api.InOrgIPStats"),
                entities.addressStatistics(caller.get(), ip, lookBackHours));
    }

    /// Evidence holds addresses as their senders spelled them. The context is the recorded one (wire-facts
    /// §3).
    @GET
    @Path("/{ip}/alerts")
    @Requires(Permission.ALERT_READ)
    public CollectionBody<Object> alerts(@PathParam("ip") String ip) {
        String address = IpLiteral.required(ip);
        String lower = ip.toLowerCase(Locale.ROOT);
        String full = InetAddress.ofLiteral(address).getHostAddress();
        return alerts.of(
                AlertSelection.ofAddress(
                        List.of(address, ip, lower, lower.toUpperCase(Locale.ROOT), full),
                        Stream.of(address, lower, full)
                                .map(host -> host.contains(":") ? "[" + host + "]" : host)
                                .toList()),
                "AlertEntitySetName");
    }
}
