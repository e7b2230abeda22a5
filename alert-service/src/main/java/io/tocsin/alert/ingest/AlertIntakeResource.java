package io.tocsin.alert.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.alert.mapping.AlertMappings;
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
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
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
    private final AlertMappings mappings;
    private final AlertService alerts;
    private final CurrentCaller caller;
    private final CallerUri uri;
    private final RoutingContext request;

    AlertIntakeResource(
            ExternalAlerts external,
            AlertItems items,
            AlertStreams streams,
            AlertReader reader,
            AlertMappings mappings,
            AlertService alerts,
            CurrentCaller caller,
            CallerUri uri,
            RoutingContext request) {
        this.external = external;
        this.items = items;
        this.streams = streams;
        this.reader = reader;
        this.mappings = mappings;
        this.alerts = alerts;
        this.caller = caller;
        this.uri = uri;
        this.request = request;
    }

    @POST
    @MaxBody(LARGEST_BODY)
    @Idempotent(Idempotent.Effect.ITEM_BY_ITEM)
    @Requires(Permission.ALERT_READ_WRITE)
    public Response submit(
            @QueryParam("mapping") String mapping, @QueryParam("source") String source, @NotNull JsonNode body) {
        IntakeForm form = form(mapping, source);
        return body.isArray() ? several(form, body) : one(form, body);
    }

    private IntakeForm form(String mapping, String source) {
        if (mapping == null && source != null) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "source is the alert's own without a mapping");
        }
        return new IntakeForm(
                reader, mapping == null ? null : mappings.named(caller.get().tenant(), mapping, source));
    }

    private Response one(IntakeForm form, JsonNode body) {
        SubmitAlertRequest request = form.read(body);
        if (request == null) {
            return Response.noContent().build();
        }
        Outcome.Stored stored = external.submit(external.sender(caller.get()), form, request);
        AlertView alert = stored.created()
                ? CreatedAlert.view(caller.get().tenant(), stored)
                : alerts.get(caller.get(), stored.id());
        return Response.status(stored.created() ? 201 : 200)
                .entity(new EntityBody<>(uri.context("Alerts/$entity"), alert))
                .build();
    }

    private Response several(IntakeForm form, JsonNode body) {
        BatchBound.check(body.size(), MOST_ITEMS, "alerts");
        return Response.ok(items.submit(external.sender(caller.get()), form, body))
                .build();
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
            @QueryParam("mapping") String mapping,
            @QueryParam("source") String source,
            @QueryParam("results") String results,
            InputStream body) {
        if (body == null) {
            throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "The request body is missing");
        }
        IntakeForm form = form(mapping, source);
        return inNumbers(results)
                ? Response.ok(streams.counted(caller.get(), form, body), MediaType.APPLICATION_JSON_TYPE)
                        .build()
                : Response.ok(streams.byLine(caller.get(), form, body), LINES).build();
    }

    private boolean inNumbers(String results) {
        if (results != null && !results.equals("lines") && !results.equals("numbers")) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "results is lines or numbers");
        }
        return "numbers".equals(results) || request.request().headers().contains("Idempotency-Key");
    }
}
