package io.tocsin.alert.story;

import static io.tocsin.db.Statements.number;
import static io.tocsin.db.Statements.strings;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.tocsin.alert.incident.IncidentReach;
import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

@ApplicationScoped
class StoryRepository {

    record Head(
            long id,
            Long redirect,
            String name,
            String severity,
            String status,
            WireTime created,
            WireTime lastUpdate) {}

    private record Reason(String alertId, IncidentStory.Why why) {}

    private final Statements statements;

    StoryRepository(Statements statements) {
        this.statements = statements;
    }

    Optional<Head> incident(UUID tenant, DeviceScope scope, long id) {
        return statements
                .list(
                        "select incident_id, redirect_incident_id, incident_name, severity, status, created_ticks, last_update_ticks"
                                + " from incident where tenant_id = ? and " + IncidentReach.condition(scope)
                                + " and incident_id = ?",
                        row -> new Head(
                                row.getLong("incident_id"),
                                number(row, "redirect_incident_id"),
                                row.getString("incident_name"),
                                row.getString("severity"),
                                row.getString("status"),
                                new WireTime(row.getLong("created_ticks")),
                                new WireTime(row.getLong("last_update_ticks"))),
                        with(IncidentReach.parameters(tenant, scope), id))
                .stream()
                .findFirst();
    }

    /// The incident's alerts in reach, and why they are in it as far as the reasons are in reach too.
    List<IncidentStory.Alert> alerts(UUID tenant, DeviceScope scope, long incident) {
        var reasons = reasons(tenant, scope, incident);
        return statements.list(
                """
                select id, title, severity, status, detection_source, source, machine_id, computer_dns_name,
                       mitre_techniques, coalesce(first_event_ticks, alert_creation_ticks) as from_ticks,
                       coalesce(last_event_ticks, first_event_ticks, alert_creation_ticks) as to_ticks
                from alert where tenant_id = ? and %s and incident_id = ? order by from_ticks, id
                """.formatted(scope.on("alert")),
                row -> new IncidentStory.Alert(
                        row.getString("id"),
                        row.getString("title"),
                        row.getString("severity"),
                        row.getString("status"),
                        row.getString("detection_source"),
                        row.getString("source"),
                        "ThirdPartySensors".equals(row.getString("detection_source")),
                        row.getString("machine_id"),
                        row.getString("computer_dns_name"),
                        new WireTime(row.getLong("from_ticks")),
                        new WireTime(row.getLong("to_ticks")),
                        strings(row, "mitre_techniques"),
                        reasons.getOrDefault(row.getString("id"), List.of())),
                with(scope.parameters(tenant), incident));
    }

    private Map<String, List<IncidentStory.Why>> reasons(UUID tenant, DeviceScope scope, long incident) {
        return statements
                .list(
                        """
                        select l.alert_id, l.rule, l.linked_alert_id, l.detail from alert_link l join alert a on a.tenant_id = l.tenant_id and a.id = l.alert_id
                        left join alert b on b.tenant_id = l.tenant_id and b.id = l.linked_alert_id
                        where l.tenant_id = ? and %s and a.incident_id = ?
                        order by array_position(array['First', 'SameProcessTree', 'SameMachineAndTime', 'SharedFileHash',
                            'SharedIpAddress', 'SharedDomain', 'SharedUrl', 'SharedAccount'], l.rule), l.created_ticks, l.linked_alert_id
                        """.formatted(scope.on("b")),
                        row -> new Reason(
                                row.getString("alert_id"),
                                new IncidentStory.Why(
                                        row.getString("rule"),
                                        row.getString("linked_alert_id"),
                                        row.getString("detail"))),
                        with(scope.parameters(tenant), incident))
                .stream()
                .collect(groupingBy(Reason::alertId, mapping(Reason::why, toList())));
    }

    private static Object[] with(List<Object> parameters, long last) {
        return Stream.concat(parameters.stream(), Stream.of(last)).toArray();
    }
}
