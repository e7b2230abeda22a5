package io.tocsin.alert.incident;

import static io.tocsin.db.Statements.number;
import static io.tocsin.db.Statements.strings;
import static io.tocsin.db.Statements.time;
import static java.util.Comparator.comparingInt;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.tocsin.alert.triage.EvidenceRepository;
import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

@ApplicationScoped
class IncidentAlertRepository {

    /// Telemetry is ahead of response-service by up to a second: until the machine is there, its sighting is shown.
    private static final String DEVICES = """
            select s.id, m.aad_device_id, coalesce(m.computer_dns_name, g.device_name) as dns_name,
                   coalesce(m.os_platform, g.os_platform) as os_platform, m.version, m.os_processor, m.os_build,
                   coalesce(m.health_status, 'Unknown') as health_status, coalesce(m.risk_score, 'None') as risk_score,
                   m.rbac_group_name, coalesce(m.rbac_group_id, 0) as rbac_group_id,
                   coalesce(m.first_seen_ticks, g.first_seen_ticks) as first_seen_ticks, m.machine_tags,
                   coalesce(m.onboarding_status, 'InsufficientInfo') as onboarding_status
            from unnest(?) as s(id)
            left join machine m on m.tenant_id = ? and m.id = s.id
            left join machine_sighting g on g.tenant_id = ? and g.machine_id = s.id
            """;

    private static final String ALERT = """
            id, machine_id, source_ref, incident_id, alert_creation_ticks, last_update_ticks, resolved_ticks,
            first_event_ticks, last_event_ticks, title, description, category, status, severity, investigation_id,
            investigation_state, classification, determination, detection_source, detector_id, assigned_to,
            threat_family_name, mitre_techniques
            """;

    private final Statements statements;
    private final AlertEvidenceRepository evidence;

    private record Row(String alertId, String machineId, long incidentId) {}

    IncidentAlertRepository(Statements statements, AlertEvidenceRepository evidence) {
        this.statements = statements;
        this.evidence = evidence;
    }

    /// How many alerts in reach each incident holds; none of one without.
    Map<Long, Integer> counts(UUID tenant, DeviceScope scope, Collection<Long> incidentIds) {
        var parameters = new ArrayList<>(scope.parameters(tenant));
        parameters.add(incidentIds);
        var counts = new HashMap<Long, Integer>();
        statements.list(
                "select incident_id, count(*) from alert where tenant_id = ? and " + scope.on("alert")
                        + " and incident_id = any(cast(? as bigint[])) group by incident_id",
                row -> counts.put(row.getLong(1), row.getInt(2)),
                parameters.toArray());
        return counts;
    }

    /// @param alerts of each incident, those in reach
    /// @param cut incidents of which alerts lack their entities, since all would have been too much together
    record Embedded(Map<Long, List<IncidentAlertView>> alerts, Set<Long> cut) {}

    /// The alerts of incidents, with so much evidence as one answer holds: of the first incidents first.
    Embedded byIncident(UUID tenant, DeviceScope scope, List<Long> incidentIds) {
        String condition = "tenant_id = ? and " + scope.on("alert") + " and incident_id = any(cast(? as bigint[]))";
        var parameters = new ArrayList<>(scope.parameters(tenant));
        parameters.add(incidentIds);
        var known = statements
                .list(
                        "select id, machine_id, incident_id from alert where " + condition,
                        row -> new Row(row.getString(1), row.getString(2), row.getLong(3)),
                        parameters.toArray())
                .stream()
                .sorted(comparingInt((Row row) -> incidentIds.indexOf(row.incidentId()))
                        .thenComparing(Row::alertId))
                .toList();
        var held = evidence.upTo(
                EvidenceRepository.LONGEST_TOGETHER,
                tenant,
                known.stream().map(Row::alertId).toList());
        var devices = devices(
                tenant,
                known.stream()
                        .map(Row::machineId)
                        .filter(id -> id != null)
                        .distinct()
                        .toList());
        return new Embedded(
                statements
                        .list(
                                "select " + ALERT + "from alert where " + condition
                                        + " order by alert_creation_ticks, id",
                                row -> alert(row, devices, held.byAlert()),
                                parameters.toArray())
                        .stream()
                        .collect(groupingBy(IncidentAlertView::incidentId)),
                known.subList(held.alerts(), known.size()).stream()
                        .map(Row::incidentId)
                        .collect(toSet()));
    }

    private Map<String, IncidentDeviceView> devices(UUID tenant, Collection<String> machineIds) {
        return statements.list(DEVICES, IncidentAlertRepository::device, machineIds, tenant, tenant).stream()
                .collect(toMap(IncidentDeviceView::mdatpDeviceId, Function.identity()));
    }

    private static IncidentDeviceView device(ResultSet row) throws SQLException {
        return new IncidentDeviceView(
                row.getString("id"),
                row.getString("aad_device_id"),
                row.getString("dns_name"),
                row.getString("os_platform"),
                row.getString("version"),
                row.getString("os_processor"),
                number(row, "os_build"),
                row.getString("health_status"),
                row.getString("risk_score"),
                row.getString("rbac_group_name"),
                number(row, "rbac_group_id"),
                time(row, "first_seen_ticks"),
                strings(row, "machine_tags"),
                null,
                row.getString("onboarding_status"),
                List.of());
    }

    private static IncidentAlertView alert(
            ResultSet row, Map<String, IncidentDeviceView> devices, Map<String, List<AlertEvidence>> entities)
            throws SQLException {
        String id = row.getString("id");
        String machineId = row.getString("machine_id");
        return new IncidentAlertView(
                id,
                row.getString("source_ref"),
                row.getLong("incident_id"),
                "MicrosoftDefenderForEndpoint",
                time(row, "alert_creation_ticks"),
                time(row, "last_update_ticks"),
                time(row, "resolved_ticks"),
                time(row, "first_event_ticks"),
                time(row, "last_event_ticks"),
                row.getString("title"),
                row.getString("description"),
                row.getString("category"),
                row.getString("status"),
                row.getString("severity"),
                number(row, "investigation_id"),
                row.getString("investigation_state"),
                row.getString("classification"),
                row.getString("determination"),
                row.getString("detection_source"),
                row.getString("detector_id"),
                row.getString("assigned_to"),
                null,
                row.getString("threat_family_name"),
                strings(row, "mitre_techniques"),
                // An alert that came between the two reads shows its machine with the next answer.
                machineId == null || !devices.containsKey(machineId) ? List.of() : List.of(devices.get(machineId)),
                entities.getOrDefault(id, List.of()).stream()
                        .map(found -> IncidentEntityView.of(found, machineId))
                        .toList());
    }
}
