package io.tocsin.response.playbook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Alerts and incidents as triggers and steps see them: `${trigger.…}` (docs/api.md).
@ApplicationScoped
class TriggerEvents {

    private static final String ALERT = """
            select jsonb_build_object('alertId', a.id, 'incidentId', a.incident_id, 'title', a.title, 'severity', a.severity,
                'status', a.status, 'category', a.category, 'source', a.source, 'detectionSource', a.detection_source,
                'threatName', a.threat_name, 'machineId', a.machine_id, 'computerDnsName', a.computer_dns_name,
                'mitreTechniques', a.mitre_techniques,
                'sha1s', (select coalesce(jsonb_agg(distinct lower(e.sha1)), '[]') from alert_evidence e
                    where e.tenant_id = a.tenant_id and e.alert_id = a.id and e.sha1 is not null),
                'urls', (select coalesce(jsonb_agg(distinct e.url), '[]') from alert_evidence e
                    where e.tenant_id = a.tenant_id and e.alert_id = a.id and e.url is not null),
                'ipAddresses', (select coalesce(jsonb_agg(distinct e.ip_address), '[]') from alert_evidence e
                    where e.tenant_id = a.tenant_id and e.alert_id = a.id and e.ip_address is not null),
                'accounts', (select coalesce(jsonb_agg(distinct e.account_name), '[]') from alert_evidence e
                    where e.tenant_id = a.tenant_id and e.alert_id = a.id and e.account_name is not null))::text as event
            from alert a where a.tenant_id = ? and a.id = ?
            """;

    private static final String INCIDENT = """
            select jsonb_build_object('incidentId', i.incident_id, 'title', i.incident_name, 'severity', i.severity, 'status', i.status)::text
                as event
            from incident i where i.tenant_id = ? and i.incident_id = ?
            """;

    private final Statements statements;
    private final ObjectMapper json;

    TriggerEvents(Statements statements, ObjectMapper json) {
        this.statements = statements;
        this.json = json;
    }

    /// @param types of triggers it can be of
    record Event(Set<Trigger.Type> types, ObjectNode json) {

        Context context() {
            ObjectNode root = JsonNodeFactory.instance.objectNode();
            root.set("trigger", json);
            return new Context(root);
        }
    }

    /// As it is now; none when it is gone.
    Optional<Event> of(UUID tenant, String feed, String subject) {
        return switch (feed) {
            case "Alert" ->
                read(ALERT, tenant, subject)
                        .map(it -> new Event(
                                it.path("detectionSource").asText().equals("CustomerTI")
                                        ? EnumSet.of(Trigger.Type.Alert, Trigger.Type.IndicatorMatch)
                                        : EnumSet.of(Trigger.Type.Alert),
                                it));
            case "Incident" ->
                read(INCIDENT, tenant, Long.valueOf(subject))
                        .map(it -> new Event(EnumSet.of(Trigger.Type.Incident), it));
            default -> Optional.empty();
        };
    }

    private Optional<ObjectNode> read(String sql, UUID tenant, Object subject) {
        return statements.list(sql, row -> tree(row.getString("event")), tenant, subject).stream()
                .findFirst();
    }

    private ObjectNode tree(String text) {
        try {
            return (ObjectNode) json.readTree(text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the database made broken JSON", impossible);
        }
    }
}
