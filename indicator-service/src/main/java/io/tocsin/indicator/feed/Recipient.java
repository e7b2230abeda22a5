package io.tocsin.indicator.feed;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/// For which devices a feed is: those of a device group, or those in none, of one operating system or of any.
///
/// @param group its name or id, whichever an indicator names it by; null: only what is for all devices
/// @param system `windows`, `macos`, `linux`, or null for any
record Recipient(String group, String system) {

    private static final List<String> SYSTEMS = List.of("windows", "macos", "linux");

    static Recipient of(String group, String system) {
        String os = system == null || system.isBlank() ? null : system.strip().toLowerCase(Locale.ROOT);
        if (os != null && !SYSTEMS.contains(os)) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "os is one of " + String.join(", ", SYSTEMS));
        }
        return new Recipient(group == null || group.isBlank() ? null : group.strip(), os);
    }

    /// A condition on rows of `indicator` called `i`. macOS and Linux know no certificates, and of files only what is
    /// allowed and what is blocked and remediated (contract 50 §7).
    String condition() {
        String groups = "(i.rbac_group_names = '{}' and i.rbac_group_ids = '{}')";
        if (group != null) {
            groups = "(" + groups
                    + " or ? = any(i.rbac_group_ids) or lower(?) = any(select lower(n) from unnest(i.rbac_group_names) n)"
                    + " or exists (select from device_group g where g.tenant_id = i.tenant_id"
                    + " and (g.id::text = ? or lower(g.name) = lower(?)) and (g.id::text = any(i.rbac_group_ids)"
                    + " or lower(g.name) = any(select lower(n) from unnest(i.rbac_group_names) n))))";
        }
        return system == null || system.equals("windows")
                ? groups
                : groups + " and i.indicator_type <> 'CertificateThumbprint' and (i.indicator_type not like 'File%'"
                        + " or i.action in ('Allowed', 'BlockAndRemediate', 'AlertAndBlock'))";
    }

    /// What the placeholders of the condition stand for.
    List<Object> parameters() {
        return group == null ? List.of() : new ArrayList<>(Collections.nCopies(4, group));
    }
}
