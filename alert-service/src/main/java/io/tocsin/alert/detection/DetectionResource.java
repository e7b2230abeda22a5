package io.tocsin.alert.detection;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.idempotency.ChangesNothing;
import io.tocsin.idempotency.Idempotent;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.MaxBody;
import io.tocsin.wire.ProblemException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jboss.resteasy.reactive.RestResponse;

/// `/v1/detections` (docs/api.md). A rule is sent as it is, YAML or JSON, whatever the content type.
@Path("/v1/detections")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
public class DetectionResource {

    private static final long LARGEST_RULE = 128 * 1024;

    private final DetectionService detections;
    private final DryRun dryRun;
    private final CurrentCaller caller;

    DetectionResource(DetectionService detections, DryRun dryRun, CurrentCaller caller) {
        this.detections = detections;
        this.dryRun = dryRun;
        this.caller = caller;
    }

    @GET
    @Requires(Permission.DETECTION_READ)
    public DetectionView.All list() {
        return detections.all(caller.get().tenant());
    }

    @GET
    @Path("/{id}")
    @Requires(Permission.DETECTION_READ)
    public DetectionView get(@PathParam("id") String id) {
        return detections.get(caller.get().tenant(), id);
    }

    @POST
    @Consumes(MediaType.WILDCARD)
    @MaxBody(LARGEST_RULE)
    @Idempotent
    @Requires(Permission.DETECTION_READ_WRITE)
    public RestResponse<DetectionView> create(InputStream rule) {
        return RestResponse.status(RestResponse.Status.CREATED, detections.create(caller.get(), text(rule)));
    }

    @PUT
    @Path("/{id}")
    @Consumes(MediaType.WILDCARD)
    @MaxBody(LARGEST_RULE)
    @Requires(Permission.DETECTION_READ_WRITE)
    public DetectionView replace(@PathParam("id") String id, InputStream rule) {
        return detections.replace(caller.get(), id, text(rule));
    }

    @PATCH
    @Path("/{id}")
    @Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
    @Requires(Permission.DETECTION_READ_WRITE)
    public DetectionView change(@PathParam("id") String id, @Valid @NotNull DetectionChange change) {
        return detections.change(caller.get(), id, change);
    }

    @DELETE
    @Path("/{id}")
    @Requires(Permission.DETECTION_READ_WRITE)
    public void delete(@PathParam("id") String id) {
        detections.delete(caller.get(), id);
    }

    @POST
    @Path("/dry-run")
    @Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
    @MaxBody(LARGEST_RULE)
    @ChangesNothing(because = "it looks what a rule would have hit")
    @Requires(Permission.DETECTION_READ)
    public DryRunView dryRun(@Valid @NotNull DryRunRequest request) {
        return dryRun.run(caller.get(), request);
    }

    private static String text(InputStream body) {
        if (body == null) {
            throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "The request body is missing");
        }
        try {
            byte[] bytes = body.readAllBytes();
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.isBlank()) {
                throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "The request body is missing");
            }
            return text;
        } catch (CharacterCodingException notText) {
            throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "The rule is not UTF-8 text");
        } catch (IOException broken) {
            throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "The request body broke off");
        }
    }
}
