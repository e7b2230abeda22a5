package io.tocsin.alert.ingest;

import io.tocsin.alert.AlertProblem;
import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/// Finds machines in response-service's table and in our own sightings, which are there first.
@ApplicationScoped
public class KnownMachines {

    private static final String FIND = """
            select s.machine_id as id, s.device_name as name from machine_sighting s
                where s.tenant_id = ? and %1$s and %2$s
            union all
            select machine.id, machine.computer_dns_name from machine
                where machine.tenant_id = ? and %3$s and %4$s
            limit 1
            """;

    private final Statements statements;

    KnownMachines(Statements statements) {
        this.statements = statements;
    }

    /// The machine of this id, or of this name when there is no id; null when neither is given.
    ///
    /// @throws ProblemException 404 when there is no such machine in reach
    public KnownMachine find(UUID tenant, DeviceScope scope, String id, String name) {
        if (id == null && name == null) {
            return null;
        }
        String key = (id == null ? name : id).strip().toLowerCase(Locale.ROOT);
        var parameters = new ArrayList<>(scope.parameters(tenant));
        parameters.add(key);
        parameters.addAll(scope.parameters(tenant));
        parameters.add(key);
        List<KnownMachine> found = statements.list(
                FIND.formatted(
                        scope.on("s"),
                        id == null ? "lower(s.device_name) = ?" : "s.machine_id = ?",
                        scope.ofMachines(),
                        id == null ? "lower(machine.computer_dns_name) = ?" : "machine.id = ?"),
                row -> new KnownMachine(row.getString("id"), row.getString("name")),
                parameters.toArray());
        if (found.isEmpty()) {
            throw new ProblemException(AlertProblem.MACHINE_NOT_FOUND, "Machine " + key + " was not found");
        }
        return found.getFirst();
    }
}
