package io.tocsin.alert.story;

import io.tocsin.alert.incident.AlertEvidence;
import io.tocsin.alert.process.ProcessRef;
import io.tocsin.alert.process.ProcessTrees;
import io.tocsin.alert.process.ProcessTrees.Numbered;
import io.tocsin.alert.story.ProcessTelemetry.Trace;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Which processes of a machine an alert is about, and who started them.
@ApplicationScoped
public class EvidenceProcesses {

    private static final long FIVE_MINUTES = 300;

    private final ProcessTelemetry telemetry;
    private final ProcessTrees trees;

    EvidenceProcesses(ProcessTelemetry telemetry, ProcessTrees trees) {
        this.telemetry = telemetry;
        this.trees = trees;
    }

    /// The processes each alert names, by id, or by the files and addresses they touched within a day; one
    /// set an alert, in their order.
    public List<Set<String>> named(UUID tenant, List<Subject> subjects) {
        var named = new ArrayList<Set<String>>();
        var numbers = new ArrayList<Numbered>();
        var traces = new ArrayList<Trace>();
        for (int n = 0; n < subjects.size(); n++) {
            Subject subject = subjects.get(n);
            named.add(exact(subject));
            for (AlertEvidence entity : subject.evidence()) {
                if (isNumbered(entity)) {
                    numbers.add(new Numbered(
                            n,
                            subject.machineId(),
                            entity.processId(),
                            subject.time().to()));
                }
            }
            for (TraceValue value : traceValues(subject.evidence())) {
                traces.add(new Trace(
                        n,
                        subject.machineId(),
                        value.kind(),
                        value.value(),
                        subject.time().ofTraces(),
                        subject.time().from()));
            }
        }
        trees.numbered(tenant, numbers).forEach((n, keys) -> named.get(n).addAll(keys));
        telemetry.traced(tenant, traces).forEach((n, keys) -> named.get(n).addAll(keys));
        return named;
    }

    /// Whether the entity names a process by its id alone.
    public static boolean isNumbered(AlertEvidence entity) {
        return entity.processId() != null && entity.processCreationTime() == null;
    }

    private static Set<String> exact(Subject subject) {
        var keys = new LinkedHashSet<String>();
        for (AlertEvidence entity : subject.evidence()) {
            if (entity.processId() != null && entity.processCreationTime() != null) {
                keys.add(key(entity));
            }
        }
        return keys;
    }

    /// For an alert whose processes are not known: what touched the names it speaks of. Of one that names no process
    /// either, what spoke to the network within five minutes of it.
    List<Set<String>> around(UUID tenant, List<Subject> subjects) {
        var found = new ArrayList<Set<String>>();
        var traces = new ArrayList<Trace>();
        for (int n = 0; n < subjects.size(); n++) {
            Subject subject = subjects.get(n);
            found.add(new LinkedHashSet<>());
            var names = names(subject.evidence());
            for (TraceValue name : names) {
                traces.add(new Trace(
                        n,
                        subject.machineId(),
                        name.kind(),
                        name.value(),
                        subject.time().widened(3600, 3600),
                        subject.time().from()));
            }
            if (names.isEmpty() && subject.evidence().stream().noneMatch(entity -> entity.processId() != null)) {
                traces.add(new Trace(
                        n,
                        subject.machineId(),
                        "any",
                        "",
                        subject.time().widened(FIVE_MINUTES, FIVE_MINUTES),
                        subject.time().from()));
            }
        }
        telemetry
                .around(tenant, traces, SystemPrograms.hubs())
                .forEach((n, keys) -> found.get(n).addAll(keys));
        return found;
    }

    /// What is known of the processes and of all their ancestors.
    public Map<ProcessRef, ProcessFact> withAncestors(Collection<ProcessRef> processes) {
        var known = new LinkedHashMap<ProcessRef, ProcessFact>();
        trees.lines(processes).forEach((ref, process) -> known.put(ref, ProcessFact.of(process)));
        return known;
    }

    /// From the process up to its topmost ancestor below the hubs; empty for a hub.
    public static List<ProcessFact> pathBelowHubs(Map<ProcessRef, ProcessFact> known, ProcessRef from) {
        var path = new ArrayList<ProcessFact>();
        ProcessFact process = known.get(from);
        while (process != null && !process.isHub() && !path.contains(process)) {
            path.add(process);
            process = process.parent() == null ? null : known.get(process.parent());
        }
        return path;
    }

    /// The key of a process whose id and creation the entity names.
    public static String key(AlertEvidence entity) {
        return entity.processId() + ":"
                + Math.floorDiv(entity.processCreationTime().ticks(), WireTime.TICKS_PER_SECOND);
    }

    /// A value that marks a process as an alert's own.
    ///
    /// @param kind the column that holds it: `remote_ip`, `sha1`, `sha256`
    public record TraceValue(String kind, String value) {}

    /// The files and addresses of the evidence that say who it was.
    public static Set<TraceValue> traceValues(Collection<AlertEvidence> evidence) {
        var values = new LinkedHashSet<TraceValue>();
        for (AlertEvidence entity : evidence) {
            if (entity.processId() == null && !SystemPrograms.isCommon(entity.fileName())) {
                add(values, "sha1", entity.sha1());
                add(values, "sha256", entity.sha256());
            }
            add(values, "remote_ip", entity.ipAddress());
        }
        return values;
    }

    private static Set<TraceValue> names(Collection<AlertEvidence> evidence) {
        var values = new LinkedHashSet<TraceValue>();
        for (AlertEvidence entity : evidence) {
            if (entity.processId() == null
                    && entity.sha1() == null
                    && entity.sha256() == null
                    && !SystemPrograms.isCommon(entity.fileName())) {
                add(values, "name", entity.fileName());
            }
            add(values, "url", entity.url());
            add(values, "url", host(entity.url()));
        }
        return values;
    }

    private static void add(Set<TraceValue> values, String kind, String value) {
        if (value != null && !value.isBlank()) {
            values.add(new TraceValue(kind, value.strip().toLowerCase(Locale.ROOT)));
        }
    }

    /// The host of an address with or without a scheme, or null.
    public static String host(String url) {
        if (url == null) {
            return null;
        }
        String rest = url.strip().replaceFirst("^[A-Za-z][A-Za-z0-9+.-]*://", "");
        String authority = rest.split("[/?#]", 2)[0];
        String withoutUser = authority.substring(authority.lastIndexOf('@') + 1);
        String host = withoutUser.replaceFirst(":\\d+$", "").replaceFirst("\\.$", "");
        return host.isEmpty() ? null : host.toLowerCase(Locale.ROOT);
    }
}
