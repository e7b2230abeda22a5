package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.response.client.alert.AlertChange;
import io.tocsin.response.client.alert.AlertClient;
import io.tocsin.response.client.indicator.IndicatorClient;
import io.tocsin.response.client.indicator.NewIndicator;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Supplier;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/// Makes the calls of `Indicator` and `UpdateAlert` steps to our other services.
@ApplicationScoped
class PeerCalls {

    private static final long DAY = 24 * 60 * 60;
    private static final int LONGEST_REASON = 1_000;

    private final AlertClient alerts;
    private final IndicatorClient indicators;
    private final ObjectMapper json;

    PeerCalls(@RestClient AlertClient alerts, @RestClient IndicatorClient indicators, ObjectMapper json) {
        this.alerts = alerts;
        this.indicators = indicators;
        this.json = json;
    }

    /// @param begun when the step was, from which times are counted: a call that is made again with its key is the same
    Call.Outcome call(UUID tenant, UUID key, StepType type, ObjectNode input, WireTime begun) {
        return outcome(() -> type == StepType.Indicator ? indicator(tenant, key, input, begun) : alert(tenant, input));
    }

    private JsonNode indicator(UUID tenant, UUID key, ObjectNode input, WireTime begun) {
        int days = input.path("expiresInDays").asInt(0);
        var indicator = new NewIndicator(
                input.get("value").asText(),
                input.get("indicatorType").asText(),
                input.get("action").asText(),
                input.get("title").asText(),
                input.path("description").asText("By a playbook"),
                input.path("severity").asText("Medium"),
                days <= 0 ? null : begun.plusSeconds(days * DAY).toString(),
                input.path("generateAlert").asBoolean(false),
                "Playbook");
        return JsonNodeFactory.instance
                .objectNode()
                .put(
                        "indicatorId",
                        indicators.submit(tenant, key.toString(), indicator).id());
    }

    /// To change it twice is to change it once.
    private JsonNode alert(UUID tenant, ObjectNode input) {
        String id = input.get("alertId").asText();
        alerts.change(
                tenant,
                id,
                new AlertChange(
                        input.path("status").asText(null),
                        input.path("classification").asText(null),
                        input.path("determination").asText(null)));
        return JsonNodeFactory.instance.objectNode().put("alertId", id);
    }

    private Call.Outcome outcome(Supplier<JsonNode> call) {
        try {
            return new Call.Outcome(call.get(), null, false);
        } catch (WebApplicationException answered) {
            int status = answered.getResponse().getStatus();
            boolean passing = status == 401 || status == 403 || status == 409 || status == 429 || status >= 500;
            return new Call.Outcome(null, "The other service answered " + status + said(answered), passing);
        } catch (ProcessingException unreachable) {
            return new Call.Outcome(null, "The other service cannot be reached", true);
        }
    }

    /// Its reason, where it gives one.
    private String said(WebApplicationException answered) {
        try {
            JsonNode error = json.readTree(answered.getResponse().readEntity(String.class))
                    .path("error");
            String said =
                    error.path("code").asText() + ": " + error.path("message").asText();
            return error.has("code") ? ", " + said.substring(0, Math.min(LONGEST_REASON, said.length())) : "";
        } catch (IOException | RuntimeException notJson) {
            return "";
        }
    }
}
