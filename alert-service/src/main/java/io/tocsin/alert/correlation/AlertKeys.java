package io.tocsin.alert.correlation;

import io.tocsin.alert.correlation.CommonValues.KeyOnDay;
import io.tocsin.alert.correlation.CorrelationRepository.StoredKey;
import io.tocsin.alert.incident.AlertEvidence;
import io.tocsin.alert.ingest.KnownMachine;
import io.tocsin.alert.ingest.KnownMachines;
import io.tocsin.alert.process.ProcessRef;
import io.tocsin.alert.story.EvidenceProcesses;
import io.tocsin.alert.story.ProcessFact;
import io.tocsin.alert.story.Subject;
import io.tocsin.alert.story.SystemPrograms;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Finds and stores what the alerts of a batch can be linked by: a handful of statements however many there
/// are.
@ApplicationScoped
class AlertKeys {

    private final CorrelationConfig config;
    private final CorrelationRepository alerts;
    private final CommonValues commonValues;
    private final MachinesByAddress machines;
    private final KnownMachines knownMachines;
    private final EvidenceProcesses processes;

    AlertKeys(
            CorrelationConfig config,
            CorrelationRepository alerts,
            CommonValues commonValues,
            MachinesByAddress machines,
            KnownMachines knownMachines,
            EvidenceProcesses processes) {
        this.config = config;
        this.alerts = alerts;
        this.commonValues = commonValues;
        this.machines = machines;
        this.knownMachines = knownMachines;
        this.processes = processes;
    }

    /// What was read of a batch.
    ///
    /// @param alerts each on its machine
    /// @param keys by which they can be linked, of each
    /// @param awaited what they wait for
    record Read(List<WaitingAlert> alerts, Map<String, Set<LinkKey>> keys, List<StoredKey> awaited) {}

    /// Reads telemetry; needs no lock but those of the alerts.
    Read read(UUID tenant, List<WaitingAlert> batch, Map<String, List<AlertEvidence>> evidence) {
        List<WaitingAlert> located = locate(tenant, batch, evidence);
        var keys = new LinkedHashMap<String, Set<LinkKey>>();
        var awaited = new ArrayList<StoredKey>();
        for (WaitingAlert alert : located) {
            var entities = evidence.getOrDefault(alert.id(), List.of());
            var its = new LinkedHashSet<>(LinkKeys.of(entities));
            alert.alsoOn().forEach(machine -> its.add(new LinkKey(Rule.SameMachineAndTime, machine)));
            keys.put(alert.id(), its);
            awaited.addAll(AwaitedTelemetry.of(alert, entities));
        }
        addProcesses(tenant, located, evidence, keys);
        return new Read(located, keys, awaited);
    }

    /// Stores what the alerts can be linked by and wait for. Of alerts that are in no incident it needs no lock: nobody
    /// else has keys of theirs to write.
    void store(UUID tenant, Read read) {
        var rows = new ArrayList<>(read.awaited());
        read.keys()
                .forEach((alert, its) -> its.forEach(
                        key -> rows.add(new StoredKey(alert, key.rule().name(), key.value()))));
        var known = read.alerts().stream()
                .filter(alert -> alert.incidentId() != null)
                .map(WaitingAlert::id)
                .toList();
        alerts.replaceKeys(tenant, known, rows);
    }

    /// Called under the tenant's lock.
    ///
    /// @return the alerts in the order of the batch, each with what may link it
    List<LinkedAlert> link(UUID tenant, Read read) {
        read.alerts().stream()
                .filter(alert -> alert.machineId() != null)
                .forEach(alert ->
                        read.keys().get(alert.id()).add(new LinkKey(Rule.SameMachineAndTime, alert.machineId())));
        removeCommon(tenant, read.alerts(), read.keys());
        return linked(tenant, read.alerts(), read.keys());
    }

    /// Puts alerts that know their machine's name alone on the machine of that name, and those that know only addresses
    /// of the own network on the machine that had them.
    private List<WaitingAlert> locate(
            UUID tenant, List<WaitingAlert> batch, Map<String, List<AlertEvidence>> evidence) {
        return byAddress(tenant, byName(tenant, batch), evidence);
    }

    private List<WaitingAlert> byName(UUID tenant, List<WaitingAlert> batch) {
        var named = batch.stream()
                .filter(alert -> alert.machineId() == null && alert.machineName() != null)
                .toList();
        Map<String, KnownMachine> found = knownMachines.named(
                tenant, named.stream().map(WaitingAlert::machineName).toList());
        var placed = new HashMap<String, WaitingAlert>();
        for (WaitingAlert alert : named) {
            KnownMachine machine = found.get(alert.machineName().toLowerCase(Locale.ROOT));
            if (machine != null) {
                placed.put(alert.id(), alert.on(machine.id(), machine.computerDnsName(), false));
            }
        }
        machines.putOn(tenant, placed);
        return batch.stream()
                .map(alert -> placed.getOrDefault(alert.id(), alert))
                .toList();
    }

    /// On the machine that had the first of its addresses of which one is certain to have had it, and about those that
    /// had the others. Who has been put on one before that is doubted now stays: people have it in hands.
    private List<WaitingAlert> byAddress(
            UUID tenant, List<WaitingAlert> batch, Map<String, List<AlertEvidence>> evidence) {
        var questions = MachinesByAddress.questions(
                batch.stream().filter(WaitingAlert::isLocatedByAddress).toList(), evidence);
        var found = machines.certain(tenant, questions);
        var moved = new HashMap<String, WaitingAlert>();
        var explained = new LinkedHashMap<String, List<MachinesByAddress.Holder>>();
        var located = new ArrayList<WaitingAlert>();
        for (WaitingAlert alert : batch) {
            List<MachinesByAddress.Holder> holders = found.getOrDefault(alert.id(), List.of());
            var machineIds =
                    holders.stream().map(MachinesByAddress.Holder::machineId).toList();
            WaitingAlert placed = alert;
            if (!holders.isEmpty() && (alert.machineId() == null || machineIds.contains(alert.machineId()))) {
                placed = alert.on(machineIds.getFirst(), holders.getFirst().called(), true);
                explained.put(alert.id(), holders);
                if (!machineIds.getFirst().equals(alert.machineId())) {
                    moved.put(alert.id(), placed);
                }
            }
            located.add(placed.alsoOn(machineIds));
        }
        machines.putOn(tenant, moved);
        machines.explain(tenant, explained);
        return located;
    }

    /// Every process from those of the evidence up to the top of their trees: two alerts of one tree share
    /// at least that.
    private void addProcesses(
            UUID tenant,
            List<WaitingAlert> batch,
            Map<String, List<AlertEvidence>> evidence,
            Map<String, Set<LinkKey>> keys) {
        var subjects = batch.stream()
                .flatMap(alert -> subjects(alert, evidence.getOrDefault(alert.id(), List.of())))
                .toList();
        var named = processes.named(tenant, subjects);
        var asked = new HashSet<ProcessRef>();
        for (int n = 0; n < subjects.size(); n++) {
            String machine = subjects.get(n).machineId();
            named.get(n).forEach(key -> asked.add(new ProcessRef(tenant, machine, key)));
        }
        var known = processes.withAncestors(asked);
        for (int n = 0; n < subjects.size(); n++) {
            Subject subject = subjects.get(n);
            Set<String> hubs = hubsOf(subject);
            for (String key : named.get(n)) {
                if (!hubs.contains(key)) {
                    keys.get(subject.alertId()).addAll(tree(known, new ProcessRef(tenant, subject.machineId(), key)));
                }
            }
        }
    }

    /// The alert on each of its machines; a process that it names is one of its own.
    private static Stream<Subject> subjects(WaitingAlert alert, List<AlertEvidence> evidence) {
        var traces =
                evidence.stream().filter(entity -> entity.processId() == null).toList();
        return alert.machines().stream()
                .map(machine -> new Subject(
                        alert.id(), machine, alert.time(), machine.equals(alert.machineId()) ? evidence : traces));
    }

    /// What the evidence itself calls a program that everything hangs below.
    private static Set<String> hubsOf(Subject subject) {
        return subject.evidence().stream()
                .filter(entity -> entity.processId() != null
                        && entity.processCreationTime() != null
                        && SystemPrograms.isHub(entity.fileName()))
                .map(EvidenceProcesses::key)
                .collect(Collectors.toSet());
    }

    private static List<LinkKey> tree(Map<ProcessRef, ProcessFact> known, ProcessRef named) {
        if (!known.containsKey(named)) {
            return List.of(key(named));
        }
        return EvidenceProcesses.pathBelowHubs(known, named).stream()
                .map(process -> key(process.ref()))
                .toList();
    }

    private static LinkKey key(ProcessRef process) {
        return new LinkKey(Rule.SameProcessTree, process.machineId() + ":" + process.key());
    }

    private void removeCommon(UUID tenant, List<WaitingAlert> batch, Map<String, Set<LinkKey>> keys) {
        var values = new ArrayList<KeyOnDay>();
        var on = new ArrayList<String>();
        for (WaitingAlert alert : batch) {
            for (LinkKey key : keys.get(alert.id())) {
                if (key.rule().isShared()) {
                    values.add(new KeyOnDay(key, alert.day()));
                    on.add(alert.machineId() == null ? alert.id() : alert.machineId());
                }
            }
        }
        commonValues.seenOn(tenant, values, on);
        var common = commonValues.common(tenant, values, config.prevalence());
        for (WaitingAlert alert : batch) {
            keys.get(alert.id()).removeIf(key -> common.contains(new KeyOnDay(key, alert.day())));
        }
    }

    private List<LinkedAlert> linked(UUID tenant, List<WaitingAlert> batch, Map<String, Set<LinkKey>> keys) {
        Map<String, Integer> groups = config.separateDeviceGroups()
                ? alerts.groups(
                        tenant,
                        batch.stream()
                                .map(WaitingAlert::machineId)
                                .filter(machine -> machine != null)
                                .distinct()
                                .toList())
                : Map.of();
        return batch.stream()
                .map(alert -> new LinkedAlert(
                        alert.id(),
                        alert.incidentId(),
                        alert.time().from().ticks(),
                        alert.time().to().ticks(),
                        alert.machineId() == null ? null : groups.get(alert.machineId()),
                        keys.get(alert.id())))
                .toList();
    }
}
