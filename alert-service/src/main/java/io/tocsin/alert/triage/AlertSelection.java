package io.tocsin.alert.triage;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    /// @param sha1 spellings of its SHA-1
    /// @param sha256 of what telemetry says is the same file by its SHA-256, may be empty
    public static AlertSelection ofFile(Collection<String> sha1, Collection<String> sha256) {
        return byEvidence("e.sha1 in ", sha1, "e.sha256 in ", sha256);
    }

    /// The alerts with an address on a host.
    public static AlertSelection ofHost(Collection<String> spellings) {
        return byEvidence("url_host(e.url) in ", spellings);
    }

    /// The alerts that name an IP address.
    ///
    /// @param hosts its spellings as the host of a URL
    public static AlertSelection ofAddress(Collection<String> spellings, Collection<String> hosts) {
        return byEvidence("e.ip_address in ", spellings, "url_host(e.url) in ", hosts);
    }

    /// The alerts that name an account.
    ///
    /// @param name in lower case
    public static AlertSelection ofAccount(String name) {
        return byEvidence("lower(e.account_name) in ", List.of(name));
    }

    private static AlertSelection byEvidence(String property, Collection<String> values) {
        return byEvidence(property, values, property, List.of());
    }

    /// By either: each is a look into an index of its own.
    private static AlertSelection byEvidence(
            String property, Collection<String> values, String other, Collection<String> otherValues) {
        Set<String> ones = new LinkedHashSet<>(values);
        Set<String> others = new LinkedHashSet<>(otherValues);
        return new AlertSelection(
                BY_EVIDENCE.formatted(
                        others.isEmpty()
                                ? property + list(ones)
                                : "(" + property + list(ones) + " or " + other + list(others) + ")"),
                Stream.concat(ones.stream(), others.stream())
                        .map(Object.class::cast)
                        .toList());
    }

    private static String list(Set<String> values) {
        return values.stream().map(value -> "?").collect(Collectors.joining(", ", "(", ")"));
    }
}
