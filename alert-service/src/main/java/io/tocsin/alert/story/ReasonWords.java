package io.tocsin.alert.story;

import io.tocsin.alert.correlation.MachinesByAddress;
import io.tocsin.alert.correlation.Reasons.Reason;
import io.tocsin.alert.process.ProcessRef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Reasons as a person reads them.
final class ReasonWords {

    private final Map<String, String> machines = new HashMap<>();
    private final UUID tenant;
    private final Forest forest;
    private final boolean everything;

    /// @param everything whether the caller reaches every machine
    ReasonWords(UUID tenant, List<IncidentStory.Machine> machines, Forest forest, boolean everything) {
        machines.forEach(machine -> this.machines.put(
                machine.machineId(),
                machine.computerDnsName() == null ? machine.machineId() : machine.computerDnsName()));
        this.tenant = tenant;
        this.forest = forest;
        this.everything = everything;
    }

    List<IncidentStory.Why> of(List<Reason> reasons) {
        return reasons.stream()
                .map(reason -> new IncidentStory.Why(reason.rule().name(), reason.linkedAlertId(), detail(reason)))
                .toList();
    }

    private String detail(Reason reason) {
        return switch (reason.rule()) {
            case SameProcessTree -> process(reason.text());
            case SameMachineAndTime -> "machine " + machine(reason.text());
            case SharedFileHash -> "file " + reason.text();
            case SharedIpAddress -> "address " + reason.text();
            case SharedDomain -> "domain " + reason.text();
            case SharedUrl -> "URL " + reason.text();
            case SharedAccount -> "account " + reason.text();
            case First, Manual -> reason.text();
            case MachineByAddress -> everything ? reason.text() : ofOwnMachine(reason.text());
        };
    }

    /// The alert's own machine is told first; the others may be out of reach.
    private static String ofOwnMachine(String text) {
        return text.split(MachinesByAddress.NEXT_HOLDER, 2)[0];
    }

    private String process(String text) {
        int cut = text.indexOf(':');
        var ref = new ProcessRef(tenant, text.substring(0, cut), text.substring(cut + 1));
        ProcessFact known = forest.processes().get(ref);
        String process = known == null || known.fileName() == null ? ref.key() : Forest.named(known);
        return "process " + process + " on " + machine(ref.machineId());
    }

    private String machine(String id) {
        return machines.getOrDefault(id, id);
    }
}
