package io.tocsin.identity;

import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;

/// Finds what a caller reaches (contract 00 §2.2): applications everything, a person the groups that are open to
/// everyone and those given to a user group of the token.
@ApplicationScoped
public class DeviceScopes {

    private static final String GROUPS = """
            select id, user_group_ids = '{}'
                or exists (select from unnest(user_group_ids) as given(id) where lower(given.id) = any(?)) as reached
            from device_group where tenant_id = ?
            """;

    private record Group(int id, boolean reached) {}

    private final Statements statements;

    public DeviceScopes(Statements statements) {
        this.statements = statements;
    }

    /// As the groups are now: a change of them counts from the next request on.
    public DeviceScope of(Caller caller) {
        if (!caller.user()) {
            return DeviceScope.EVERYTHING;
        }
        List<String> userGroups = caller.userGroups().stream()
                .map(group -> group.toLowerCase(Locale.ROOT))
                .toList();
        List<Group> groups = statements.list(
                GROUPS, row -> new Group(row.getInt("id"), row.getBoolean("reached")), userGroups, caller.tenant());
        return groups.stream().allMatch(Group::reached)
                ? DeviceScope.EVERYTHING
                : DeviceScope.of(
                        groups.stream().filter(Group::reached).map(Group::id).toList());
    }
}
