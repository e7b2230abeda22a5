package io.tocsin.alert.process;

import static io.tocsin.db.Statements.number;
import static io.tocsin.db.Statements.strings;
import static io.tocsin.db.Statements.time;

import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Reads processes and their trees.
@ApplicationScoped
public class ProcessTrees {

    private static final String COLUMNS = """
            select p.tenant_id, p.machine_id, p.process_key, p.parent_process_key, p.path, p.observed, p.process_id,
                p.process_creation_ticks, p.file_name, p.folder_path, p.command_line, p.sha1, p.sha256,
                p.account_domain, p.account_name, p.account_sid
            from process p
            """;

    private static final String THESE = COLUMNS + """
            join unnest(cast(? as uuid[]), ?, ?) as asked (tenant_id, machine_id, process_key)
              on p.tenant_id = asked.tenant_id and p.machine_id = asked.machine_id and p.process_key = asked.process_key
            """;

    /// Digits and colons stand before the tilde: everything that begins with the path, and nothing else.
    static final String BRANCH = COLUMNS + """
            where p.tenant_id = ? and p.machine_id = ? and p.path >= string_to_array(?, ',')
              and p.path < string_to_array(?, ',') || array['~']
            order by p.path limit ?
            """;

    private static final String NEAREST = COLUMNS + """
            where p.tenant_id = ? and p.machine_id = ? and p.process_id = ? and p.process_creation_ticks <= ?
            order by p.process_creation_ticks desc limit 1
            """;

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

    /// The process and everything below it, parents before their children, at most so many.
    public List<ProcessNode> branch(ProcessNode top, int most) {
        String path = String.join(",", top.path());
        return statements.list(
                BRANCH, ProcessTrees::node, top.ref().tenant(), top.ref().machineId(), path, path, most);
    }

    /// The process and all its known ancestors, the topmost first: the path says who they are.
    public List<ProcessNode> line(ProcessNode process) {
        var known = find(process.path().stream().map(process.ref()::withKey).toList());
        return process.path().stream()
                .map(process.ref()::withKey)
                .filter(known::containsKey)
                .map(known::get)
                .toList();
    }

    /// The last process that was given this number by then.
    public Optional<ProcessNode> nearest(UUID tenant, String machine, long processId, WireTime by) {
        return statements.list(NEAREST, ProcessTrees::node, tenant, machine, processId, by.ticks()).stream()
                .findFirst();
    }

    private static ProcessNode node(ResultSet row) throws SQLException {
        return new ProcessNode(
                new ProcessRef(
                        row.getObject("tenant_id", UUID.class),
                        row.getString("machine_id"),
                        row.getString("process_key")),
                row.getString("parent_process_key"),
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
