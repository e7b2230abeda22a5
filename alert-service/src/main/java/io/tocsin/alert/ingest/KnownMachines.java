package io.tocsin.alert.ingest;

import io.tocsin.alert.AlertProblem;
import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/// Finds machines in response-service's table and in our own sightings, which are there first.
@ApplicationScoped
public class KnownMachines {

    private static final String FIND = """
            select k.position, found.id, found.name,
                (select g.rbac_group_name from machine g where g.tenant_id = k.tenant_id and g.id = found.id) as group_name
            from unnest(?, ?, ?) with ordinality as k (tenant_id, name, by_id, position)
            cross join lateral (
                select s.machine_id as id, s.device_name as name from machine_sighting s
                    where k.by_id and s.tenant_id = k.tenant_id and s.machine_id = k.name and %1$s
                union all
                select machine.id, machine.computer_dns_name from machine
                    where k.by_id and machine.tenant_id = k.tenant_id and machine.id = k.name and %2$s
                union all
                select s.machine_id, s.device_name from machine_sighting s
                    where not k.by_id and s.tenant_id = k.tenant_id and lower(s.device_name) = k.name and %1$s
                union all
                select machine.id, machine.computer_dns_name from machine
                    where not k.by_id and machine.tenant_id = k.tenant_id and lower(machine.computer_dns_name) = k.name
                      and %2$s
                union all
                select min(short.id), min(short.name) from (
                    select s.machine_id as id, s.device_name as name from machine_sighting s
                        where not k.by_id and strpos(k.name, '.') = 0 and s.tenant_id = k.tenant_id
                          and lower(s.device_name) ~>=~ (k.name || '.') and lower(s.device_name) ~<~ (k.name || '/') and %1$s
                    union all
                    select machine.id, machine.computer_dns_name from machine
                        where not k.by_id and strpos(k.name, '.') = 0 and machine.tenant_id = k.tenant_id
                          and lower(machine.computer_dns_name) ~>=~ (k.name || '.')
                          and lower(machine.computer_dns_name) ~<~ (k.name || '/') and %2$s) as short
                    having count(distinct short.id) = 1
                limit 1) found
            """;

    /// How often the scope's condition stands in it.
    private static final int CONDITIONS = 6;

    private final Statements statements;

    KnownMachines(Statements statements) {
        this.statements = statements;
    }

    /// The machine of this id, or of this name when there is no id; null when neither is given.
    ///
    /// @throws ProblemException 404 when there is no such machine in reach
    public KnownMachine find(UUID tenant, DeviceScope scope, String id, String name) {
        MachineName wanted = MachineName.of(id, name, false);
        if (wanted == null) {
            return null;
        }
        var key = new Wanted(tenant, wanted.name(), wanted.byId());
        KnownMachine found = findAll(scope, List.of(key)).get(key);
        if (found == null) {
            throw notFound(wanted);
        }
        return found;
    }

    /// The machine events came from, also while nobody has made one of its sighting yet.
    public KnownMachine seen(UUID tenant, String id, String name) {
        var key = new Wanted(tenant, id, true);
        return findAll(DeviceScope.EVERYTHING, List.of(key)).getOrDefault(key, new KnownMachine(id, name, null));
    }

    /// The machines of these host names; a short name is one machine's when only one is called so.
    public Map<String, KnownMachine> named(UUID tenant, Collection<String> hosts) {
        var wanted = hosts.stream()
                .map(host -> new Wanted(tenant, host.toLowerCase(Locale.ROOT), false))
                .distinct()
                .toList();
        var named = new HashMap<String, KnownMachine>();
        if (!wanted.isEmpty()) {
            findAll(DeviceScope.EVERYTHING, wanted).forEach((name, machine) -> named.put(name.name(), machine));
        }
        return named;
    }

    /// What a machine is looked for by.
    record Wanted(UUID tenant, String name, boolean byId) {}

    /// Those of them that there are in reach, found by one statement.
    Map<Wanted, KnownMachine> findAll(DeviceScope scope, List<Wanted> wanted) {
        var parameters = new ArrayList<Object>();
        parameters.add(wanted.stream().map(Wanted::tenant).toArray(UUID[]::new));
        parameters.add(wanted.stream().map(Wanted::name).toArray(String[]::new));
        parameters.add(wanted.stream().map(Wanted::byId).toArray(Boolean[]::new));
        for (int i = 0; i < CONDITIONS; i++) {
            parameters.addAll(scope.parameters());
        }
        Map<Wanted, KnownMachine> known = new HashMap<>();
        record Row(int position, KnownMachine machine) {}
        statements
                .list(
                        FIND.formatted(scope.on("s"), scope.ofMachines()),
                        row -> new Row(
                                row.getInt("position"),
                                new KnownMachine(
                                        row.getString("id"), row.getString("name"), row.getString("group_name"))),
                        parameters.toArray())
                .forEach(row -> known.put(wanted.get(row.position() - 1), row.machine()));
        return known;
    }

    static ProblemException notFound(MachineName machine) {
        return new ProblemException(AlertProblem.MACHINE_NOT_FOUND, "Machine " + machine.name() + " was not found");
    }
}
