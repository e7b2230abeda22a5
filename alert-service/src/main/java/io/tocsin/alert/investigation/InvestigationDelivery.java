package io.tocsin.alert.investigation;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.alert.client.response.InvestigationRequest;
import io.tocsin.alert.client.response.ResponseClient;
import io.tocsin.alert.client.response.StartedInvestigation;
import io.tocsin.alert.ingest.AlertByReference;
import io.tocsin.audit.Audit;
import io.tocsin.outbox.OutboxDelivery;
import io.tocsin.outbox.OutboxMessage;
import io.tocsin.outbox.OutboxRefusedException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.WebApplicationException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/// Asks response-service for the investigation of an alert, and sets on the alert what it answers.
@ApplicationScoped
class InvestigationDelivery implements OutboxDelivery {

    static final String DESTINATION = "response-service";
    static final String KIND = "investigation";

    private static final String ACTOR = "alert-service";
    private static final String COMMENT = "By a policy for investigations";
    private static final Runnable NOTHING = () -> {};

    /// What will not be answered otherwise another time. Not 401, 403 and 404: a permission that is missing is
    /// granted, and a machine may be on its way; nor 409, which says that an attempt before is still worked on.
    private static final Set<Integer> FOR_GOOD = Set.of(400, 405, 413, 415, 422);

    private final InvestigationRepository investigations;
    private final ResponseClient responses;
    private final Audit audit;
    private final Counter suppressed;

    InvestigationDelivery(
            InvestigationRepository investigations,
            @RestClient ResponseClient responses,
            Audit audit,
            MeterRegistry registry) {
        this.investigations = investigations;
        this.responses = responses;
        this.audit = audit;
        this.suppressed = Counter.builder("tocsin.investigations.suppressed")
                .description("Investigations a policy asked for beyond what its tenant allows in an hour")
                .register(registry);
    }

    /// What is left to ask for.
    ///
    /// @param policy by what, as the audit calls it
    private record Wanted(AlertOfMachine alert, String policy) {}

    @Override
    public String destination() {
        return DESTINATION;
    }

    @Override
    public Runnable deliver(OutboxMessage message) {
        Optional<Wanted> wanted = QuarkusTransaction.requiringNew().call(() -> wanted(message));
        if (wanted.isEmpty()) {
            return NOTHING;
        }
        AlertOfMachine alert = wanted.get().alert();
        String policy = wanted.get().policy();
        StartedInvestigation answer = ask(message);
        long investigation = number(answer);
        return () -> {
            if (investigations.started(message.tenant(), alert.id(), investigation, answer.state())) {
                audit.record(
                        message.tenant(),
                        ACTOR,
                        "alert.investigate",
                        alert.id(),
                        Map.of("policy", policy, "investigationId", investigation, "state", answer.state()));
            }
        };
    }

    /// The alert and the policy that asks for it, as both are now; none when there is nothing to ask for any more.
    private Optional<Wanted> wanted(OutboxMessage message) {
        UUID tenant = message.tenant();
        Optional<AlertOfMachine> found = investigations.alerts(tenant, List.of(message.subject())).stream()
                .findFirst();
        InvestigationPoliciesView policies = investigations.policies(tenant).orElse(InvestigationPoliciesView.USUAL);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        AlertOfMachine alert = found.get();
        if (policies.wantsByReference(alert)) {
            return Optional.of(new Wanted(alert, AlertByReference.SOURCE));
        }
        List<InvestigationPolicy> asking = policies.value().stream()
                .filter(policy -> policy.asksFor(alert))
                .toList();
        Optional<InvestigationPolicy> policy = asking.stream()
                .filter(it -> !it.isAboutGroups() || it.deviceGroupIds().contains(alert.groupId()))
                .findFirst();
        if (policy.isEmpty()
                && alert.groupId() == null
                && asking.stream().anyMatch(InvestigationPolicy::isAboutGroups)) {
            throw new IllegalStateException("the machine is in no device group yet");
        }
        if (policy.isPresent() && !investigations.ask(tenant, alert.id(), policies.perHour())) {
            suppressed.increment();
            return Optional.empty();
        }
        return policy.map(it -> new Wanted(alert, it.name()));
    }

    /// With the words of the first attempt, whatever the alert is now: one key is for one request.
    private StartedInvestigation ask(OutboxMessage message) {
        JsonNode incident = message.payload().path("incidentId");
        var request = new InvestigationRequest(
                message.payload().path("machineId").asText(),
                message.subject(),
                incident.isNumber() ? incident.longValue() : null,
                COMMENT);
        try {
            return responses.investigate(message.tenant(), message.id().toString(), request);
        } catch (WebApplicationException answered) {
            int status = answered.getResponse().getStatus();
            if (FOR_GOOD.contains(status)) {
                throw new OutboxRefusedException("response-service answered " + status);
            }
            throw new IllegalStateException("response-service answered " + status);
        }
    }

    private static long number(StartedInvestigation answer) {
        try {
            return Long.parseLong(answer.id());
        } catch (NumberFormatException notOne) {
            throw new OutboxRefusedException("response-service answered an id that is no number");
        }
    }
}
