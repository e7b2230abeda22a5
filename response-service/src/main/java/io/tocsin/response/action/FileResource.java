package io.tocsin.response.action;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.identity.Open;
import io.tocsin.response.ResponseProblem;
import io.tocsin.response.file.Blobs;
import io.tocsin.response.file.FileLinks;
import io.tocsin.wire.ProblemException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.UUID;

/// `/v1/files`: packages and results, to whoever has a link (docs/adr/038).
@Path("/v1/files")
@RunOnVirtualThread
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_OCTET_STREAM)
public class FileResource {

    private final FileLinks links;
    private final ActionFiles files;
    private final Blobs blobs;

    FileResource(FileLinks links, ActionFiles files, Blobs blobs) {
        this.links = links;
        this.files = files;
        this.blobs = blobs;
    }

    @GET
    @Path("/{tenant}/{link}")
    @Open(because = "the link is sealed, short-lived and made for those alone who may read the action")
    public Response download(@PathParam("tenant") String tenantText, @PathParam("link") String link) {
        UUID tenant = tenant(tenantText);
        FileLinks.Target target = links.open(tenant, link);
        ActionFiles.Whole file = files.find(tenant, target.action(), target.part())
                .orElseThrow(() -> new ProblemException(ResponseProblem.FILE_NOT_THERE));
        StreamingOutput content = blobs.open(tenant, file.blob(), file.size())::to;
        return Response.ok(content)
                .header(HttpHeaders.CONTENT_LENGTH, file.size())
                .header("Cache-Control", "no-store")
                .header("Content-Disposition", "attachment; filename=\"" + name(target) + "\"")
                .build();
    }

    private static String name(FileLinks.Target target) {
        return target.part().equals(ActionFiles.PACKAGE)
                ? "InvestigationPackage-" + target.action() + ".zip"
                : "result-" + target.action() + "-" + target.part();
    }

    private static UUID tenant(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException notOne) {
            throw new ProblemException(ResponseProblem.FILE_NOT_THERE);
        }
    }
}
