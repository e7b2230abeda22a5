package io.tocsin.alert.ingest;

import io.tocsin.alert.AlertProblem;
import io.tocsin.db.Statements;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/// Finds machines in response-service's table and in our own sightings, which are there first.
@ApplicationScoped
public class KnownMachines {

    private static final String FIND = """
            select s.machine_id as id, s.device_name as name, m.rbac_group_name from machine_sighting s
                left join machine m on m.tenant_id = s.tenant_id and m.id = s.machine_id
                where s.tenant_id = ? and %1$s
            union all
            select m.id, m.computer_dns_name, m.rbac_group_name from machine m where m.tenant_id = ? and %2$s
            limit 1
            """;
    private static final String BY_ID = FIND.formatted("s.machine_id = ?", "m.id = ?");
    private static final String BY_NAME = FIND.formatted("lower(s.device_name) = ?", "lower(m.computer_dns_name) = ?");

    private final Statements statements;

    KnownMachines(Statements statements) {
        this.statements = statements;
    }

    /// The machine of this id, or of this name when there is no id; null when neither is given.
    ///
    /// @throws ProblemException 404 when the tenant has no such machine
    public KnownMachine find(UUID tenant, String id, String name) {
        if (id == null && name == null) {
            return null;
        }
        String key = (id == null ? name : id).strip().toLowerCase(Locale.ROOT);
        List<KnownMachine> found = statements.list(
                id == null ? BY_NAME : BY_ID,
                row -> new KnownMachine(row.getString("id"), row.getString("name"), row.getString("rbac_group_name")),
                tenant,
                key,
                tenant,
                key);
        if (found.isEmpty()) {
            throw new ProblemException(AlertProblem.MACHINE_NOT_FOUND, "Machine " + key + " was not found");
        }
        return found.getFirst();
    }
}
