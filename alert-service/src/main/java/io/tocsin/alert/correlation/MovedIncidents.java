package io.tocsin.alert.correlation;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.alert.incident.IncidentOutlines;
import io.tocsin.db.Statements;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.identity.DeviceScopes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.List;

/// Shows an incident after people have moved alerts.
@ApplicationScoped
class MovedIncidents {

    /// @param alertIds those in the caller's reach
    @RegisterForReflection
    public record View(long incidentId, String incidentName, String severity, String status, List<String> alertIds) {}

    private final Statements statements;
    private final IncidentOutlines outlines;
    private final DeviceScopes scopes;

    MovedIncidents(Statements statements, IncidentOutlines outlines, DeviceScopes scopes) {
        this.statements = statements;
        this.outlines = outlines;
        this.scopes = scopes;
    }

    @Transactional
    View view(Caller caller, long id) {
        DeviceScope scope = scopes.of(caller);
        var parameters = new ArrayList<>(scope.parameters(caller.tenant()));
        parameters.add(id);
        var alerts = statements.list(
                "select id from alert where tenant_id = ? and " + scope.on("alert")
                        + " and incident_id = ? order by id",
                row -> row.getString(1),
                parameters.toArray());
        var view = statements
                .list(
                        "select incident_name, severity, status from incident where tenant_id = ? and incident_id = ?",
                        row -> new View(id, row.getString(1), row.getString(2), row.getString(3), alerts),
                        caller.tenant(),
                        id)
                .getFirst();
        if (scope.isEverything()) {
            return view;
        }
        var outline = outlines.of(caller.tenant(), scope, List.of(id))
                .getOrDefault(id, IncidentOutlines.Outline.ofNothing(id, null));
        return new View(id, outline.name(), outline.severity(), view.status(), alerts);
    }
}
