package io.tocsin.alert.incident;

import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import io.tocsin.odata.ODataQuery;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Incidents by their ids, without their alerts, for whoever follows changes rather than asks a page.
@ApplicationScoped
public class IncidentsById {

    private final Statements statements;
    private final IncidentRepository incidents;
    private final IncidentOutlines outlines;

    IncidentsById(Statements statements, IncidentRepository incidents, IncidentOutlines outlines) {
        this.statements = statements;
        this.incidents = incidents;
        this.outlines = outlines;
    }

    /// Those in reach that the filter lets through, as they are now.
    public Map<Long, IncidentOutlineView> find(
            UUID tenant, DeviceScope scope, ODataQuery filter, Collection<Long> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        var parameters = new ArrayList<>(IncidentReach.parameters(tenant, scope));
        parameters.addAll(filter.parameters());
        parameters.add(ids);
        List<Long> wanted = statements.list(
                "select incident_id from incident where tenant_id = ? and " + IncidentReach.condition(scope) + " and ("
                        + filter.where() + ") and incident_id = any(cast(? as bigint[]))",
                row -> row.getLong(1),
                parameters.toArray());
        var comments = incidents.comments(tenant, wanted);
        var inReach = outlines.of(tenant, scope, wanted);
        var found = new LinkedHashMap<Long, IncidentOutlineView>();
        for (IncidentEntity incident : incidents.of(tenant, wanted)) {
            found.put(
                    incident.incidentId,
                    IncidentOutlineView.of(
                            incident,
                            IncidentService.outline(scope, incident, inReach.get(incident.incidentId)),
                            comments.getOrDefault(incident.incidentId, List.of())));
        }
        return found;
    }
}
