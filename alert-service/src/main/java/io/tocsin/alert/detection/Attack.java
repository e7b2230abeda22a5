package io.tocsin.alert.detection;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// What a rule's tags say in the words of ATT&CK.
final class Attack {

    private static final Pattern TECHNIQUE = Pattern.compile("attack\\.(t\\d{4}(?:\\.\\d{3})?)");

    private static final Map<String, String> CATEGORIES = Map.ofEntries(
            Map.entry("reconnaissance", "Reconnaissance"),
            Map.entry("resource-development", "ResourceDevelopment"),
            Map.entry("initial-access", "InitialAccess"),
            Map.entry("execution", "Execution"),
            Map.entry("persistence", "Persistence"),
            Map.entry("privilege-escalation", "PrivilegeEscalation"),
            Map.entry("defense-evasion", "DefenseEvasion"),
            Map.entry("credential-access", "CredentialAccess"),
            Map.entry("discovery", "Discovery"),
            Map.entry("lateral-movement", "LateralMovement"),
            Map.entry("collection", "Collection"),
            Map.entry("command-and-control", "CommandAndControl"),
            Map.entry("exfiltration", "Exfiltration"),
            Map.entry("impact", "Impact"));

    private Attack() {}

    /// Of the first tactic named.
    static String category(List<String> tags) {
        return tags.stream()
                .filter(tag -> tag.startsWith("attack."))
                .map(tag -> CATEGORIES.get(tag.substring("attack.".length()).replace('_', '-')))
                .filter(category -> category != null)
                .findFirst()
                .orElse("SuspiciousActivity");
    }

    static List<String> techniques(List<String> tags) {
        return tags.stream()
                .map(TECHNIQUE::matcher)
                .filter(java.util.regex.Matcher::matches)
                .map(form -> form.group(1).toUpperCase(Locale.ROOT))
                .distinct()
                .toList();
    }
}
