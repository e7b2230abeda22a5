package io.tocsin.alert.entity;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.alert.triage.AlertSelection;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.wire.CallerUri;
import io.tocsin.wire.CollectionBody;
import io.tocsin.wire.EntityBody;
import io.tocsin.wire.FileHash;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// `/api/files` (contract 60 §2); its machines are response-service's.
@Path("/api/files")
@RunOnVirtualThread
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class FileResource {

    private final EntityService entities;
    private final EntityAlerts alerts;
    private final CurrentCaller caller;
    private final CallerUri uri;

    FileResource(EntityService entities, EntityAlerts alerts, CurrentCaller caller, CallerUri uri) {
        this.entities = entities;
        this.alerts = alerts;
        this.caller = caller;
        this.uri = uri;
    }

    @GET
    @Path("/{id}")
    @Requires(Permission.FILE_READ)
    public EntityBody<FileView> get(@PathParam("id") String id) {
        return new EntityBody<>(uri.context("Files/$entity"), entities.file(caller.get(), id));
    }

    @GET
    @Path("/{id}/stats")
    @Requires(Permission.FILE_READ)
    public EntityBody<FileStatsView> statistics(
            @PathParam("id") String id, @QueryParam("lookBackHours") String lookBackHours) {
        return new EntityBody<>(
                uri.context("microsoft.windowsDefenderATP.api.InOrgFileStats"),
                entities.fileStatistics(caller.get(), id, lookBackHours));
    }

    @GET
    @Path("/{id}/alerts")
    @Requires(Permission.ALERT_READ)
    public CollectionBody<Object> alerts(@PathParam("id") String id) {
        String sha1 = FileHash.requiredSha1(id).hex();
        return alerts.of(
                AlertSelection.ofFile(spellings(List.of(sha1)), spellings(entities.sha256Of(caller.get(), sha1))));
    }

    private static List<String> spellings(List<String> hashes) {
        return hashes.stream()
                .flatMap(hash -> Stream.of(hash, hash.toUpperCase(Locale.ROOT)))
                .toList();
    }
}
