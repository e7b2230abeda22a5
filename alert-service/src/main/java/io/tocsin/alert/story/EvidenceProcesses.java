package io.tocsin.alert.story;

import io.tocsin.alert.incident.AlertEvidence;
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
import java.util.stream.Stream;

/// Which processes of a machine an alert is about, and who started them.
@ApplicationScoped
public class EvidenceProcesses {

    private static final int MOST_GENERATIONS = 32;
    private static final long FIVE_MINUTES = 300;

    private final ProcessTelemetry telemetry;

    EvidenceProcesses(ProcessTelemetry telemetry) {
        this.telemetry = telemetry;
    }

    /// The processes the evidence names, by id, or by the files and addresses they touched within a day.
    public Set<String> named(UUID tenant, String machine, TimeRange alert, Collection<AlertEvidence> evidence) {
        var keys = new LinkedHashSet<String>();
        for (AlertEvidence entity : evidence) {
            if (entity.processId() != null && entity.processCreationTime() != null) {
                keys.add(entity.processId() + ":"
                        + Math.floorDiv(entity.processCreationTime().ticks(), WireTime.TICKS_PER_SECOND));
            } else if (entity.processId() != null) {
                keys.addAll(telemetry.nearest(
                        tenant,
                        machine,
                        alert.ofProcesses(),
                        entity.processId(),
                        alert.to().plusSeconds(60)));
            }
        }
        var traces = traces(evidence);
        if (!traces.isEmpty()) {
            keys.addAll(telemetry.traced(tenant, machine, alert.ofTraces(), traces, alert.from()));
        }
        return keys;
    }

    /// For an alert that names no process: what spoke to the network within five minutes of it.
    Set<String> around(UUID tenant, String machine, TimeRange alert) {
        return new LinkedHashSet<>(telemetry.talking(
                tenant, machine, alert.widened(FIVE_MINUTES, FIVE_MINUTES), alert.from(), SystemPrograms.hubs()));
    }

    /// The processes and all their known ancestors, by key.
    public Map<String, ProcessFact> withAncestors(
            UUID tenant, String machine, TimeRange range, Collection<String> keys) {
        var known = new LinkedHashMap<String, ProcessFact>();
        Collection<String> generation = keys;
        for (int i = 0; i < MOST_GENERATIONS && !generation.isEmpty(); i++) {
            var found = telemetry.processes(tenant, machine, range, generation);
            known.putAll(found);
            generation = found.values().stream()
                    .map(ProcessFact::parentKey)
                    .filter(parent -> parent != null && !known.containsKey(parent))
                    .distinct()
                    .toList();
        }
        return known;
    }

    /// From the process up to its topmost ancestor below the hubs; empty for a hub.
    public static List<ProcessFact> pathBelowHubs(Map<String, ProcessFact> known, String key) {
        var path = new ArrayList<ProcessFact>();
        ProcessFact process = known.get(key);
        while (process != null && !process.isHub() && !path.contains(process)) {
            path.add(process);
            process = process.parentKey() == null ? null : known.get(process.parentKey());
        }
        return path;
    }

    private static ProcessTelemetry.Traces traces(Collection<AlertEvidence> evidence) {
        var files = evidence.stream()
                .filter(entity -> entity.processId() == null && !SystemPrograms.isCommon(entity.fileName()))
                .toList();
        return new ProcessTelemetry.Traces(
                lower(files.stream().flatMap(file -> Stream.of(text(file.sha1()), text(file.sha256())))),
                lower(evidence.stream().map(entity -> text(entity.ipAddress()))),
                lower(evidence.stream().flatMap(entity -> Stream.of(text(entity.url()), text(host(entity.url()))))),
                lower(files.stream()
                        .filter(file -> file.sha1() == null && file.sha256() == null)
                        .map(file -> text(file.fileName()))));
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

    private static String text(String value) {
        return value == null ? "" : value;
    }

    private static List<String> lower(Stream<String> values) {
        return values.filter(value -> !value.isBlank())
                .map(value -> value.toLowerCase(Locale.ROOT))
                .distinct()
                .toList();
    }
}
