package io.tocsin.alert.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.alert.triage.AlertService;
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
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;

/// `POST /v1/alerts`: one alert, or an array of them (docs/api.md).
@Path("/v1/alerts")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class AlertIntakeResource {

    private static final int MOST_ITEMS = 1_000;
    private static final long LARGEST_BODY = 16 * 1024 * 1024;

    private final ExternalAlerts external;
    private final AlertService alerts;
    private final CurrentCaller caller;
    private final CallerUri uri;
    private final ObjectMapper json;

    AlertIntakeResource(
            ExternalAlerts external, AlertService alerts, CurrentCaller caller, CallerUri uri, ObjectMapper json) {
        this.external = external;
        this.alerts = alerts;
        this.caller = caller;
        this.uri = uri;
        this.json = json;
    }

    @POST
    @MaxBody(LARGEST_BODY)
    @Idempotent(Idempotent.Effect.ITEM_BY_ITEM)
    @Requires(Permission.ALERT_READ_WRITE)
    public Response submit(@NotNull JsonNode body) {
        return body.isArray() ? several(body) : one(body);
    }

    private Response one(JsonNode body) {
        AlertIntake.Stored stored = external.submit(caller.get(), read(body));
        return Response.status(stored.created() ? 201 : 200)
                .entity(new EntityBody<>(uri.context("Alerts/$entity"), alerts.get(caller.get(), stored.id())))
                .build();
    }

    private Response several(JsonNode body) {
        BatchBound.check(body.size(), MOST_ITEMS, "alerts");
        var items = new ArrayList<ItemView>(body.size());
        for (int index = 0; index < body.size(); index++) {
            items.add(item(index, body.get(index)));
        }
        return Response.ok(new ItemView.Items(items)).build();
    }

    private ItemView item(int index, JsonNode body) {
        String reference = body.path("sourceRef").asText(null);
        try {
            AlertIntake.Stored stored = external.submit(caller.get(), read(body));
            return new ItemView(index, reference, stored.id(), stored.created() ? 201 : 200, null);
        } catch (ProblemException refused) {
            var error = new ItemView.ItemError(refused.type().code(), refused.getMessage());
            return new ItemView(index, reference, null, refused.type().status(), error);
        }
    }

    private SubmitAlertRequest read(JsonNode body) {
        if (!body.isObject()) {
            throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "An alert is a JSON object");
        }
        try {
            return json.treeToValue(body, SubmitAlertRequest.class);
        } catch (JsonMappingException wrong) {
            String property = wrong.getPath().isEmpty()
                    ? "The alert"
                    : wrong.getPath().getFirst().getFieldName();
            throw new ProblemException(CommonProblem.INVALID_INPUT, property + " has a value that is not acceptable");
        } catch (JsonProcessingException wrong) {
            throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "The alert cannot be read");
        }
    }
}
