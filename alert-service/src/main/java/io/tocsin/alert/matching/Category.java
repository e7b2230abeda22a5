package io.tocsin.alert.matching;

import java.util.Map;

/// The alert category an indicator's number stands for (edmx-facts, IOACategory); what has no alert category of its own
/// is
/// suspicious activity.
final class Category {

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(1, "SuspiciousActivity"),
            Map.entry(2, "Malware"),
            Map.entry(4, "CredentialAccess"),
            Map.entry(8, "Exploit"),
            Map.entry(64, "PrivilegeEscalation"),
            Map.entry(128, "Persistence"),
            Map.entry(512, "CommandAndControl"),
            Map.entry(2048, "Ransomware"),
            Map.entry(8192, "Discovery"),
            Map.entry(524288, "UnwantedSoftware"),
            Map.entry(33554432, "LateralMovement"),
            Map.entry(268435456, "Exfiltration"),
            Map.entry(300000000, "Impact"),
            Map.entry(400000000, "InitialAccess"),
            Map.entry(500000000, "Execution"),
            Map.entry(600000000, "Collection"),
            Map.entry(700000000, "CredentialAccess"),
            Map.entry(800000000, "DefenseEvasion"),
            Map.entry(900000000, "Discovery"),
            Map.entry(1073741824, "General"));

    private Category() {}

    static String named(int number) {
        return NAMES.getOrDefault(number, "SuspiciousActivity");
    }
}
