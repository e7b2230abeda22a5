package io.tocsin.alert.correlation;

import io.tocsin.wire.WireTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Made-up alerts and telemetry, and by the definitions alone what they have to end in: nothing of the code under test.
///
record Attack(List<Made> alerts, List<Started> processes, List<Address> addresses, WireTime noon) {

    /// Addresses of the world that many machines had before noon's day: two the day before yesterday, by their alerts,
    /// and
    /// half by alerts and half by telemetry; the last yesterday, by telemetry.
    static final String BY_ALERTS = "203.0.113.200";

    static final String BY_BOTH = "203.0.113.201";
    static final String YESTERDAY = "203.0.113.202";

    private static final String[] SEVERITIES = {"Informational", "Low", "Medium", "High"};
    private static final String[] CATEGORIES = {"Execution", "Discovery", "LateralMovement", "CommandAndControl"};
    private static final List<String> STAGES = List.of(CATEGORIES);
    private static final long HOUR = 3600;

    /// An alert with all of its evidence.
    ///
    /// @param machine where it says it was, null when it only knows `internal`
    /// @param process one it names, null for none
    /// @param other a second address of the own network, as a sensor between two machines sees them; null for none
    record Made(
            String id,
            Integer machine,
            WireTime from,
            WireTime to,
            String severity,
            String category,
            String address,
            String account,
            String hash,
            Started process,
            Address internal,
            Address other) {

        /// What may link it: nothing that was common before its day.
        String linkingAddress(WireTime noon) {
            boolean isCommon = List.of(BY_ALERTS, BY_BOTH).contains(String.valueOf(address))
                    || YESTERDAY.equals(address)
                            && from.ticks() >= noon.plusSeconds(-12 * HOUR).ticks();
            return isCommon ? null : address;
        }

        /// The first it is known to be about; null when two machines had its only address.
        Integer on() {
            return machines().isEmpty() ? null : machines().getFirst();
        }

        List<Integer> machines() {
            return machine != null
                    ? List.of(machine)
                    : Stream.of(internal, other)
                            .filter(Objects::nonNull)
                            .map(Address::machine)
                            .filter(Objects::nonNull)
                            .distinct()
                            .toList();
        }
    }

    /// A process and who started it; `parent` is null below the shell of the desktop.
    record Started(int machine, long pid, Started parent, WireTime at) {

        Set<Started> tree() {
            var tree = new HashSet<Started>();
            for (Started process = this; process != null; process = process.parent) {
                tree.add(process);
            }
            return tree;
        }
    }

    /// An address of the own network that a machine uses each quarter of an hour of a part of the day.
    ///
    /// @param machine null of what an alert says of an address that two had
    record Address(Integer machine, String address, int fromQuarter, int toQuarter) {

        static Address allDay(Integer machine, String address) {
            return new Address(machine, address, -24, 24);
        }

        boolean isUsed(WireTime time, WireTime noon) {
            long minutes = (time.ticks() - noon.ticks()) / WireTime.TICKS_PER_SECOND / 60;
            return minutes >= fromQuarter * 15L && minutes <= toQuarter * 15L;
        }
    }

    static Attack madeUp(long seed, WireTime noon) {
        var random = new Random(seed);
        var addresses = new ArrayList<Address>();
        var processes = new ArrayList<Started>();
        for (int machine = 1; machine <= 5; machine++) {
            addresses.add(Address.allDay(machine, "10.20.4." + machine));
            for (int i = 0; i < 5; i++) {
                List<Started> older = processes.subList((machine - 1) * 5, processes.size());
                Started parent =
                        older.isEmpty() || random.nextInt(3) == 0 ? null : older.get(random.nextInt(older.size()));
                WireTime at = (parent == null ? noon.plusSeconds(-9 * HOUR) : parent.at())
                        .plusSeconds(60 + random.nextInt(600));
                processes.add(new Started(machine, 1000 * machine + i, parent, at));
            }
        }
        // One goes from a machine to another at noon, and two machines have the same all day.
        addresses.add(new Address(3, "10.20.4.50", -24, -3));
        addresses.add(new Address(4, "10.20.4.50", 3, 24));
        addresses.add(Address.allDay(1, "10.20.4.99"));
        addresses.add(Address.allDay(2, "10.20.4.99"));
        var alerts = new ArrayList<Made>();
        int many = 12 + random.nextInt(8);
        for (int i = 0; i < many; i++) {
            alerts.add(made("da" + (10 + i), random, noon, addresses, processes));
        }
        return new Attack(alerts, processes, addresses, noon);
    }

    private static Made made(
            String id, Random random, WireTime noon, List<Address> addresses, List<Started> processes) {
        WireTime near = noon.plusSeconds(random.nextInt(10 * (int) HOUR) - 5 * HOUR);
        Address internal = random.nextInt(3) == 0 ? addresses.get(random.nextInt(addresses.size())) : null;
        internal = internal == null || internal.isUsed(near, noon) ? internal : addresses.getFirst();
        internal = internal == null || !internal.address().endsWith(".99")
                ? internal
                : Address.allDay(null, internal.address());
        // The day before and the day after, too.
        WireTime from = internal == null ? noon.plusSeconds(random.nextInt(40 * (int) HOUR) - 20 * HOUR) : near;
        Integer machine = internal == null ? 1 + random.nextInt(5) : null;
        Started process =
                machine == null || random.nextInt(3) > 0 ? null : processes.get((machine - 1) * 5 + random.nextInt(5));
        return new Made(
                id,
                machine,
                from,
                from.plusSeconds(random.nextInt(900)),
                SEVERITIES[random.nextInt(SEVERITIES.length)],
                CATEGORIES[random.nextInt(CATEGORIES.length)],
                switch (random.nextInt(5)) {
                    case 0 -> "203.0.113." + random.nextInt(4);
                    case 1, 2 -> "203.0.113." + (200 + random.nextInt(3));
                    default -> null;
                },
                random.nextInt(5) == 0 ? "ann" + random.nextInt(3) + "@corp.example" : null,
                random.nextInt(5) == 0 ? Integer.toString(random.nextInt(4)).repeat(40) : null,
                process,
                internal,
                internal == null || random.nextInt(2) == 0 ? null : addresses.get(random.nextInt(5)));
    }

    /// `ids: name, severity` of each incident.
    Set<String> incidents() {
        var root = new TreeMap<String, String>();
        alerts.forEach(alert -> root.put(alert.id(), alert.id()));
        for (Made one : alerts) {
            for (Made other : alerts) {
                if (isLinked(one, other)) {
                    String from = root.get(one.id());
                    String to = root.get(other.id());
                    root.replaceAll((id, at) -> at.equals(from) ? to : at);
                }
            }
        }
        return alerts.stream().collect(Collectors.groupingBy(alert -> root.get(alert.id()))).values().stream()
                .map(Attack::outline)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private boolean isLinked(Made one, Made other) {
        long gap = Math.max(
                        one.from().ticks() - other.to().ticks(),
                        other.from().ticks() - one.to().ticks())
                / WireTime.TICKS_PER_SECOND;
        boolean sharesTree = one.process() != null
                && other.process() != null
                && one.process().tree().stream().anyMatch(other.process().tree()::contains);
        boolean sharesMachine = one.machines().stream().anyMatch(other.machines()::contains) && gap <= HOUR;
        boolean sharesValue = gap <= 24 * HOUR
                && (one.linkingAddress(noon) != null && one.linkingAddress(noon).equals(other.linkingAddress(noon))
                        || one.account() != null && one.account().equals(other.account())
                        || one.hash() != null && one.hash().equals(other.hash()));
        return sharesTree || sharesMachine || sharesValue;
    }

    private static String outline(List<Made> alerts) {
        String ids = alerts.stream().map(Made::id).sorted().collect(Collectors.joining(","));
        String severity = alerts.stream()
                .map(Made::severity)
                .max((one, other) -> Integer.compare(
                        List.of(SEVERITIES).indexOf(one), List.of(SEVERITIES).indexOf(other)))
                .orElseThrow();
        return ids + ": " + name(alerts) + ", " + severity;
    }

    private static String name(List<Made> alerts) {
        var categories = alerts.stream()
                .map(Made::category)
                .distinct()
                .sorted((one, other) -> Integer.compare(STAGES.indexOf(one), STAGES.indexOf(other)))
                .toList();
        var machines = alerts.stream()
                .map(Made::on)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        String where = switch (machines.size()) {
            case 0 -> " reported by suricata-edge";
            case 1 -> " on ws" + machines.getFirst();
            default -> " on " + machines.size() + " endpoints";
        };
        if (alerts.size() == 1) {
            return "Alert " + alerts.getFirst().id() + where;
        }
        return (categories.size() == 1
                        ? words(categories.getFirst())
                        : "Multi-stage incident involving " + words(categories.get(categories.size() - 2)) + " & "
                                + words(categories.getLast()))
                + where;
    }

    private static String words(String category) {
        return switch (category) {
            case "LateralMovement" -> "Lateral movement";
            case "CommandAndControl" -> "Command and control";
            default -> category;
        };
    }

    /// `alert rule linked` of every reason that has to be shown: each alert that shares a value within reach of a chain
    /// of alerts names the first of that chain, and the first the second; the earliest of all names none.
    Set<String> reasons() {
        var reasons = new TreeSet<String>();
        for (String incident : incidents()) {
            var ids = Set.of(incident.substring(0, incident.indexOf(':')).split(","));
            var held = alerts.stream()
                    .filter(alert -> ids.contains(alert.id()))
                    .sorted(Attack::earlier)
                    .toList();
            chains(held, "SameMachineAndTime", HOUR, Made::machines, reasons);
            chains(held, "SharedIpAddress", 24 * HOUR, alert -> only(alert.linkingAddress(noon)), reasons);
            chains(held, "SharedAccount", 24 * HOUR, alert -> only(alert.account()), reasons);
            chains(held, "SharedFileHash", 24 * HOUR, alert -> only(alert.hash()), reasons);
            chains(
                    held,
                    "SameProcessTree",
                    1_000_000 * HOUR,
                    alert ->
                            alert.process() == null ? Set.of() : alert.process().tree(),
                    reasons);
            reasons.removeIf(reason -> reason.startsWith(held.getFirst().id() + " "));
            reasons.add(held.getFirst().id() + " First null");
        }
        alerts.stream()
                .filter(alert -> alert.machine() == null && alert.on() != null)
                .forEach(alert -> reasons.add(alert.id() + " MachineByAddress null"));
        return reasons;
    }

    private static int earlier(Made one, Made other) {
        int byTime = one.from().compareTo(other.from());
        return byTime == 0 ? one.id().compareTo(other.id()) : byTime;
    }

    private static Set<Object> only(Object value) {
        return value == null ? Set.of() : Set.of(value);
    }

    private interface Values {
        Collection<?> of(Made alert);
    }

    private static void chains(List<Made> held, String rule, long seconds, Values values, Set<String> reasons) {
        var all = new HashSet<Object>();
        held.forEach(alert -> all.addAll(values.of(alert)));
        for (Object value : all) {
            var chain = new ArrayList<Made>();
            long end = Long.MIN_VALUE / 2;
            for (Made alert : held) {
                if (!values.of(alert).contains(value)) {
                    continue;
                }
                if (alert.from().ticks() - end > seconds * WireTime.TICKS_PER_SECOND) {
                    tell(chain, rule, reasons);
                    chain.clear();
                    end = Long.MIN_VALUE / 2;
                }
                chain.add(alert);
                end = Math.max(end, alert.to().ticks());
            }
            tell(chain, rule, reasons);
        }
    }

    private static void tell(List<Made> chain, String rule, Set<String> reasons) {
        for (int i = 0; chain.size() > 1 && i < chain.size(); i++) {
            reasons.add(chain.get(i).id() + " " + rule + " "
                    + chain.get(i == 0 ? 1 : 0).id());
        }
    }
}
