package io.tocsin.alert.process;

import static io.tocsin.db.Statements.number;
import static io.tocsin.db.Statements.strings;
import static io.tocsin.db.Statements.time;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Reads processes and their trees.
@ApplicationScoped
public class ProcessTrees {

    private static final String COLUMNS = """
            select p.tenant_id, p.machine_id, p.process_key, p.parent_process_key, p.parent_process_id, p.parent_file_name, p.path, p.observed, p.process_id,
                p.process_creation_ticks, p.file_name, p.folder_path, p.command_line, p.sha1, p.sha256,
                p.account_domain, p.account_name, p.account_sid
            from process p
            """;

    /// One by one: of a table that has grown since it was analysed PostgreSQL thinks that a machine has few processes,
    /// and
    /// would rather compare each that is asked for with all of them.
    static final String THESE = """
            select p.* from unnest(cast(? as uuid[]), ?, ?) as asked (tenant_id, machine_id, process_key)
            cross join lateral (""" + COLUMNS + """
                where p.tenant_id = asked.tenant_id and p.machine_id = asked.machine_id and p.process_key = asked.process_key limit 1) as p
            """;

    /// What is asked of each parent: those behind a place that were made by then.
    private static final String BEHIND = """
            p.tenant_id = parent.tenant_id and p.machine_id = parent.machine_id and p.parent_process_key = parent.process_key
              and (coalesce(p.process_creation_ticks, 0), p.process_key) > (parent.after, parent.after_key)
              and coalesce(p.process_creation_ticks, 0) <= ?
            """;

    static final String CHILDREN = """
            select parent.process_key as parent_key, p.* from unnest(?, ?, ?, ?, ?) as parent (tenant_id, machine_id, process_key, after, after_key)
            cross join lateral (
                select p.tenant_id, p.machine_id, p.process_key, coalesce(p.process_creation_ticks, 0) as created from process p
                where %s order by coalesce(p.process_creation_ticks, 0), p.process_key limit ?) as p
            """.formatted(BEHIND);

    private static final String COUNTS = """
            select parent.tenant_id, parent.machine_id, parent.process_key, counted.children
            from unnest(?, ?, ?, ?, ?) as parent (tenant_id, machine_id, process_key, after, after_key)
            cross join lateral (select count(*) as children from (select from process p where %s limit ?) as its) as counted
            """.formatted(BEHIND);

    private static final String NEAREST_PARENTS = """
            select asked.process_key as child_key, p.* from unnest(?, ?, ?, ?, ?) as asked (tenant_id, machine_id, process_key, number, by)
            cross join lateral (""" + COLUMNS + """
                where p.tenant_id = asked.tenant_id and p.machine_id = asked.machine_id and p.process_id = asked.number
                  and p.process_creation_ticks <= asked.by and p.process_key <> asked.process_key
                order by p.process_creation_ticks desc, p.process_key desc limit 1) as p
            """;

    private static final String STARTED_BY_NUMBER = """
            select p.* from unnest(?, ?, ?, ?) as parent (tenant_id, machine_id, number, since) cross join lateral (""" + COLUMNS + """
                where p.tenant_id = parent.tenant_id and p.machine_id = parent.machine_id and p.parent_process_id = parent.number
                  and p.process_creation_ticks >= parent.since offset 0) as p
            """;

    private static final String NEAREST = COLUMNS + """
            where p.tenant_id = ? and p.machine_id = ? and p.process_id = ? and p.process_creation_ticks <= ?
            order by p.process_creation_ticks desc limit 1
            """;

    /// How long after an event its process may have been noted: clocks and logs differ.
    public static final long LATE_TICKS = 60 * WireTime.TICKS_PER_SECOND;

    /// The last that was made by then; where there is none, the first that was noted a little later.
    private static final String NUMBERED = """
            select s.n, p.process_key from unnest(cast(? as int[]), ?, cast(? as bigint[]), cast(? as bigint[])) as s(n, machine_id, number, by)
            cross join lateral (
                (select process_key from process
                 where tenant_id = ? and machine_id = s.machine_id and process_id = s.number and process_creation_ticks <= s.by
                 order by process_creation_ticks desc limit 1)
                union all
                (select process_key from process
                 where tenant_id = ? and machine_id = s.machine_id and process_id = s.number
                   and process_creation_ticks > s.by and process_creation_ticks <= s.by + %d
                 order by process_creation_ticks limit 1)
                limit 1) as p
            """.formatted(LATE_TICKS);

    private final Statements statements;

    ProcessTrees(Statements statements) {
        this.statements = statements;
    }

    /// What is known of these; a process nobody spoke of is missing.
    public Map<ProcessRef, ProcessNode> find(Collection<ProcessRef> refs) {
        if (refs.isEmpty()) {
            return new HashMap<>();
        }
        var found = new HashMap<ProcessRef, ProcessNode>();
        statements
                .list(
                        THESE,
                        ProcessTrees::node,
                        refs.stream().map(ProcessRef::tenant).toList(),
                        refs.stream().map(ProcessRef::machineId).toList(),
                        refs.stream().map(ProcessRef::key).toList())
                .forEach(process -> found.put(process.ref(), process));
        return found;
    }

    /// Children of a process, behind one of them.
    ///
    /// @param after the ticks of its creation
    /// @param afterKey its key
    public record Siblings(ProcessRef parent, long after, String afterKey) {

        /// All of them.
        public static Siblings of(ProcessRef parent) {
            return new Siblings(parent, Long.MIN_VALUE, "");
        }
    }

    /// A child, by its place among its siblings.
    ///
    /// @param created the ticks of its creation, 0 when nobody told
    public record Child(ProcessRef ref, long created) {}

    /// The first children of each process that were made by then, oldest first.
    ///
    /// @param most of each
    public Map<ProcessRef, List<Child>> children(Collection<Siblings> asked, WireTime until, int most) {
        record Row(ProcessRef parent, Child child) {}
        if (asked.isEmpty()) {
            return Map.of();
        }
        return statements
                .list(
                        CHILDREN,
                        row -> new Row(
                                ref(row, "parent_key"), new Child(ref(row, "process_key"), row.getLong("created"))),
                        parameters(asked, until, most))
                .stream()
                .collect(groupingBy(Row::parent, mapping(Row::child, toList())));
    }

    /// How many children each has that were made by then.
    ///
    /// @param most so many are counted
    public Map<ProcessRef, Long> counts(Collection<Siblings> asked, WireTime until, int most) {
        record Row(ProcessRef parent, long children) {}
        if (asked.isEmpty()) {
            return Map.of();
        }
        return statements
                .list(
                        COUNTS,
                        row -> new Row(ref(row, "process_key"), row.getLong("children")),
                        parameters(asked, until, most))
                .stream()
                .collect(toMap(Row::parent, Row::children));
    }

    private static Object[] parameters(Collection<Siblings> asked, WireTime until, int most) {
        return new Object[] {
            asked.stream().map(one -> one.parent().tenant()).toArray(UUID[]::new),
            asked.stream().map(one -> one.parent().machineId()).toArray(String[]::new),
            asked.stream().map(one -> one.parent().key()).toArray(String[]::new),
            asked.stream().map(Siblings::after).toArray(Long[]::new),
            asked.stream().map(Siblings::afterKey).toArray(String[]::new),
            until.ticks(),
            most
        };
    }

    /// What is known of these and of all their ancestors: their paths say who they are.
    public Map<ProcessRef, ProcessNode> lines(Collection<ProcessRef> refs) {
        Map<ProcessRef, ProcessNode> known = find(refs);
        var above = new HashSet<ProcessRef>();
        known.values()
                .forEach(process ->
                        process.path().forEach(key -> above.add(process.ref().withKey(key))));
        above.removeAll(known.keySet());
        known.putAll(find(above));
        return known;
    }

    /// Of each the last process that had the number of its parent by the time it was made.
    Map<ProcessRef, ProcessNode> nearestParents(Collection<ProcessNode> children) {
        record Found(ProcessRef child, ProcessNode parent) {}
        var found = new HashMap<ProcessRef, ProcessNode>();
        statements
                .list(
                        NEAREST_PARENTS,
                        row -> new Found(ref(row, "child_key"), node(row)),
                        tenants(children),
                        machines(children),
                        children.stream().map(child -> child.ref().key()).toArray(String[]::new),
                        children.stream()
                                .map(child -> child.parentNumber().processId())
                                .toArray(Long[]::new),
                        children.stream()
                                .map(child -> child.creationTime().ticks())
                                .toArray(Long[]::new))
                .forEach(row -> found.put(row.child(), row.parent()));
        return found;
    }

    /// Those whose parent is told by its number alone, and may be one of these.
    List<ProcessNode> startedByNumberOf(Collection<ProcessNode> parents) {
        return parents.isEmpty()
                ? List.of()
                : statements.list(
                        STARTED_BY_NUMBER,
                        ProcessTrees::node,
                        tenants(parents),
                        machines(parents),
                        parents.stream().map(ProcessNode::processId).toArray(Long[]::new),
                        parents.stream()
                                .map(parent -> parent.creationTime().ticks())
                                .toArray(Long[]::new));
    }

    private static UUID[] tenants(Collection<ProcessNode> processes) {
        return processes.stream().map(process -> process.ref().tenant()).toArray(UUID[]::new);
    }

    private static String[] machines(Collection<ProcessNode> processes) {
        return processes.stream().map(process -> process.ref().machineId()).toArray(String[]::new);
    }

    /// The last process that was given this number by then.
    public Optional<ProcessNode> nearest(UUID tenant, String machine, long processId, WireTime by) {
        return statements.list(NEAREST, ProcessTrees::node, tenant, machine, processId, by.ticks()).stream()
                .findFirst();
    }

    /// A process that is named by its id alone.
    ///
    /// @param n of who asks
    /// @param by when it was there
    public record Numbered(int n, String machineId, long processId, WireTime by) {}

    /// Which processes had the ids then, by the number of who asks; those that are not known are missing.
    public Map<Integer, List<String>> numbered(UUID tenant, List<Numbered> asked) {
        record Found(int n, String key) {}
        if (asked.isEmpty()) {
            return Map.of();
        }
        return statements
                .list(
                        NUMBERED,
                        row -> new Found(row.getInt("n"), row.getString("process_key")),
                        asked.stream().map(Numbered::n).toArray(Integer[]::new),
                        asked.stream().map(Numbered::machineId).toArray(String[]::new),
                        asked.stream().map(Numbered::processId).toArray(Long[]::new),
                        asked.stream().map(it -> it.by().ticks()).toArray(Long[]::new),
                        tenant,
                        tenant)
                .stream()
                .collect(groupingBy(Found::n, mapping(Found::key, toList())));
    }

    private static ProcessRef ref(ResultSet row, String key) throws SQLException {
        return new ProcessRef(row.getObject("tenant_id", UUID.class), row.getString("machine_id"), row.getString(key));
    }

    private static ProcessNode node(ResultSet row) throws SQLException {
        Long parentId = number(row, "parent_process_id");
        return new ProcessNode(
                ref(row, "process_key"),
                row.getString("parent_process_key"),
                parentId == null ? null : new ParentNumber(parentId, row.getString("parent_file_name")),
                strings(row, "path"),
                row.getBoolean("observed"),
                number(row, "process_id"),
                time(row, "process_creation_ticks"),
                row.getString("file_name"),
                row.getString("folder_path"),
                row.getString("command_line"),
                row.getString("sha1"),
                row.getString("sha256"),
                row.getString("account_domain"),
                row.getString("account_name"),
                row.getString("account_sid"));
    }
}
