package io.tocsin.response.devicegroup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Device groups, and the machines that are to be assigned to them.
@ApplicationScoped
class DeviceGroupRepository {

    /// Machines of a generation older than their tenant's, kept from everyone else until the transaction ends.
    /// The generation is read before the groups: at worst they are newer than it says, and the machine is looked
    /// at again.
    /// In the order of the index: there are none nearly always, and without it the planner, who knows no generation
    /// before he looks, reads every machine to see so.
    static final String STALE = """
            select m.tenant_id, m.id, m.computer_dns_name, m.os_platform, m.machine_tags, s.generation
            from device_group_set s cross join lateral (
                select m.tenant_id, m.id, m.computer_dns_name, m.os_platform, m.machine_tags from machine m
                where m.tenant_id = s.tenant_id and m.group_generation < s.generation
                order by m.group_generation limit ? for update skip locked) m
            limit ?
            """;

    /// Indicators name groups by id or by name: an agent whose group has another name begins anew with them.
    private static final String ASSIGN = """
            with n as (
                select * from unnest(cast(? as uuid[]), cast(? as text[]), cast(? as int[]), cast(? as text[]), cast(? as bigint[]))
                    as n(tenant_id, id, group_id, group_name, generation)),
            renamed as (
                update agent a set fed_group = -1 from n, machine m
                where m.tenant_id = n.tenant_id and m.id = n.id and m.rbac_group_id = n.group_id
                  and m.rbac_group_name is distinct from n.group_name
                  and a.tenant_id = n.tenant_id and a.machine_id = n.id)
            update machine m set rbac_group_id = n.group_id, rbac_group_name = n.group_name,
                group_generation = n.generation
            from n where m.tenant_id = n.tenant_id and m.id = n.id
            """;

    private final Statements statements;
    private final ObjectMapper json;

    DeviceGroupRepository(Statements statements, ObjectMapper json) {
        this.statements = statements;
        this.json = json;
    }

    /// A machine whose assignment is older than the rules, or than what they look at.
    record StaleDevice(UUID tenant, String id, GroupedDevice device, long generation) {}

    /// Where a machine belongs.
    record Assignment(StaleDevice of, DeviceGroup to) {}

    /// Keeps the tenant's groups from everyone else until the transaction ends, and makes its default group.
    void lock(UUID tenant) {
        statements.update(
                "insert into device_group_set (tenant_id, generation) values (?, 1)"
                        + " on conflict (tenant_id) do update set generation = device_group_set.generation",
                tenant);
        DeviceGroup untouched = DeviceGroup.untouchedDefault();
        statements.update(
                "insert into device_group (tenant_id, id, name, automation_level, last_update_ticks, rules)"
                        + " values (?, ?, ?, ?, 0, '{}') on conflict (tenant_id, id) do nothing",
                tenant,
                untouched.id(),
                untouched.name(),
                untouched.automationLevel().name());
    }

    /// Has every machine of the tenant assigned again.
    void nextGeneration(UUID tenant) {
        statements.update("update device_group_set set generation = generation + 1 where tenant_id = ?", tenant);
    }

    /// In the order in which they are asked; the default group is last.
    List<DeviceGroup> all(UUID tenant) {
        List<DeviceGroup> groups = statements.list(
                "select id, name, automation_level, description, last_update_ticks, user_group_ids, user_group_names, rules"
                        + " from device_group where tenant_id = ? order by rank nulls last",
                this::group,
                tenant);
        return groups.isEmpty() ? List.of(DeviceGroup.untouchedDefault()) : groups;
    }

    Optional<DeviceGroup> find(UUID tenant, int id) {
        return all(tenant).stream().filter(group -> group.id() == id).findFirst();
    }

    /// How many machines each group has; a group without any is not in it.
    Map<Integer, Integer> counts(UUID tenant) {
        record Count(int group, int machines) {}
        return statements
                .list(
                        "select rbac_group_id, count(*) as machines from machine where tenant_id = ? group by rbac_group_id",
                        row -> new Count(row.getInt("rbac_group_id"), row.getInt("machines")),
                        tenant)
                .stream()
                .collect(Collectors.toMap(Count::group, Count::machines));
    }

    long waiting(UUID tenant) {
        return statements
                .list(
                        "select count(*) from machine where tenant_id = ? and group_generation <"
                                + " (select generation from device_group_set where tenant_id = ?)",
                        row -> row.getLong(1),
                        tenant,
                        tenant)
                .getFirst();
    }

    /// The new group's id; it is asked last until [#rank] says otherwise.
    int add(UUID tenant, DeviceGroup it, int rank) {
        return statements
                .list(
                        """
                        insert into device_group (tenant_id, rank, name, automation_level, description,
                            last_update_ticks, user_group_ids, user_group_names, rules)
                        values (?, ?, ?, ?, ?, ?, ?, ?, cast(? as jsonb)) returning id
                        """,
                        row -> row.getInt("id"),
                        tenant,
                        rank,
                        it.name(),
                        it.automationLevel().name(),
                        it.description(),
                        it.lastUpdateTime().ticks(),
                        ids(it),
                        names(it),
                        text(it.rules()))
                .getFirst();
    }

    void update(UUID tenant, DeviceGroup it) {
        statements.update(
                """
                update device_group set name = ?, automation_level = ?, description = ?, last_update_ticks = ?,
                    user_group_ids = ?, user_group_names = ?, rules = cast(? as jsonb)
                where tenant_id = ? and id = ?
                """,
                it.name(),
                it.automationLevel().name(),
                it.description(),
                it.lastUpdateTime().ticks(),
                ids(it),
                names(it),
                text(it.rules()),
                tenant,
                it.id());
    }

    void remove(UUID tenant, int id) {
        statements.update("delete from device_group where tenant_id = ? and id = ?", tenant, id);
    }

    /// Ranks the groups of these ids from 1 on.
    void rank(UUID tenant, List<Integer> ids) {
        statements.update("""
                update device_group g set rank = n.rank
                from unnest(cast(? as int[])) with ordinality as n(id, rank)
                where g.tenant_id = ? and g.id = n.id and g.rank <> n.rank
                """, ids, tenant);
    }

    List<StaleDevice> stale(int most) {
        return statements.list(
                STALE,
                row -> new StaleDevice(
                        row.getObject("tenant_id", UUID.class),
                        row.getString("id"),
                        new GroupedDevice(
                                row.getString("computer_dns_name"),
                                row.getString("os_platform"),
                                Statements.strings(row, "machine_tags")),
                        row.getLong("generation")),
                most,
                most);
    }

    void assign(List<Assignment> assignments) {
        statements.update(
                ASSIGN,
                assignments.stream().map(it -> it.of().tenant()).toList(),
                assignments.stream().map(it -> it.of().id()).toList(),
                assignments.stream().map(it -> it.to().id()).toList(),
                assignments.stream().map(it -> it.to().name()).toList(),
                assignments.stream().map(it -> it.of().generation()).toList());
    }

    private DeviceGroup group(ResultSet row) throws SQLException {
        long changed = row.getLong("last_update_ticks");
        return new DeviceGroup(
                row.getInt("id"),
                row.getString("name"),
                AutomationLevel.valueOf(row.getString("automation_level")),
                row.getString("description"),
                changed == 0 ? null : Statements.time(row, "last_update_ticks"),
                userGroups(row),
                rules(row.getString("rules")));
    }

    private static List<AadUsersGroup> userGroups(ResultSet row) throws SQLException {
        List<String> ids = Statements.strings(row, "user_group_ids");
        List<String> names = Statements.strings(row, "user_group_names");
        return IntStream.range(0, ids.size())
                .mapToObj(i -> new AadUsersGroup(names.get(i), ids.get(i)))
                .toList();
    }

    private static List<String> ids(DeviceGroup it) {
        return it.userGroups().stream()
                .map(AadUsersGroup::id)
                .map(String::strip)
                .toList();
    }

    private static List<String> names(DeviceGroup it) {
        return it.userGroups().stream()
                .map(group -> group.displayName() == null ? group.id() : group.displayName())
                .toList();
    }

    private DeviceGroupRules rules(String text) {
        try {
            return json.readValue(text, DeviceGroupRules.class);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("the database holds rules that cannot be read", broken);
        }
    }

    private String text(DeviceGroupRules rules) {
        try {
            return json.writeValueAsString(rules);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
