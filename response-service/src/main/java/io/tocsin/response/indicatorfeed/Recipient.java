package io.tocsin.response.indicatorfeed;

/// For whom indicators are: those for all devices, and those for its device group (contract 50 §6), but for what its
/// operating system cannot do.
///
/// @param groupId of its device group, 0 when it is in none
/// @param groupName of its device group, or null
/// @param everything whether it can do everything: Windows, and who has not said. The others know no certificates, and
/// of
/// files only what is allowed and what is blocked and remediated (contract 50 §7)
public record Recipient(long groupId, String groupName, boolean everything) {

    /// A condition on rows of `indicator` called `i`; its placeholders stand for [#id], [#groupName] and [#everything].
    static final String CONDITION = """
            (i.rbac_group_names = '{}' and i.rbac_group_ids = '{}' or ? = any(i.rbac_group_ids)
                or lower(?) = any(select lower(n) from unnest(i.rbac_group_names) n))
            and (? or i.indicator_type <> 'CertificateThumbprint' and (i.indicator_type not like 'File%'
                or i.action in ('Allowed', 'BlockAndRemediate', 'AlertAndBlock')))
            """;

    /// @param osPlatform of its machine, or null
    public static Recipient of(long groupId, String groupName, String osPlatform) {
        return new Recipient(
                groupId, groupName, osPlatform == null || osPlatform.regionMatches(true, 0, "Windows", 0, 7));
    }

    String id() {
        return Long.toString(groupId);
    }
}
