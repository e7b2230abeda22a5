package io.tocsin.alert.story;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The processes of one machine that belong to the story, as trees.
///
/// @param processes by key
/// @param alertIds the alerts each process is evidence of
/// @param activities what the processes did, oldest first
record MachineForest(
        String machineId,
        String machineName,
        Map<String, ProcessFact> processes,
        Map<String, Set<String>> alertIds,
        List<ProcessActivity> activities) {

    private static final Comparator<ProcessFact> OLDEST_FIRST = Comparator.comparing(
                    ProcessFact::creationTime, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(ProcessFact::key);

    IncidentStory.MachineTrees trees() {
        var children = new LinkedHashMap<String, List<ProcessFact>>();
        var roots = new ArrayList<ProcessFact>();
        for (ProcessFact process :
                processes.values().stream().sorted(OLDEST_FIRST).toList()) {
            if (process.parentKey() == null || !processes.containsKey(process.parentKey())) {
                roots.add(process);
            } else {
                children.computeIfAbsent(process.parentKey(), parent -> new ArrayList<>())
                        .add(process);
            }
        }
        var told = new HashSet<String>();
        return new IncidentStory.MachineTrees(
                machineId,
                machineName,
                roots.stream().map(root -> node(root, children, told)).toList());
    }

    private IncidentStory.Process node(ProcessFact process, Map<String, List<ProcessFact>> children, Set<String> told) {
        told.add(process.key());
        return new IncidentStory.Process(
                process.key(),
                process.processId(),
                process.creationTime(),
                process.fileName(),
                process.folderPath(),
                process.commandLine(),
                process.account(),
                process.sha1(),
                process.sha256(),
                process.observed(),
                List.copyOf(alertIds.getOrDefault(process.key(), Set.of())),
                of(process)
                        .filter(ProcessActivity::isFile)
                        .map(act -> new IncidentStory.FileChange(act.time(), act.action(), act.path(), act.sha1()))
                        .toList(),
                of(process)
                        .filter(ProcessActivity::isConnection)
                        .map(act -> new IncidentStory.Connection(
                                act.time(),
                                act.remoteIp(),
                                act.remotePort(),
                                act.remoteUrl(),
                                act.localIp(),
                                act.localPort(),
                                act.protocol()))
                        .toList(),
                children.getOrDefault(process.key(), List.of()).stream()
                        .filter(child -> !told.contains(child.key()))
                        .map(child -> node(child, children, told))
                        .toList());
    }

    private java.util.stream.Stream<ProcessActivity> of(ProcessFact process) {
        return activities.stream().filter(act -> act.processKey().equals(process.key()));
    }

    /// What the processes did and when they began; what every machine runs anyway began nothing.
    Collection<IncidentStory.Moment> moments() {
        var moments = new ArrayList<IncidentStory.Moment>();
        processes.values().stream()
                .filter(process -> process.creationTime() != null && !process.isHub())
                .forEach(process ->
                        moments.add(moment(process.creationTime(), "ProcessCreated", process, started(process))));
        activities.forEach(
                act -> moments.add(moment(act.time(), kind(act), processes.get(act.processKey()), text(act))));
        return moments;
    }

    private IncidentStory.Moment moment(io.tocsin.wire.WireTime time, String kind, ProcessFact process, String text) {
        return new IncidentStory.Moment(
                time, kind, machineId, machineName, null, process.key(), named(process) + " " + text);
    }

    private String started(ProcessFact process) {
        ProcessFact parent = process.parentKey() == null ? null : processes.get(process.parentKey());
        String by = parent == null ? "started" : "started by " + named(parent);
        return process.commandLine() == null ? by : by + ": " + process.commandLine();
    }

    private static String kind(ProcessActivity act) {
        if (act.isConnection()) {
            return "Connection";
        }
        return act.isFile() ? act.action() : "DnsQuery";
    }

    private static String text(ProcessActivity act) {
        if (act.isConnection()) {
            String verb = act.action().startsWith("Inbound") ? "accepted a connection from " : "connected to ";
            String where = act.remotePort() == null ? act.remoteIp() : act.remoteIp() + ":" + act.remotePort();
            return verb + where + (act.remoteUrl() == null ? "" : " (" + act.remoteUrl() + ")");
        }
        return switch (act.action()) {
            case "FileCreated" -> "created " + act.path();
            case "FileDeleted" -> "deleted " + act.path();
            case "DnsQueryResponse" -> "looked up " + act.remoteUrl();
            default -> act.action() + " " + act.path();
        };
    }

    private static String named(ProcessFact process) {
        return process.fileName() + " (" + process.processId() + ")";
    }
}
