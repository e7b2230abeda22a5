package io.tocsin.alert.triage;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;

/// Which alerts a list is of, before any filter.
///
/// @param condition on rows of `alert`, read off an index
/// @param parameters what its placeholders stand for
public record AlertSelection(String condition, List<Object> parameters) {

    /// Every alert in reach.
    static final AlertSelection ALL = new AlertSelection("true", List.of());

    private static final String BY_EVIDENCE =
            "id in (select e.alert_id from alert_evidence e where e.tenant_id = alert.tenant_id and %s)";

    /// The alerts on a machine.
    public static AlertSelection ofMachine(String machineId) {
        return new AlertSelection("machine_id = ?", List.of(machineId));
    }

    /// The alerts that name a file.
    ///
    /// @param spellings of its SHA-1
    public static AlertSelection ofFile(Collection<String> spellings) {
        return byEvidence("e.sha1 in ", spellings);
    }

    /// The alerts with an address on a host.
    public static AlertSelection ofHost(Collection<String> spellings) {
        return byEvidence("url_host(e.url) in ", spellings);
    }

    /// The alerts that name an IP address.
    public static AlertSelection ofAddress(Collection<String> spellings) {
        return byEvidence("e.ip_address in ", spellings);
    }

    /// The alerts that name an account.
    ///
    /// @param name in lower case
    public static AlertSelection ofAccount(String name) {
        return byEvidence("lower(e.account_name) in ", List.of(name));
    }

    private static AlertSelection byEvidence(String condition, Collection<String> values) {
        List<Object> distinct = List.copyOf(new LinkedHashSet<>(values));
        String placeholders = distinct.stream().map(value -> "?").collect(Collectors.joining(", ", "(", ")"));
        return new AlertSelection(BY_EVIDENCE.formatted(condition + placeholders), distinct);
    }
}
