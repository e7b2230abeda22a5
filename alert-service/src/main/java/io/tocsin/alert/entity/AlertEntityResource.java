package io.tocsin.alert.entity;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.wire.CallerUri;
import io.tocsin.wire.CollectionBody;
import io.tocsin.wire.EntityBody;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/// What an alert is about (contract 10 §4); its machine is response-service's.
@Path("/api/alerts/{id}")
@RunOnVirtualThread
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class AlertEntityResource {

    private final EntityService entities;
    private final CurrentCaller caller;
    private final CallerUri uri;

    AlertEntityResource(EntityService entities, CurrentCaller caller, CallerUri uri) {
        this.entities = entities;
        this.caller = caller;
        this.uri = uri;
    }

    @GET
    @Path("/domains")
    @Requires(Permission.URL_READ)
    public CollectionBody<DomainView> domains(@PathParam("id") String id) {
        return new CollectionBody<>(uri.context("Domains"), null, entities.domainsOf(caller.get(), id), null);
    }

    @GET
    @Path("/files")
    @Requires(Permission.FILE_READ)
    public CollectionBody<FileView> files(@PathParam("id") String id) {
        return new CollectionBody<>(uri.context("Files"), null, entities.filesOf(caller.get(), id), null);
    }

    @GET
    @Path("/ips")
    @Requires(Permission.IP_READ)
    public CollectionBody<IpView> addresses(@PathParam("id") String id) {
        return new CollectionBody<>(uri.context("Ips"), null, entities.addressesOf(caller.get(), id), null);
    }

    @GET
    @Path("/user")
    @Requires(Permission.USER_READ)
    public EntityBody<UserView> user(@PathParam("id") String id) {
        return new EntityBody<>(uri.context("Users/$entity"), entities.userOf(caller.get(), id));
    }
}
