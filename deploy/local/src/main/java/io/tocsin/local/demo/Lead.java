package io.tocsin.local.demo;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Where the demo's network sensor looks: the process it reports, its machine, and an address of the internet that was
/// contacted. Chosen from whatever was recorded, by what attacks of this kind leave behind.
record Lead(SysmonEvent process, String address, SysmonEvent connection) {

    /// The far end of a PowerShell remoting session first, then what starts scripts.
    private static final List<String> SUSPICIOUS = List.of(
            "wsmprovhost.exe",
            "powershell.exe",
            "pwsh.exe",
            "wscript.exe",
            "cscript.exe",
            "mshta.exe",
            "wmiprvse.exe",
            "rundll32.exe",
            "cmd.exe");

    static Lead in(Recording recording) {
        var created = recording.events().stream()
                .filter(event -> event.id() == SysmonEvent.PROCESS_CREATED)
                .toList();
        if (created.isEmpty()) {
            throw new DemoFailure(
                    recording.name() + " holds no process creation of Sysmon (event 1), so there is no story to tell");
        }
        var process = created.stream()
                .min(Comparator.comparingInt(Lead::rank).thenComparing(SysmonEvent::time))
                .orElseThrow();
        var connection = connection(recording, process, treeOf(process, created));
        return new Lead(process, connection.text("DestinationIp"), connection);
    }

    private static int rank(SysmonEvent process) {
        var index = SUSPICIOUS.indexOf(process.fileName().toLowerCase(Locale.ROOT));
        return index < 0 ? SUSPICIOUS.size() : index;
    }

    private static Set<String> treeOf(SysmonEvent root, List<SysmonEvent> created) {
        var tree = new HashSet<String>();
        tree.add(root.text("ProcessGuid"));
        var children = created.stream().collect(Collectors.groupingBy(event -> event.text("ParentProcessGuid")));
        grow(tree, root.text("ProcessGuid"), children);
        return tree;
    }

    private static void grow(Set<String> tree, String parent, Map<String, List<SysmonEvent>> children) {
        for (var child : children.getOrDefault(parent, List.of())) {
            if (tree.add(child.text("ProcessGuid"))) {
                grow(tree, child.text("ProcessGuid"), children);
            }
        }
    }

    /// By the process itself or one it started, else by its machine, else by any machine.
    private static SysmonEvent connection(Recording recording, SysmonEvent process, Set<String> tree) {
        var contacted = recording.events().stream()
                .filter(event -> event.contactedAddress().isPresent())
                .toList();
        Predicate<SysmonEvent> sameHost = event -> event.host().equalsIgnoreCase(process.host());
        List<Predicate<SysmonEvent>> preferences =
                List.of(sameHost.and(event -> tree.contains(event.text("ProcessGuid"))), sameHost, event -> true);
        for (var preference : preferences) {
            var found = mostContacted(contacted.stream().filter(preference).toList());
            if (!found.isEmpty()) {
                return found.getFirst();
            }
        }
        throw new DemoFailure(recording.name() + " holds no connection to an address of the internet (event 3)");
    }

    private static List<SysmonEvent> mostContacted(List<SysmonEvent> connections) {
        Function<SysmonEvent, String> address = event -> event.text("DestinationIp");
        return connections.stream().collect(Collectors.groupingBy(address)).values().stream()
                .max(Comparator.<List<SysmonEvent>>comparingInt(List::size)
                        .thenComparing(group -> address.apply(group.getFirst()), Comparator.reverseOrder()))
                .orElse(List.of());
    }

    String host() {
        return process.host();
    }
}
