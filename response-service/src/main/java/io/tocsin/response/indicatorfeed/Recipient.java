package io.tocsin.response.indicatorfeed;

/// For whom indicators are: those for all devices, and those for its device group (contract 50 §6).
///
/// @param groupId of its device group, 0 when it is in none
/// @param groupName of its device group, or null
public record Recipient(long groupId, String groupName) {

    /// A condition on rows of `indicator` called `i`; its placeholders stand for [#id] and [#name].
    static final String CONDITION = """
            (i.rbac_group_names = '{}' and i.rbac_group_ids = '{}' or ? = any(i.rbac_group_ids)
                or lower(?) = any(select lower(n) from unnest(i.rbac_group_names) n))
            """;

    String id() {
        return Long.toString(groupId);
    }
}
