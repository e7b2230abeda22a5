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
import java.util.function.Function;
import javax.sql.DataSource;

/// Keeps the table of processes as events tell of them, in any order: one that learns late who started it takes
/// everything
/// below it along. One writer a machine at a time (docs/adr/027).
@ApplicationScoped
public class ProcessKeeper {

    private enum Column {
        TENANT_ID("uuid", process -> process.ref().tenant()),
        MACHINE_ID("text", process -> process.ref().machineId()),
        PROCESS_KEY("text", process -> process.ref().key()),
        PARENT_PROCESS_KEY("text", ProcessNode::parentKey),
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
            insert into process (tenant_id, machine_id, process_key, parent_process_key, path, observed, process_id,
                process_creation_ticks, file_name, folder_path, command_line, sha1, sha256, account_domain, account_name,
                account_sid, received_ticks)
            select t.tenant_id, t.machine_id, t.process_key, t.parent_process_key, string_to_array(t.path, ','), t.observed,
                t.process_id, t.process_creation_ticks, t.file_name, t.folder_path, t.command_line, t.sha1, t.sha256,
                t.account_domain, t.account_name, t.account_sid, ?
            from unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::boolean[], ?::bigint[], ?::bigint[],
                ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
                as t (tenant_id, machine_id, process_key, parent_process_key, path, observed, process_id,
                    process_creation_ticks, file_name, folder_path, command_line, sha1, sha256, account_domain,
                    account_name, account_sid)
            on conflict (tenant_id, machine_id, process_key) do update set
                parent_process_key = excluded.parent_process_key, path = excluded.path, observed = excluded.observed,
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
    public Kept keep(List<ProcessSighting> sightings) {
        var said = new LinkedHashMap<ProcessRef, ProcessNode>();
        var parents = new HashMap<ProcessRef, ProcessSighting>();
        for (ProcessSighting sighting : sightings) {
            ProcessNode process = sighting.process();
            said.merge(process.ref(), process, ProcessNode::and);
            if (sighting.parentProcessId() != null) {
                parents.put(process.ref(), sighting);
            }
        }
        Map<ProcessRef, ProcessNode> known = trees.find(said.keySet());
        var now = new LinkedHashMap<ProcessRef, ProcessNode>();
        said.forEach((ref, process) ->
                now.put(ref, known.containsKey(ref) ? known.get(ref).and(process) : process));
        parents.forEach((ref, sighting) -> now.computeIfPresent(ref, (same, it) -> withParent(it, sighting, now)));
        settlePaths(known, now);
        List<Mend> mends = known.values().stream()
                .filter(before -> !before.path().equals(now.get(before.ref()).path()))
                .map(before -> new Mend(
                        before.ref(), before.path(), now.get(before.ref()).path()))
                .sorted(Comparator.comparingInt(mend -> mend.before().size()))
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

    /// The parent by its number alone: the last one called so that was given it before.
    private ProcessNode withParent(ProcessNode process, ProcessSighting sighting, Map<ProcessRef, ProcessNode> now) {
        if (process.parentKey() != null || process.creationTime() == null) {
            return process;
        }
        WireTime by = process.creationTime();
        String parent = now.values().stream()
                .filter(other -> other.ref().tenant().equals(process.ref().tenant())
                        && other.ref().machineId().equals(process.ref().machineId())
                        && !other.ref().equals(process.ref())
                        && Objects.equals(other.processId(), sighting.parentProcessId())
                        && other.creationTime() != null
                        && other.creationTime().compareTo(by) <= 0)
                .max(Comparator.comparing(ProcessNode::creationTime))
                .or(() -> trees.nearest(
                        process.ref().tenant(), process.ref().machineId(), sighting.parentProcessId(), by))
                .filter(other -> sighting.parentFileName() == null
                        || sighting.parentFileName().equalsIgnoreCase(other.fileName()))
                .map(other -> other.ref().key())
                .filter(key -> !key.equals(process.ref().key()))
                .orElse(null);
        return parent == null ? process : process.startedBy(parent);
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
            path = process.below(outside.get(parent).path());
        } else {
            path = process.below(List.of(parent.key()));
        }
        settled.put(process.ref(), path);
        return path;
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
