package io.tocsin.alert.story;

import static java.util.stream.Collectors.groupingBy;

import io.tocsin.alert.process.ProcessRef;
import io.tocsin.alert.process.ProcessTrees.Child;
import io.tocsin.wire.WireTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// The processes that belong to a story, as trees, machine by machine.
///
/// @param alertIds the alerts each process is evidence of
/// @param activities what the processes did, oldest first
/// @param children of each process that has any what is told of them here
record Forest(
        Map<ProcessRef, ProcessFact> processes,
        Map<ProcessRef, Set<String>> alertIds,
        List<ProcessActivity> activities,
        Map<ProcessRef, Branches.Children> children) {

    static final Comparator<ProcessFact> OLDEST_FIRST = Comparator.comparing(
                    ProcessFact::creationTime, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(ProcessFact::key);

    static final Forest EMPTY = new Forest(Map.of(), Map.of(), List.of(), Map.of());

    /// @param names of the machines
    /// @param more the path and query that answer the children of a process behind the last one told
    List<IncidentStory.MachineTrees> trees(Map<String, String> names, Function<Continuation, String> more) {
        var writer = new Writer(more);
        var roots = new LinkedHashMap<String, List<IncidentStory.Process>>();
        names.keySet().forEach(machine -> roots.put(machine, new ArrayList<>()));
        processes.values().stream()
                .filter(process -> process.parent() == null || !processes.containsKey(process.parent()))
                .sorted(OLDEST_FIRST)
                .forEach(root -> roots.computeIfAbsent(root.ref().machineId(), machine -> new ArrayList<>())
                        .add(writer.node(root)));
        return roots.entrySet().stream()
                .filter(machine -> !machine.getValue().isEmpty())
                .map(machine -> new IncidentStory.MachineTrees(
                        machine.getKey(), names.get(machine.getKey()), machine.getValue()))
                .toList();
    }

    /// The children of one process, each with what is below it.
    IncidentStory.Branch branch(ProcessRef top, Function<Continuation, String> more) {
        var writer = new Writer(more);
        return new IncidentStory.Branch(top.machineId(), top.key(), writer.childrenOf(top), writer.moreOf(top));
    }

    /// Where the children of a process go on.
    ///
    /// @param last the last child told in their order, null when none is
    record Continuation(ProcessRef process, Child last) {}

    private final class Writer {

        private final Map<ProcessRef, List<ProcessFact>> here = processes.values().stream()
                .filter(process -> process.parent() != null)
                .sorted(OLDEST_FIRST)
                .collect(groupingBy(ProcessFact::parent));
        private final Map<ProcessRef, List<ProcessActivity>> acts =
                activities.stream().collect(groupingBy(ProcessActivity::process));
        private final Set<ProcessRef> told = new HashSet<>();
        private final Function<Continuation, String> more;

        Writer(Function<Continuation, String> more) {
            this.more = more;
        }

        IncidentStory.Process node(ProcessFact process) {
            told.add(process.ref());
            var did = acts.getOrDefault(process.ref(), List.of());
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
                    List.copyOf(alertIds.getOrDefault(process.ref(), Set.of())),
                    did.stream()
                            .filter(ProcessActivity::isFile)
                            .map(act -> new IncidentStory.FileChange(act.time(), act.action(), act.path(), act.sha1()))
                            .toList(),
                    did.stream()
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
                    childrenOf(process.ref()),
                    moreOf(process.ref()));
        }

        List<IncidentStory.Process> childrenOf(ProcessRef process) {
            return here.getOrDefault(process, List.of()).stream()
                    .filter(child -> !told.contains(child.ref()))
                    .map(this::node)
                    .toList();
        }

        /// A child that is told because an alert names it may be one of a later page; then it is told there
        /// again.
        IncidentStory.More moreOf(ProcessRef process) {
            var its = children.getOrDefault(process, Branches.Children.NONE);
            long missing = its.count() - here.getOrDefault(process, List.of()).size();
            return missing <= 0
                    ? null
                    : new IncidentStory.More(missing, more.apply(new Continuation(process, its.last())));
        }
    }

    /// What the processes did and when they began; what every machine runs anyway began nothing.
    Collection<IncidentStory.Moment> moments(Map<String, String> names) {
        var moments = new ArrayList<IncidentStory.Moment>();
        processes.values().stream()
                .filter(process -> process.creationTime() != null && !process.isHub())
                .forEach(process -> moments.add(
                        moment(names, process.creationTime(), "ProcessCreated", process, started(process))));
        activities.forEach(
                act -> moments.add(moment(names, act.time(), kind(act), processes.get(act.process()), text(act))));
        return moments;
    }

    private static IncidentStory.Moment moment(
            Map<String, String> names, WireTime time, String kind, ProcessFact process, String text) {
        String machine = process.ref().machineId();
        return new IncidentStory.Moment(
                time, kind, machine, names.get(machine), null, process.key(), named(process) + " " + text);
    }

    private String started(ProcessFact process) {
        ProcessFact parent = process.parent() == null ? null : processes.get(process.parent());
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

    static String named(ProcessFact process) {
        return process.fileName() + " (" + process.processId() + ")";
    }
}
