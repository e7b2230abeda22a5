package io.tocsin.alert.incident;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import io.tocsin.alert.correlation.IncidentName;
import io.tocsin.alert.triage.AlertSeverity;
import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Name and severity of incidents for a caller who does not reach all of their alerts: as if there were
/// only those in reach, since a name says where something happened.
@ApplicationScoped
public class IncidentOutlines {

    /// @param name what happened, as far as the caller may know
    /// @param severity the highest of the alerts in reach
    public record Outline(String name, String severity) {

        /// Of an incident that was merged away, or whose last alert in reach has just left it.
        public static Outline ofNothing(long incident, Long redirect) {
            return new Outline(
                    redirect == null ? "Incident " + incident : "Merged into incident " + redirect, "UnSpecified");
        }
    }

    private record Part(long incident, IncidentName.Part name, AlertSeverity severity) {}

    private final Statements statements;

    IncidentOutlines(Statements statements) {
        this.statements = statements;
    }

    /// Nothing for a caller who reaches everything; an incident without alerts in reach is not in it.
    public Map<Long, Outline> of(UUID tenant, DeviceScope scope, Collection<Long> incidents) {
        if (scope.isEverything()) {
            return Map.of();
        }
        var parameters = new ArrayList<>(scope.parameters(tenant));
        parameters.add(incidents);
        return statements
                .list(
                        "select incident_id, title, category, coalesce(computer_dns_name, machine_id) as machine, severity, source,"
                                + " related_user_name, mitre_techniques"
                                + " from alert where tenant_id = ? and " + scope.on("alert")
                                + " and incident_id = any(cast(? as bigint[]))",
                        row -> new Part(
                                row.getLong("incident_id"),
                                new IncidentName.Part(
                                        row.getString("title"),
                                        row.getString("category"),
                                        row.getString("machine"),
                                        row.getString("source"),
                                        row.getString("related_user_name"),
                                        Statements.strings(row, "mitre_techniques")),
                                AlertSeverity.valueOf(row.getString("severity"))),
                        parameters.toArray())
                .stream()
                .collect(groupingBy(Part::incident))
                .entrySet()
                .stream()
                .collect(toMap(Map.Entry::getKey, entry -> outline(entry.getValue())));
    }

    private static Outline outline(List<Part> parts) {
        return new Outline(
                IncidentName.of(parts.stream().map(Part::name).toList()),
                parts.stream()
                        .map(Part::severity)
                        .max(Comparator.naturalOrder())
                        .orElseThrow()
                        .name());
    }
}
