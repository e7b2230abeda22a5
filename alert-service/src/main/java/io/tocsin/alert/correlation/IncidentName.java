package io.tocsin.alert.correlation;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;

/// Says what happened, for a list of incidents. The same alerts have the same name, in whatever order they
/// came.
public final class IncidentName {

    /// The order of an attack; the latest stages are named.
    private static final List<String> STAGES = List.of(
            "Reconnaissance",
            "ResourceDevelopment",
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

    private static final int LONGEST_NAME = 64;

    /// What of an alert a name is made of; what is not known is null.
    public record Part(
            String title, String category, String machine, String source, String user, List<String> techniques) {}

    private IncidentName() {}

    public static String of(Collection<Part> alerts) {
        var machines = distinct(alerts, Part::machine);
        return what(alerts) + where(machines) + who(distinct(alerts, Part::user)) + reported(alerts, machines);
    }

    /// The place of a category in an attack; what is no tactic of ATT&CK comes last.
    public static int stage(String category) {
        int stage = STAGES.indexOf(category);
        return stage < 0 ? STAGES.size() : stage;
    }

    private static TreeSet<String> distinct(Collection<Part> alerts, Function<Part, String> property) {
        var values = new TreeSet<String>();
        alerts.stream().map(property).filter(Objects::nonNull).forEach(values::add);
        return values;
    }

    private static String what(Collection<Part> alerts) {
        var titles = distinct(alerts, Part::title);
        var categories = distinct(alerts, Part::category);
        var stages = STAGES.stream().filter(categories::contains).toList();
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
        return (categories.isEmpty() ? titles.size() + " related alerts" : words(categories.first()))
                + technique(alerts);
    }

    /// The technique all of them show, when there is one.
    private static String technique(Collection<Part> alerts) {
        var all = new TreeSet<String>();
        alerts.forEach(alert -> all.addAll(alert.techniques()));
        boolean shownByAll =
                alerts.stream().allMatch(alert -> alert.techniques().size() == 1);
        return all.size() == 1 && shownByAll ? " (" + all.first() + ")" : "";
    }

    private static String where(TreeSet<String> machines) {
        return switch (machines.size()) {
            case 0 -> "";
            case 1 -> " on " + machines.first().split("\\.", 2)[0];
            default -> " on " + machines.size() + " endpoints";
        };
    }

    private static String who(TreeSet<String> users) {
        return switch (users.size()) {
            case 0 -> "";
            case 1 -> " as " + shortened(users.first());
            default -> " as " + users.size() + " users";
        };
    }

    /// Several products that agree are news; of one that names no machine it is all there is to say.
    private static String reported(Collection<Part> alerts, TreeSet<String> machines) {
        var sources = distinct(alerts, Part::source);
        if (sources.size() > 1) {
            return " reported by " + sources.size() + " sources";
        }
        return machines.isEmpty() && sources.size() == 1 ? " reported by " + shortened(sources.first()) : "";
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME) + "…";
    }

    /// `LateralMovement` as `Lateral movement`.
    public static String words(String category) {
        String spaced = category.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
        return Character.toUpperCase(spaced.charAt(0)) + spaced.substring(1);
    }
}
