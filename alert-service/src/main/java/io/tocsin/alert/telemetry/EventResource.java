package io.tocsin.alert.telemetry;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.idempotency.Idempotent;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.MaxBody;
import io.tocsin.wire.ProblemException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;

/// `POST /v1/events`: telemetry as NDJSON (docs/api.md).
@Path("/v1/events")
@RunOnVirtualThread
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class EventResource {

    private static final long LARGEST_BODY = 256L * 1024 * 1024;

    private final EventIntake intake;
    private final CurrentCaller caller;

    EventResource(EventIntake intake, CurrentCaller caller) {
        this.intake = intake;
        this.caller = caller;
    }

    @POST
    @MaxBody(LARGEST_BODY)
    @Idempotent(Idempotent.Effect.IN_CHUNKS)
    @Requires(Permission.EVENT_WRITE)
    public EventIntakeView take(@QueryParam("machineId") String machineId, InputStream body) {
        if (body == null) {
            throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "The request body is missing");
        }
        return intake.take(caller.get(), machineId, body);
    }
}
