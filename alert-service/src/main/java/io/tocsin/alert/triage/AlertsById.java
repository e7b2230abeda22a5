package io.tocsin.alert.triage;

import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import io.tocsin.odata.ODataQuery;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Alerts by their ids, whole, for whoever follows changes rather than asks a page.
@ApplicationScoped
public class AlertsById {

    private final Statements statements;
    private final AlertRepository alerts;
    private final AlertService service;

    AlertsById(Statements statements, AlertRepository alerts, AlertService service) {
        this.statements = statements;
        this.alerts = alerts;
        this.service = service;
    }

    /// Those in reach that the filter lets through, as they are now, with comments and evidence.
    public Map<String, AlertView> find(UUID tenant, DeviceScope scope, ODataQuery filter, Collection<String> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        var parameters = new ArrayList<>(scope.parameters(tenant));
        parameters.addAll(filter.parameters());
        parameters.add(ids);
        List<String> wanted = statements.list(
                "select id from alert where tenant_id = ? and " + scope.on("alert") + " and (" + filter.where()
                        + ") and id = any(?)",
                row -> row.getString(1),
                parameters.toArray());
        return service.complete(tenant, alerts.of(tenant, wanted), true).stream()
                .collect(Collectors.toMap(AlertView::id, Function.identity()));
    }
}
