package io.tocsin.alert.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.alert.triage.AlertService;
import io.tocsin.alert.triage.AlertView;
import io.tocsin.idempotency.Idempotent;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.wire.BatchBound;
import io.tocsin.wire.CallerUri;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.EntityBody;
import io.tocsin.wire.MaxBody;
import io.tocsin.wire.ProblemException;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;

/// `POST /v1/alerts`: one alert, an array of them, or a stream (docs/api.md).
@Path("/v1/alerts")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class AlertIntakeResource {

    private static final String LINES = "application/x-ndjson";
    private static final int MOST_ITEMS = 1_000;
    private static final long LARGEST_BODY = 16 * 1024 * 1024;
    private static final long LONGEST_STREAM = Long.MAX_VALUE;

    private final ExternalAlerts external;
    private final AlertItems items;
    private final AlertStreams streams;
    private final AlertReader reader;
    private final AlertService alerts;
    private final CurrentCaller caller;
    private final CallerUri uri;

    AlertIntakeResource(
            ExternalAlerts external,
            AlertItems items,
            AlertStreams streams,
            AlertReader reader,
            AlertService alerts,
            CurrentCaller caller,
            CallerUri uri) {
        this.external = external;
        this.items = items;
        this.streams = streams;
        this.reader = reader;
        this.alerts = alerts;
        this.caller = caller;
        this.uri = uri;
    }

    @POST
    @MaxBody(LARGEST_BODY)
    @Idempotent(Idempotent.Effect.ITEM_BY_ITEM)
    @Requires(Permission.ALERT_READ_WRITE)
    public Response submit(@NotNull JsonNode body) {
        return body.isArray() ? several(body) : one(body);
    }

    private Response one(JsonNode body) {
        Outcome.Stored stored = external.submit(external.sender(caller.get()), reader.read(body));
        AlertView alert = stored.created()
                ? CreatedAlert.view(caller.get().tenant(), stored)
                : alerts.get(caller.get(), stored.id());
        return Response.status(stored.created() ? 201 : 200)
                .entity(new EntityBody<>(uri.context("Alerts/$entity"), alert))
                .build();
    }

    private Response several(JsonNode body) {
        BatchBound.check(body.size(), MOST_ITEMS, "alerts");
        return Response.ok(items.submit(external.sender(caller.get()), body)).build();
    }

    /// A stream is answered line by line while it is read. Whoever wants to repeat it by a key, or accepts only
    /// JSON, gets numbers when it is over.
    @POST
    @Consumes({LINES, "application/ndjson", "application/jsonl"})
    @Produces({LINES, MediaType.APPLICATION_JSON})
    @MaxBody(LONGEST_STREAM)
    @Idempotent(Idempotent.Effect.IN_CHUNKS)
    @Requires(Permission.ALERT_READ_WRITE)
    public Response stream(
            InputStream body,
            @HeaderParam(HttpHeaders.ACCEPT) String accepted,
            @HeaderParam("Idempotency-Key") String key) {
        if (body == null) {
            throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "The request body is missing");
        }
        boolean numbers = key != null
                || accepted != null && accepted.contains(MediaType.APPLICATION_JSON) && !accepted.contains(LINES);
        return numbers
                ? Response.ok(streams.counted(caller.get(), body), MediaType.APPLICATION_JSON_TYPE)
                        .build()
                : Response.ok(streams.byLine(caller.get(), body), LINES).build();
    }
}
