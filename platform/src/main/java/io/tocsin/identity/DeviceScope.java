package io.tocsin.identity;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/// Which machines a caller reaches, and with them what hangs on machines (contract 00 §2.2, docs/adr/016). An explicit
/// parameter of every repository method that answers a caller; the conditions are SQL text with `?` placeholders, whose
/// values [#parameters] has.
public final class DeviceScope {

    /// Every machine: an application, a service's own work, a person to whom no group is closed.
    public static final DeviceScope EVERYTHING = new DeviceScope(null);

    private static final String IN_REACH = "%1$s.rbac_group_id = any(cast(? as int[])) and %1$s.group_generation >= 0";

    private final Set<Integer> groups;

    private DeviceScope(Set<Integer> groups) {
        this.groups = groups;
    }

    /// Only machines that were found to be in one of these groups.
    public static DeviceScope of(Collection<Integer> groups) {
        return new DeviceScope(Set.copyOf(groups));
    }

    public boolean isEverything() {
        return groups == null;
    }

    /// A condition on rows of `machine`.
    public String ofMachines() {
        return isEverything() ? "true" : IN_REACH.formatted("machine");
    }

    /// A condition on rows of a table that name their machine in `machine_id`, or none: what is on no machine is in
    /// everybody's reach.
    ///
    /// @param table the table's name or alias in the statement
    public String on(String table) {
        return isEverything()
                ? "true"
                : "(%1$s.machine_id is null or exists (select from machine m where m.tenant_id = %1$s.tenant_id"
                                .formatted(table)
                        + " and m.id = %s.machine_id and ".formatted(table) + IN_REACH.formatted("m") + "))";
    }

    /// What the placeholder of one condition stands for: nothing, or one value.
    public List<Object> parameters() {
        return isEverything()
                ? List.of()
                : List.of(groups.stream().sorted().map(String::valueOf).collect(Collectors.joining(",", "{", "}")));
    }

    /// What a statement binds that begins with `tenant_id = ?` and goes on with one of the conditions.
    public List<Object> parameters(UUID tenant) {
        return isEverything() ? List.of(tenant) : List.of(tenant, parameters().getFirst());
    }

    @Override
    public String toString() {
        return isEverything() ? "everything" : "groups " + groups;
    }
}
