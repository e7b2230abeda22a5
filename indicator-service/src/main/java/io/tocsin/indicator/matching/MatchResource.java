package io.tocsin.indicator.matching;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.admission.Places;
import io.tocsin.idempotency.ChangesNothing;
import io.tocsin.identity.Caller;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.wire.BatchBound;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.MaxBody;
import io.tocsin.wire.OpenStreams;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.RetryLaterException;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Validator;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.InputStream;
import java.util.Set;

/// `POST /v1/indicators/match` and `GET /v1/indicators/explain` (docs/api.md).
@Path("/v1/indicators")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class MatchResource {

    private static final String LINES = "application/x-ndjson";
    private static final int MOST_VALUES = 10_000;
    private static final long LARGEST_BODY = 8 * 1024 * 1024;
    private static final long LONGEST_STREAM = Long.MAX_VALUE;

    private final Matcher matcher;
    private final CurrentCaller caller;
    private final RoutingContext request;
    private final ObjectMapper json;
    private final MatchingConfig config;
    private final OpenStreams open;
    private final Validator validator;
    private final Places places;

    MatchResource(
            Matcher matcher,
            CurrentCaller caller,
            RoutingContext request,
            ObjectMapper json,
            MatchingConfig config,
            OpenStreams open,
            Validator validator,
            MeterRegistry registry) {
        this.matcher = matcher;
        this.caller = caller;
        this.request = request;
        this.json = json;
        this.config = config;
        this.open = open;
        this.validator = validator;
        this.places = new Places(registry, "match-streams", config.streams());
    }

    @POST
    @Path("/match")
    @MaxBody(LARGEST_BODY)
    @ChangesNothing(because = "it looks values up; only their number makes it a POST")
    @Requires({Permission.TI_READ_WRITE, Permission.SERVICE})
    public MatchView match(@NotNull MatchRequest values) {
        if (!values.isPlain()) {
            check(values);
        }
        BatchBound.check(values.values().size(), MOST_VALUES, "values");
        return new MatchView(matcher.match(caller.get(), values.values()));
    }

    /// To look at each of ten thousand by its annotations takes longer than to find it: only what is not plainly right
    /// is.
    private void check(MatchRequest values) {
        Set<ConstraintViolation<MatchRequest>> wrong = validator.validate(values);
        if (!wrong.isEmpty()) {
            throw new ConstraintViolationException(wrong);
        }
    }

    /// However many: answered while they are read.
    @POST
    @Path("/match")
    @Consumes({LINES, "application/ndjson", "application/jsonl"})
    @Produces(LINES)
    @MaxBody(LONGEST_STREAM)
    @ChangesNothing(because = "it looks values up; only their number makes it a POST")
    @Requires({Permission.TI_READ_WRITE, Permission.SERVICE})
    public Response stream(InputStream body) {
        if (body == null) {
            throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "The request body is missing");
        }
        begin();
        Caller asking = caller.get();
        StreamingOutput answer = out -> {
            try (InputStream lines = open.take(body)) {
                new MatchStream(
                                matcher,
                                asking,
                                json.readerFor(MatchRequest.Observable.class),
                                json.writerFor(MatchView.Verdict.class),
                                json.writerFor(FaultyLine.class),
                                config.batch())
                        .answer(lines, out);
            }
        };
        return Response.ok(answer, LINES).build();
    }

    private void begin() {
        if (!places.take(request)) {
            throw new RetryLaterException(
                    CommonProblem.SERVICE_UNAVAILABLE, "The service answers as many streams as it can", 1);
        }
    }

    @GET
    @Path("/explain")
    @Requires({Permission.TI_READ_WRITE, Permission.SERVICE})
    public ExplainView explain(
            @QueryParam("type") String type,
            @QueryParam("value") String value,
            @QueryParam("deviceGroup") String deviceGroup,
            @QueryParam("machineId") String machineId) {
        required("type", type);
        required("value", value);
        return matcher.explain(caller.get(), new MatchRequest.Observable(type, value, deviceGroup, machineId, null));
    }

    private static void required(String name, String value) {
        if (value == null || value.isBlank()) {
            throw new ProblemException(CommonProblem.MISSING_REQUIRED_PARAMETER, name + " argument is missing");
        }
    }
}
