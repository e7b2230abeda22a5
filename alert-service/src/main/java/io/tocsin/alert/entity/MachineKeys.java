package io.tocsin.alert.entity;

import io.tocsin.alert.AlertProblem;
import io.tocsin.db.Statements;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/// Finds a machine by what callers call it.
@ApplicationScoped
class MachineKeys {

    /// Telemetry is ahead of response-service by up to a second: its sighting will do.
    private static final String SIGHTED =
            "select s.machine_id from machine_sighting s where s.tenant_id = ? and %s and %s limit 1";

    private static final String KNOWN = "select machine.id from machine where machine.tenant_id = ? and %s and %s"
            + " order by last_seen_ticks desc nulls last limit 1";

    private final Statements statements;
    private final DeviceScopes scopes;

    MachineKeys(Statements statements, DeviceScopes scopes) {
        this.statements = statements;
        this.scopes = scopes;
    }

    /// By id, directory device id or name, as `/api/machines/{id}` does.
    ///
    /// @throws ProblemException 404 when there is no such machine in reach
    @Transactional
    String idOf(Caller caller, String key) {
        DeviceScope scope = scopes.of(caller);
        String lower = key.strip().toLowerCase(Locale.ROOT);
        return first(KNOWN.formatted(scope.ofMachines(), "machine.id = ?"), caller, scope, lower)
                .or(() -> first(SIGHTED.formatted(scope.on("s"), "s.machine_id = ?"), caller, scope, lower))
                .or(() -> otherwise(caller, scope, lower))
                .orElseThrow(() ->
                        new ProblemException(AlertProblem.MACHINE_NOT_FOUND, "Machine " + key + " was not found"));
    }

    private Optional<String> otherwise(Caller caller, DeviceScope scope, String key) {
        try {
            return first(
                    KNOWN.formatted(scope.ofMachines(), "machine.aad_device_id = ?"),
                    caller,
                    scope,
                    UUID.fromString(key));
        } catch (IllegalArgumentException notAGuid) {
            return first(
                            KNOWN.formatted(scope.ofMachines(), "lower(machine.computer_dns_name) = ?"),
                            caller,
                            scope,
                            key)
                    .or(() -> first(SIGHTED.formatted(scope.on("s"), "lower(s.device_name) = ?"), caller, scope, key));
        }
    }

    private Optional<String> first(String sql, Caller caller, DeviceScope scope, Object key) {
        var parameters = new ArrayList<Object>(scope.parameters(caller.tenant()));
        parameters.add(key);
        List<String> found = statements.list(sql, row -> row.getString(1), parameters.toArray());
        return found.stream().findFirst();
    }
}
