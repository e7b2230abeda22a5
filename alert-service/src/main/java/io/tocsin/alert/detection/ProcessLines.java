package io.tocsin.alert.detection;

import io.tocsin.alert.process.ProcessNode;
import io.tocsin.alert.process.ProcessRef;
import io.tocsin.alert.process.ProcessTrees;
import io.tocsin.wire.WireTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Gives events their processes and those processes' ancestors, by one read for all.
final class ProcessLines {

    private ProcessLines() {}

    /// @return the processes and all their known ancestors
    static Map<ProcessRef, ProcessNode> complete(
            Collection<DetectionEvent> events, Map<ProcessRef, ProcessNode> kept, ProcessTrees trees) {
        var known = new HashMap<>(kept);
        var missing = new HashSet<ProcessRef>();
        for (DetectionEvent event : events) {
            ProcessRef ref = event.processRef();
            if (ref != null && !known.containsKey(ref)) {
                missing.add(ref);
            }
        }
        known.putAll(trees.find(missing));
        Map<DetectionEvent, ProcessNode> own = own(events, known, trees);
        missing.clear();
        for (ProcessNode process : own.values()) {
            for (String key : process.path()) {
                ProcessRef ancestor =
                        new ProcessRef(process.ref().tenant(), process.ref().machineId(), key);
                if (!known.containsKey(ancestor)) {
                    missing.add(ancestor);
                }
            }
        }
        known.putAll(trees.find(missing));
        own.forEach((event, process) -> event.with(process, ancestor(process, 1, known), ancestor(process, 2, known)));
        return known;
    }

    private static Map<DetectionEvent, ProcessNode> own(
            Collection<DetectionEvent> events, Map<ProcessRef, ProcessNode> known, ProcessTrees trees) {
        var own = new HashMap<DetectionEvent, ProcessNode>();
        var byNumber = new HashMap<List<?>, Optional<ProcessNode>>();
        for (DetectionEvent event : events) {
            ProcessRef ref = event.processRef();
            EventRow row = event.row();
            Long number = row.number("initiating_process_id");
            if (ref != null && known.containsKey(ref)) {
                own.put(event, known.get(ref));
            } else if (ref == null && number != null && event.kind() == EventKind.PS_SCRIPT) {
                // The log tells the process by its number alone.
                WireTime by = row.time().plusSeconds(1);
                byNumber.computeIfAbsent(
                                List.of(row.tenant(), row.machineId(), number),
                                key -> trees.nearest(row.tenant(), row.machineId(), number, by))
                        .ifPresent(process -> own.put(event, process));
            }
        }
        return own;
    }

    private static ProcessNode ancestor(ProcessNode process, int above, Map<ProcessRef, ProcessNode> known) {
        int at = process.path().size() - 1 - above;
        return at < 0
                ? null
                : known.get(new ProcessRef(
                        process.ref().tenant(),
                        process.ref().machineId(),
                        process.path().get(at)));
    }
}
