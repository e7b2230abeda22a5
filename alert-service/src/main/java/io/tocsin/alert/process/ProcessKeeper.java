package io.tocsin.alert.process;

import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/// Keeps the table of processes as events tell of them, in any order: one that learns late who started it takes
/// everything
/// below it along. One writer a machine at a time (docs/adr/027).
@ApplicationScoped
public class ProcessKeeper {

    /// Who keeps the processes of an event: its followers, as [io.tocsin.alert.telemetry.EventFeed] takes them.
    public static final String FOLLOWERS = "detection-_";

    /// A number that is never changed: positions are kept by follower.
    public static final int FOLLOWER_COUNT = 4;

    private enum Column {
        TENANT_ID("uuid", process -> process.ref().tenant()),
        MACHINE_ID("text", process -> process.ref().machineId()),
        PROCESS_KEY("text", process -> process.ref().key()),
        PARENT_PROCESS_KEY("text", ProcessNode::parentKey),
        PARENT_PROCESS_ID(
                "bigint",
                process -> process.parentNumber() == null
                        ? null
                        : process.parentNumber().processId()),
        PARENT_FILE_NAME(
                "text",
                process -> process.parentNumber() == null
                        ? null
                        : process.parentNumber().fileName()),
        PATH("text", process -> String.join(",", process.path())),
        OBSERVED("boolean", ProcessNode::observed),
        PROCESS_ID("bigint", ProcessNode::processId),
        PROCESS_CREATION_TICKS(
                "bigint",
                process -> process.creationTime() == null
                        ? null
                        : process.creationTime().ticks()),
        FILE_NAME("text", ProcessNode::fileName),
        FOLDER_PATH("text", ProcessNode::folderPath),
        COMMAND_LINE("text", ProcessNode::commandLine),
        SHA1("text", ProcessNode::sha1),
        SHA256("text", ProcessNode::sha256),
        ACCOUNT_DOMAIN("text", ProcessNode::accountDomain),
        ACCOUNT_NAME("text", ProcessNode::accountName),
        ACCOUNT_SID("text", ProcessNode::accountSid);

        private final String type;
        private final Function<ProcessNode, Object> value;

        Column(String type, Function<ProcessNode, Object> value) {
            this.type = type;
            this.value = value;
        }
    }

    private static final String STORE = """
            insert into process (tenant_id, machine_id, process_key, parent_process_key, parent_process_id, parent_file_name, path,
                observed, process_id, process_creation_ticks, file_name, folder_path, command_line, sha1, sha256, account_domain,
                account_name, account_sid, received_ticks)
            select t.tenant_id, t.machine_id, t.process_key, t.parent_process_key, t.parent_process_id, t.parent_file_name,
                string_to_array(t.path, ','), t.observed, t.process_id, t.process_creation_ticks, t.file_name, t.folder_path,
                t.command_line, t.sha1, t.sha256, t.account_domain, t.account_name, t.account_sid, ?
            from unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::text[], ?::text[], ?::boolean[], ?::bigint[],
                ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
                as t (tenant_id, machine_id, process_key, parent_process_key, parent_process_id, parent_file_name, path, observed,
                    process_id, process_creation_ticks, file_name, folder_path, command_line, sha1, sha256, account_domain,
                    account_name, account_sid)
            on conflict (tenant_id, machine_id, process_key) do update set
                parent_process_key = excluded.parent_process_key, parent_process_id = excluded.parent_process_id,
                parent_file_name = excluded.parent_file_name, path = excluded.path, observed = excluded.observed,
                process_id = excluded.process_id, process_creation_ticks = excluded.process_creation_ticks,
                file_name = excluded.file_name, folder_path = excluded.folder_path,
                command_line = excluded.command_line, sha1 = excluded.sha1, sha256 = excluded.sha256,
                account_domain = excluded.account_domain, account_name = excluded.account_name,
                account_sid = excluded.account_sid, received_ticks = excluded.received_ticks
            """;

    private static final String MEND = """
            update process set path = string_to_array(?, ',') || path[?:]
            where tenant_id = ? and machine_id = ? and path >= string_to_array(?, ',')
              and path < string_to_array(?, ',') || array['~'] and process_key <> ?
            """;

    private record Mend(ProcessRef ref, List<String> before, List<String> after) {}

    private final DataSource database;
    private final Statements statements;
    private final ProcessTrees trees;

    ProcessKeeper(DataSource database, Statements statements, ProcessTrees trees) {
        this.database = database;
        this.statements = statements;
        this.trees = trees;
    }

    /// Takes what events say in the order they were stored; called in the transaction that moves past them.
    ///
    /// @return every process they spoke of, as it now is, and those whose creation was seen for the first time
    public Kept keep(List<ProcessNode> sightings) {
        var said = new LinkedHashMap<ProcessRef, ProcessNode>();
        sightings.forEach(process -> said.merge(process.ref(), process, ProcessNode::and));
        Map<ProcessRef, ProcessNode> known = trees.find(said.keySet());
        var now = new LinkedHashMap<ProcessRef, ProcessNode>();
        said.forEach((ref, process) ->
                now.put(ref, known.containsKey(ref) ? known.get(ref).and(process) : process));
        var parents = now.values().stream()
                .filter(process -> mayBeSomebodysParent(known.get(process.ref()), process))
                .toList();
        for (ProcessNode child : trees.startedByNumberOf(parents)) {
            if (now.putIfAbsent(child.ref(), child) == null) {
                known.put(child.ref(), child);
            }
        }
        findParents(now);
        settlePaths(known, now);
        List<Mend> mends = known.values().stream()
                .filter(before -> !before.path().equals(now.get(before.ref()).path()))
                .map(before -> new Mend(
                        before.ref(), before.path(), now.get(before.ref()).path()))
                // The deepest first: what is below it is found by its path of before, which a mend above it changes.
                .sorted(Comparator.comparingInt((Mend mend) -> mend.before().size())
                        .reversed())
                .toList();
        store(now.values().stream()
                .filter(process -> !process.equals(known.get(process.ref())))
                .toList());
        mends.forEach(this::mend);
        Set<ProcessRef> created = new HashSet<>();
        now.values().stream()
                .filter(ProcessNode::observed)
                .filter(process -> known.get(process.ref()) == null
                        || !known.get(process.ref()).observed())
                .forEach(process -> created.add(process.ref()));
        return new Kept(now, created);
    }

    /// @param processes as they now are
    /// @param created those whose creation nobody had told of before
    public record Kept(Map<ProcessRef, ProcessNode> processes, Set<ProcessRef> created) {}

    /// Whether what was learnt of it can change who is found by its number.
    private static boolean mayBeSomebodysParent(ProcessNode before, ProcessNode now) {
        return now.processId() != null
                && now.creationTime() != null
                && (before == null
                        || !now.processId().equals(before.processId())
                        || !now.creationTime().equals(before.creationTime())
                        || !Objects.equals(now.fileName(), before.fileName()));
    }

    /// Of those whose parent is told by its number alone, in whatever order the two became known.
    private void findParents(Map<ProcessRef, ProcessNode> now) {
        var children = now.values().stream()
                .filter(process -> process.parentNumber() != null && process.creationTime() != null)
                .toList();
        if (children.isEmpty()) {
            return;
        }
        Map<ProcessRef, ProcessNode> stored = trees.nearestParents(children);
        Map<Number, List<ProcessNode>> here = now.values().stream()
                .filter(process -> process.processId() != null && process.creationTime() != null)
                .collect(Collectors.groupingBy(process -> Number.of(process.ref(), process.processId())));
        for (ProcessNode child : children) {
            var number = Number.of(child.ref(), child.parentNumber().processId());
            String parent = Stream.concat(
                            here.getOrDefault(number, List.of()).stream(),
                            Stream.ofNullable(stored.get(child.ref()))
                                    .map(process -> now.getOrDefault(process.ref(), process)))
                    .filter(process -> !process.ref().equals(child.ref())
                            && process.creationTime().compareTo(child.creationTime()) <= 0)
                    .max(Comparator.comparing(ProcessNode::creationTime)
                            .thenComparing(process -> process.ref().key()))
                    .filter(child.parentNumber()::mayBe)
                    .map(process -> process.ref().key())
                    .orElse(null);
            now.put(child.ref(), child.startedBy(parent));
        }
    }

    private record Number(UUID tenant, String machineId, long processId) {

        static Number of(ProcessRef ofMachine, long processId) {
            return new Number(ofMachine.tenant(), ofMachine.machineId(), processId);
        }
    }

    private void settlePaths(Map<ProcessRef, ProcessNode> known, Map<ProcessRef, ProcessNode> now) {
        var missing = new HashSet<ProcessRef>();
        for (ProcessNode process : now.values()) {
            ProcessRef parent = parent(process);
            if (parent != null && !now.containsKey(parent)) {
                missing.add(parent);
            }
        }
        Map<ProcessRef, ProcessNode> outside = trees.find(missing);
        var settled = new HashMap<ProcessRef, List<String>>();
        for (ProcessNode process : List.copyOf(now.values())) {
            settle(process, now, outside, settled, new HashSet<>());
        }
        settled.forEach((ref, path) -> now.computeIfPresent(ref, (same, process) -> process.at(path)));
    }

    private static List<String> settle(
            ProcessNode process,
            Map<ProcessRef, ProcessNode> now,
            Map<ProcessRef, ProcessNode> outside,
            Map<ProcessRef, List<String>> settled,
            Set<ProcessRef> asking) {
        List<String> done = settled.get(process.ref());
        if (done != null) {
            return done;
        }
        ProcessRef parent = parent(process);
        List<String> path;
        if (parent == null || !asking.add(process.ref())) {
            path = List.of(process.ref().key());
        } else if (now.containsKey(parent)) {
            path = process.below(settle(now.get(parent), now, outside, settled, asking));
        } else if (outside.containsKey(parent)) {
            path = process.below(current(outside.get(parent), now, outside, settled, asking));
        } else {
            path = process.below(List.of(parent.key()));
        }
        settled.put(process.ref(), path);
        return path;
    }

    /// The path of a process that nothing was said of, when something was said of who is above it.
    private static List<String> current(
            ProcessNode process,
            Map<ProcessRef, ProcessNode> now,
            Map<ProcessRef, ProcessNode> outside,
            Map<ProcessRef, List<String>> settled,
            Set<ProcessRef> asking) {
        List<String> stored = process.path();
        for (int place = stored.size() - 1; place >= 0; place--) {
            ProcessNode above = now.get(process.ref().withKey(stored.get(place)));
            if (above != null) {
                var path = new ArrayList<>(settle(above, now, outside, settled, asking));
                path.addAll(stored.subList(place + 1, stored.size()));
                return path;
            }
        }
        return stored;
    }

    private static ProcessRef parent(ProcessNode process) {
        return process.parentKey() == null ? null : process.ref().withKey(process.parentKey());
    }

    private void mend(Mend mend) {
        String before = String.join(",", mend.before());
        statements.update(
                MEND,
                String.join(",", mend.after()),
                mend.before().size() + 1,
                mend.ref().tenant(),
                mend.ref().machineId(),
                before,
                before,
                mend.ref().key());
    }

    private void store(Collection<ProcessNode> processes) {
        if (processes.isEmpty()) {
            return;
        }
        var ordered = new ArrayList<>(processes);
        ordered.sort(Comparator.comparing((ProcessNode it) -> it.ref().machineId())
                .thenComparing(it -> it.ref().key()));
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(STORE)) {
            statement.setLong(1, WireTime.now().ticks());
            for (Column column : Column.values()) {
                statement.setArray(
                        2 + column.ordinal(),
                        connection.createArrayOf(
                                column.type, ordered.stream().map(column.value).toArray()));
            }
            statement.executeUpdate();
        } catch (SQLException failed) {
            throw new IllegalStateException("processes could not be stored: " + failed.getMessage(), failed);
        }
    }
}
