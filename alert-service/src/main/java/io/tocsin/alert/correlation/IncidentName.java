package io.tocsin.alert.correlation;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Says what happened, for a list of incidents.
public final class IncidentName {

    /// The order of an attack; the latest stages are named.
    private static final List<String> STAGES = List.of(
            "InitialAccess",
            "Execution",
            "Persistence",
            "PrivilegeEscalation",
            "DefenseEvasion",
            "CredentialAccess",
            "Discovery",
            "LateralMovement",
            "Collection",
            "CommandAndControl",
            "Exfiltration",
            "Ransomware",
            "Impact");

    /// What of an alert a name is made of.
    public record Part(String title, String category, String machine) {}

    private IncidentName() {}

    public static String of(Collection<Part> alerts) {
        var titles = new TreeSet<>(alerts.stream().map(Part::title).toList());
        var categories = new TreeSet<>(alerts.stream()
                .map(Part::category)
                .filter(category -> category != null)
                .toList());
        var machines = new TreeSet<>(alerts.stream()
                .map(Part::machine)
                .filter(machine -> machine != null)
                .toList());
        var stages = STAGES.stream().filter(categories::contains).toList();
        return what(titles, categories, stages) + where(machines);
    }

    private static String what(TreeSet<String> titles, TreeSet<String> categories, List<String> stages) {
        if (titles.size() == 1) {
            return titles.first();
        }
        if (stages.size() > 1) {
            return "Multi-stage incident involving " + words(stages.get(stages.size() - 2)) + " & "
                    + words(stages.getLast());
        }
        if (categories.size() > 1 && stages.size() == 1) {
            return "Multi-stage incident involving " + words(stages.getFirst());
        }
        return categories.isEmpty() ? titles.size() + " related alerts" : words(categories.first());
    }

    private static String where(Set<String> machines) {
        return switch (machines.size()) {
            case 0 -> "";
            case 1 -> " on " + machines.iterator().next().split("\\.", 2)[0];
            default -> " on " + machines.size() + " endpoints";
        };
    }

    private static String words(String category) {
        String spaced = category.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(java.util.Locale.ROOT);
        return Character.toUpperCase(spaced.charAt(0)) + spaced.substring(1);
    }
}
