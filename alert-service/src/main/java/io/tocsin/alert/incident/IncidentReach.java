package io.tocsin.alert.incident;

import io.tocsin.identity.DeviceScope;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/// Which incidents a caller reaches: those with an alert in reach. A merged one has no alerts and is where the one it
/// went into is (docs/adr/016).
public final class IncidentReach {

    private IncidentReach() {}

    /// A condition on rows of `incident`: two questions for each, each a look into an index. Without `offset 0`
    /// PostgreSQL would rather read all of the tenant's alerts first, even for one incident.
    public static String condition(DeviceScope scope) {
        return scope.isEverything()
                ? "true"
                : "(" + holdsAlert(scope, "incident_id") + " or incident.redirect_incident_id is not null and "
                        + holdsAlert(scope, "redirect_incident_id") + ")";
    }

    private static String holdsAlert(DeviceScope scope, String id) {
        return "exists (select from alert where alert.tenant_id = incident.tenant_id and alert.incident_id = incident."
                + id + " and " + scope.on("alert") + " offset 0)";
    }

    /// What a statement binds that begins with `tenant_id = ?` and goes on with [#condition].
    public static List<Object> parameters(UUID tenant, DeviceScope scope) {
        return Stream.of(List.<Object>of(tenant), scope.parameters(), scope.parameters())
                .flatMap(List::stream)
                .toList();
    }
}
