package io.tocsin.alert.triage;

import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import io.tocsin.odata.ODataQuery;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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

    /// @param alerts those that were found, by id
    /// @param beyond what would have been too much evidence together with them
    public record Found(Map<String, AlertView> alerts, Set<String> beyond) {}

    /// Those in reach that the filter lets through, as they are now, with comments and evidence.
    public Map<String, AlertView> find(UUID tenant, DeviceScope scope, ODataQuery filter, Collection<String> ids) {
        return find(tenant, scope, filter, ids, Integer.MAX_VALUE).alerts();
    }

    /// The same of as many, from the first on, as have so many characters of evidence together; of one at least.
    public Found find(UUID tenant, DeviceScope scope, ODataQuery filter, Collection<String> ids, int longest) {
        if (ids.isEmpty()) {
            return new Found(Map.of(), Set.of());
        }
        var parameters = new ArrayList<>(scope.parameters(tenant));
        parameters.addAll(filter.parameters());
        parameters.add(ids);
        Set<String> passed = Set.copyOf(statements.list(
                "select id from alert where tenant_id = ? and " + scope.on("alert") + " and (" + filter.where()
                        + ") and id = any(?)",
                row -> row.getString(1),
                parameters.toArray()));
        Map<String, AlertView> read = byId(alerts.of(tenant, passed));
        List<AlertView> inOrder =
                ids.stream().distinct().map(read::get).filter(Objects::nonNull).toList();
        List<AlertView> found = service.withEvidence(tenant, inOrder, longest);
        return new Found(
                byId(found),
                inOrder.subList(found.size(), inOrder.size()).stream()
                        .map(AlertView::id)
                        .collect(Collectors.toSet()));
    }

    private static Map<String, AlertView> byId(Collection<AlertView> alerts) {
        return alerts.stream().collect(Collectors.toMap(AlertView::id, Function.identity()));
    }
}
