package io.tocsin.response.investigation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.audit.Audit;
import io.tocsin.identity.DeviceScope;
import io.tocsin.outbox.OutboxMessage;
import io.tocsin.response.client.indicator.AskedValues;
import io.tocsin.response.client.indicator.Decided;
import io.tocsin.response.client.indicator.IndicatorClient;
import io.tocsin.response.client.indicator.NewIndicator;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.WebApplicationException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/// Blocks what was found on the network, and files no agent can be told otherwise, by an indicator, and takes it away
/// again (docs/adr/070, 085). indicator-service
/// says first what indicators there are make of it: one that allows it stands, and one that blocks it is enough.
@ApplicationScoped
class NetworkBlocks {

    static final String BLOCK = "block-entity";
    static final String UNBLOCK = "unblock-entity";

    private static final int LONGEST = 2_000;
    private static final int LONGEST_REASON = 500;
    private static final long DAY = 24 * 60 * 60;

    private final IndicatorClient indicators;
    private final RemediationRepository remediations;
    private final InvestigationRepository investigations;
    private final Audit audit;
    private final ObjectMapper json;

    NetworkBlocks(
            @RestClient IndicatorClient indicators,
            RemediationRepository remediations,
            InvestigationRepository investigations,
            Audit audit,
            ObjectMapper json) {
        this.indicators = indicators;
        this.remediations = remediations;
        this.investigations = investigations;
        this.audit = audit;
        this.json = json;
    }

    static ObjectNode payload(int days) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("until", WireTime.now().plusSeconds(days * DAY).toString());
    }

    Runnable block(OutboxMessage message) {
        Optional<RemediationView> wanted = standing(message, "Running");
        if (wanted.isEmpty()) {
            return () -> {};
        }
        RemediationView it = wanted.get();
        String type = it.details().path("indicatorType").asText();
        String value = it.details().path("indicatorValue").asText();
        String title = "Blocked by investigation " + it.investigationId();
        try {
            Decided.Verdict decided = indicators
                    .match(message.tenant(), AskedValues.of(type, value))
                    .value()
                    .getFirst();
            boolean ours = decided.matched() && title.equals(decided.indicator().title());
            if (decided.matched() && !ours && "Allowed".equals(decided.action())) {
                return () ->
                        failed(message, it, "Indicator " + decided.indicator().id() + " allows it");
            }
            if (decided.matched() && !ours && String.valueOf(decided.action()).startsWith("Block")) {
                return () -> blockedAlready(message, it, decided.indicator().id());
            }
            String id = submit(message, it, title, type, value);
            return () -> blocked(message, it, id);
        } catch (WebApplicationException answered) {
            return refused(message, it, answered);
        }
    }

    private String submit(OutboxMessage message, RemediationView it, String title, String type, String value) {
        String reasons = String.join("; ", it.reasons());
        var indicator = new NewIndicator(
                value,
                type,
                type.startsWith("File") ? "BlockAndRemediate" : "Block",
                title,
                reasons.substring(0, Math.min(LONGEST, reasons.length())),
                "High",
                message.payload().path("until").asText(),
                true,
                "Investigation " + it.investigationId());
        return indicators
                .submit(message.tenant(), message.id().toString(), indicator)
                .id();
    }

    /// What will not be answered otherwise another time is an end; anything else is tried again: a permission that is
    /// missing is granted.
    private Runnable refused(OutboxMessage message, RemediationView it, WebApplicationException answered) {
        int status = answered.getResponse().getStatus();
        if (status != 400 && status != 422) {
            throw new IllegalStateException("indicator-service answered " + status);
        }
        String reason = "indicator-service takes no such indicator: " + said(answered);
        return () -> failed(message, it, reason);
    }

    private String said(WebApplicationException answered) {
        try {
            JsonNode error = json.readTree(answered.getResponse().readEntity(String.class))
                    .path("error");
            String said =
                    error.path("code").asText() + ": " + error.path("message").asText();
            return said.substring(0, Math.min(LONGEST_REASON, said.length()));
        } catch (IOException | RuntimeException notJson) {
            return Integer.toString(answered.getResponse().getStatus());
        }
    }

    Runnable unblock(OutboxMessage message) {
        Optional<RemediationView> wanted = standing(message, "Undoing");
        if (wanted.isEmpty()) {
            return () -> {};
        }
        RemediationView it = wanted.get();
        try {
            indicators.delete(message.tenant(), it.details().path("indicatorId").asText());
        } catch (WebApplicationException answered) {
            int status = answered.getResponse().getStatus();
            if (status != 404) { // it has expired, or somebody was faster
                throw new IllegalStateException("indicator-service answered " + status);
            }
        }
        return () -> {
            if (remediations.end(message.tenant(), id(it), "Undoing", "Undone", null, WireTime.now())) {
                audit.record(message.tenant(), Investigator.ACTOR, "remediation.undone", it.id(), Map.of());
            }
        };
    }

    /// Whether the call is still wanted is asked when it is made.
    private Optional<RemediationView> standing(OutboxMessage message, String status) {
        return QuarkusTransaction.requiringNew()
                .call(() ->
                        remediations.find(message.tenant(), DeviceScope.EVERYTHING, UUID.fromString(message.subject())))
                .filter(it -> it.status().equals(status));
    }

    private void blocked(OutboxMessage message, RemediationView it, String indicator) {
        wake(message, it);
        if (remediations.blocked(message.tenant(), id(it), indicator, WireTime.now())) {
            ended(message, it, Map.of("status", "Succeeded", "indicatorId", indicator));
        }
    }

    private void blockedAlready(OutboxMessage message, RemediationView it, String indicator) {
        wake(message, it);
        String details = "Indicator " + indicator + " blocks it already";
        if (remediations.end(message.tenant(), id(it), "Running", "Succeeded", details, WireTime.now())) {
            ended(message, it, Map.of("status", "Succeeded", "reason", details));
        }
    }

    private void failed(OutboxMessage message, RemediationView it, String reason) {
        wake(message, it);
        if (remediations.end(message.tenant(), id(it), "Running", "Failed", reason, WireTime.now())) {
            ended(message, it, Map.of("status", "Failed", "reason", reason));
        }
    }

    /// Takes the investigation's row first, as its steps do, or the two would wait for each other.
    private void wake(OutboxMessage message, RemediationView it) {
        investigations.wake(message.tenant(), Long.parseLong(it.investigationId()));
    }

    private void ended(OutboxMessage message, RemediationView it, Map<String, Object> detail) {
        audit.record(message.tenant(), Investigator.ACTOR, "remediation.end", it.id(), detail);
    }

    private static UUID id(RemediationView it) {
        return UUID.fromString(it.id());
    }
}
