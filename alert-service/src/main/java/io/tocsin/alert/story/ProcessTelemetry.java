package io.tocsin.alert.story;

import static io.tocsin.db.Statements.number;
import static io.tocsin.db.Statements.time;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toMap;

import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/// Reads processes and what they did out of `device_event`: each question is one statement for as many
/// machines and processes as it is asked about, finds its rows by index, and reads a bounded number of
/// them.
@ApplicationScoped
class ProcessTelemetry {

    private static final String FACTS = """
            machine_id, process_key, process_id, process_creation_ticks, file_name, folder_path, command_line, account_name,
            account_domain, sha1, sha256, parent_process_key, initiating_process_id,
            initiating_process_creation_ticks, initiating_process_file_name, initiating_process_folder_path,
            initiating_process_command_line, initiating_process_sha1, initiating_process_sha256""";

    /// The event that made a process is near the second its key names, whenever it arrived.
    private static final String CREATION = "select " + FACTS + """
             from device_event
            where tenant_id = ? and machine_id = %1$s and process_key = %2$s
              and event_time between to_timestamp(split_part(%2$s, ':', 2)::bigint) - interval '1 hour'
                  and to_timestamp(split_part(%2$s, ':', 2)::bigint) + interval '1 day'
              and table_name = 'DeviceProcessEvents' and action_type = 'ProcessCreated'
            order by event_ticks, report_id limit 1
            """;

    /// A union forgets what it has seen before, so that processes which call each other parent end.
    private static final String ANCESTORS = """
            with recursive up as (
                select e.* from unnest(?, ?) as s(machine_id, key) cross join lateral (%s) as e
                union
                select e.* from up cross join lateral (%s) as e where up.parent_process_key is not null)
            select * from up limit 5000
            """.formatted(
            CREATION.formatted("s.machine_id", "s.key"), CREATION.formatted("up.machine_id", "up.parent_process_key"));

    private static final String CHILDREN_OF = """
            select * from (
                select distinct on (process_key) %2$s, process_creation_ticks as born from device_event
                where tenant_id = ? and machine_id = %1$s.machine_id and parent_process_key = %1$s.process_key and process_key <> %1$s.process_key
                  and event_time between to_timestamp(split_part(%1$s.process_key, ':', 2)::bigint) - interval '1 hour' and ?
                  and table_name = 'DeviceProcessEvents' and action_type = 'ProcessCreated'
                order by process_key, event_ticks) as every
            where (born, process_key) > (%1$s.after, %1$s.after_key)
            order by born, process_key limit %1$s.most
            """;

    /// Broadest first, so that what is cut off is deepest; one more than may be shown says that there are
    /// more.
    private static final String DESCENDANTS =
            """
            with recursive top as (
                select machine_id, key as process_key, after, after_key, most
                from unnest(?, ?, cast(? as bigint[]), ?, cast(? as bigint[])) as s(machine_id, key, after, after_key, most)),
            down as (
                select e.* from top cross join lateral (%s) as e
                union
                select e.* from (select *, 0::bigint as after, '' as after_key, cast(? as bigint) as most from down) as d
                    cross join lateral (%s) as e)
            select * from down limit ?
            """.formatted(CHILDREN_OF.formatted("top", FACTS), CHILDREN_OF.formatted("d", FACTS));

    private static final String COUNT = """
            select s.machine_id, s.key, count(*) as children
            from unnest(?, ?, cast(? as bigint[]), ?) as s(machine_id, key, after, after_key) cross join lateral (
                select distinct process_key from (
                    select process_key from device_event
                    where tenant_id = ? and machine_id = s.machine_id and parent_process_key = s.key and process_key <> s.key
                      and event_time between to_timestamp(split_part(s.key, ':', 2)::bigint) - interval '1 hour' and ?
                      and table_name = 'DeviceProcessEvents' and action_type = 'ProcessCreated'
                      and (process_creation_ticks, process_key) > (s.after, s.after_key) limit 10000) as counted) as e
            group by 1, 2
            """;

    private static final String UNSEEN = """
            select e.* from unnest(?, ?) as s(machine_id, key) cross join lateral (
                (select %1$s, false as as_parent from device_event
                 where tenant_id = ? and machine_id = s.machine_id and process_key = s.key and event_time between ? and ?
                   and not (table_name = 'DeviceProcessEvents' and action_type = 'ProcessCreated') limit 1)
                union all
                (select %1$s, true as as_parent from device_event
                 where tenant_id = ? and machine_id = s.machine_id and parent_process_key = s.key and event_time between ? and ?
                   and table_name = 'DeviceProcessEvents' limit 1)) as e
            """.formatted(FACTS);

    private static final String NEAREST = """
            select s.n, e.process_key
            from unnest(cast(? as int[]), ?, ?, cast(? as bigint[]), cast(? as bigint[])) as s(n, machine_id, pid, from_ticks, to_ticks)
            cross join lateral (select process_key from (
                select process_key from device_event
                where tenant_id = ? and machine_id = s.machine_id and event_ticks between s.from_ticks and s.to_ticks
                  and event_time between tocsin_time(s.from_ticks) and tocsin_time(s.to_ticks)
                order by event_ticks desc limit 20000) as lately
                where process_key like s.pid || ':%' limit 1) as e
            """;

    private static final String TOUCHED = """
            (select process_key, event_ticks from device_event
             where s.kind = '%1$s' and tenant_id = ? and machine_id = s.machine_id and %1$s = s.value and %2$s
               and event_time between tocsin_time(s.from_ticks) and tocsin_time(s.to_ticks) limit 1000)
            """;

    private static final String TRACED = """
            select s.n, e.process_key
            from unnest(cast(? as int[]), ?, ?, ?, cast(? as bigint[]), cast(? as bigint[]), cast(? as bigint[]))
                as s(n, machine_id, kind, value, from_ticks, to_ticks, about)
            cross join lateral (
                select process_key, min(abs(event_ticks - s.about)) as distance from (%s union all %s union all %s) as acts
                where process_key is not null group by process_key order by 2, 1 limit 20) as e
            order by s.n, e.distance, e.process_key
            """.formatted(
                    TOUCHED.formatted("remote_ip", "true"),
                    TOUCHED.formatted("sha1", "table_name in ('DeviceProcessEvents', 'DeviceFileEvents')"),
                    TOUCHED.formatted("sha256", "table_name in ('DeviceProcessEvents', 'DeviceFileEvents')"));

    /// For what no index knows: within an hour, and of the first 20,000 events.
    private static final String AROUND = """
            select s.n, e.process_key
            from unnest(cast(? as int[]), ?, ?, ?, cast(? as bigint[]), cast(? as bigint[]), cast(? as bigint[]))
                as s(n, machine_id, kind, value, from_ticks, to_ticks, about)
            cross join lateral (
                select process_key, min(abs(event_ticks - s.about)) as distance from (
                    select process_key, event_ticks, table_name, action_type, file_name, remote_url, initiating_process_file_name
                    from device_event
                    where tenant_id = ? and machine_id = s.machine_id and event_ticks between s.from_ticks and s.to_ticks
                      and event_time between tocsin_time(s.from_ticks) and tocsin_time(s.to_ticks)
                    order by event_ticks limit 20000) as acts
                where process_key is not null and case s.kind
                    when 'url' then lower(remote_url) = s.value
                    when 'name' then lower(file_name) = s.value and action_type in ('ProcessCreated', 'FileCreated')
                        or lower(initiating_process_file_name) = s.value and action_type <> 'ProcessCreated'
                    else table_name = 'DeviceNetworkEvents' and not lower(coalesce(initiating_process_file_name, '')) = any(?) end
                group by process_key order by 2, 1 limit 10) as e
            order by s.n, e.distance, e.process_key
            """;

    private static final String ACTIVITIES = """
            select * from (
                select *, row_number() over (partition by machine_id, process_key, table_name order by event_ticks, report_id) as place
                from unnest(?, ?, cast(? as bigint[])) as s(machine_of, key_of, most) cross join lateral (
                    select machine_id, process_key, event_ticks, report_id, table_name, action_type, folder_path, file_name, sha1,
                        remote_ip, remote_port, remote_url, local_ip, local_port, protocol
                    from device_event
                    where tenant_id = ? and machine_id = s.machine_of and process_key = s.key_of and event_time between ? and ?
                      and (table_name in ('DeviceFileEvents', 'DeviceNetworkEvents')
                           or table_name = 'DeviceEvents' and action_type = 'DnsQueryResponse') limit s.most) as acts) as placed
            where place <= 50 order by event_ticks, report_id limit 2000
            """;

    /// One value of an alert that marks processes as its own.
    ///
    /// @param n of the alert among those asked about
    record Trace(int n, String machineId, String kind, String value, TimeRange time, WireTime about) {}

    /// A process id without a time of creation.
    record Pid(int n, String machineId, long processId, TimeRange time) {}

    /// A process whose children are asked for.
    ///
    /// @param after the ticks and the key of the last child known already; 0 and empty for none
    record Branch(ProcessRef process, long after, String afterKey, int most) {}

    private record Found(int n, String key) {}

    private final Statements statements;

    ProcessTelemetry(Statements statements) {
        this.statements = statements;
    }

    /// The processes that were seen to start, their ancestors as far as they were, and what those say of
    /// the one who started them.
    Map<ProcessRef, ProcessFact> withAncestors(UUID tenant, Collection<ProcessRef> processes) {
        var known = new LinkedHashMap<ProcessRef, ProcessFact>();
        if (!processes.isEmpty()) {
            add(known, statements.list(ANCESTORS, Row::created, machines(processes), keys(processes), tenant, tenant));
        }
        return known;
    }

    /// What is below these processes, at most so many and at most so many children of one.
    Map<ProcessRef, ProcessFact> descendants(
            UUID tenant, WireTime until, Collection<Branch> tops, int mostChildren, int most) {
        var known = new LinkedHashMap<ProcessRef, ProcessFact>();
        if (!tops.isEmpty() && most > 0) {
            var end = until.toInstant().atOffset(ZoneOffset.UTC);
            add(
                    known,
                    statements.list(
                            DESCENDANTS,
                            Row::created,
                            of(tops, top -> top.process().machineId()),
                            of(tops, top -> top.process().key()),
                            of(tops, Branch::after),
                            of(tops, Branch::afterKey),
                            of(tops, Branch::most),
                            tenant,
                            end,
                            mostChildren,
                            tenant,
                            end,
                            most));
        }
        return known;
    }

    /// How many children telemetry knows of each, behind the one named; 10,000 are counted at most.
    Map<ProcessRef, Long> children(UUID tenant, WireTime until, Collection<Branch> parents) {
        record Counted(ProcessRef process, long children) {}
        return statements
                .list(
                        COUNT,
                        row -> new Counted(
                                new ProcessRef(row.getString("machine_id"), row.getString("key")),
                                row.getLong("children")),
                        of(parents, parent -> parent.process().machineId()),
                        of(parents, parent -> parent.process().key()),
                        of(parents, Branch::after),
                        of(parents, Branch::afterKey),
                        tenant,
                        until.toInstant().atOffset(ZoneOffset.UTC))
                .stream()
                .collect(toMap(Counted::process, Counted::children));
    }

    private static void add(Map<ProcessRef, ProcessFact> known, List<Row> rows) {
        rows.forEach(row -> known.putIfAbsent(row.process().ref(), row.process()));
        rows.stream()
                .map(Row::parent)
                .filter(parent -> parent != null)
                .forEach(parent -> known.putIfAbsent(parent.ref(), parent));
    }

    /// What others say of processes nobody saw start.
    List<ProcessFact> unseen(UUID tenant, TimeRange range, Collection<ProcessRef> processes) {
        return processes.isEmpty()
                ? List.of()
                : statements.list(
                        UNSEEN,
                        row -> row.getBoolean("as_parent") ? Row.created(row).parent() : Row.acting(row),
                        machines(processes),
                        keys(processes),
                        tenant,
                        range.start(),
                        range.end(),
                        tenant,
                        range.start(),
                        range.end());
    }

    /// The last process with each id that was alive by then, by the alert's number.
    Map<Integer, Set<String>> nearest(UUID tenant, List<Pid> pids) {
        return pids.isEmpty()
                ? Map.of()
                : found(statements.list(
                        NEAREST,
                        ProcessTelemetry::found,
                        of(pids, Pid::n),
                        of(pids, Pid::machineId),
                        of(pids, Pid::processId),
                        of(pids, pid -> pid.time().from().ticks()),
                        of(pids, pid -> pid.time().to().ticks()),
                        tenant));
    }

    /// Processes that spoke to an address (`remote_ip`), or ran or wrote a file (`sha1`, `sha256`), by the
    /// alert's number, nearest first.
    Map<Integer, Set<String>> traced(UUID tenant, List<Trace> traces) {
        return traces.isEmpty()
                ? Map.of()
                : found(statements.list(
                        TRACED,
                        ProcessTelemetry::found,
                        of(traces, Trace::n),
                        of(traces, Trace::machineId),
                        of(traces, Trace::kind),
                        of(traces, Trace::value),
                        of(traces, trace -> trace.time().from().ticks()),
                        of(traces, trace -> trace.time().to().ticks()),
                        of(traces, trace -> trace.about().ticks()),
                        tenant,
                        tenant,
                        tenant));
    }

    /// Processes that looked up a name (`url`), ran or wrote a file of a name (`name`), or spoke to anybody
    /// (else).
    Map<Integer, Set<String>> around(UUID tenant, List<Trace> traces, Collection<String> silent) {
        return traces.isEmpty()
                ? Map.of()
                : found(statements.list(
                        AROUND,
                        ProcessTelemetry::found,
                        of(traces, Trace::n),
                        of(traces, Trace::machineId),
                        of(traces, Trace::kind),
                        of(traces, Trace::value),
                        of(traces, trace -> trace.time().from().ticks()),
                        of(traces, trace -> trace.time().to().ticks()),
                        of(traces, trace -> trace.about().ticks()),
                        tenant,
                        silent));
    }

    /// What the processes did, oldest first: at most 50 of a kind of each, 2,000 in all.
    ///
    /// @param quotas how many acts of each are read
    List<ProcessActivity> activities(UUID tenant, TimeRange range, Map<ProcessRef, Integer> quotas) {
        return quotas.isEmpty()
                ? List.of()
                : statements.list(
                        ACTIVITIES,
                        ProcessActivity::of,
                        machines(quotas.keySet()),
                        keys(quotas.keySet()),
                        of(quotas.keySet(), quotas::get),
                        tenant,
                        range.start(),
                        range.end());
    }

    private static Found found(ResultSet row) throws SQLException {
        return new Found(row.getInt("n"), row.getString("process_key"));
    }

    private static Map<Integer, Set<String>> found(List<Found> rows) {
        return rows.stream().collect(groupingBy(Found::n, mapping(Found::key, toCollection(LinkedHashSet::new))));
    }

    private static List<String> machines(Collection<ProcessRef> processes) {
        return of(processes, ProcessRef::machineId);
    }

    private static List<String> keys(Collection<ProcessRef> processes) {
        return of(processes, ProcessRef::key);
    }

    private static <T> List<String> of(Collection<T> asked, Function<T, ?> property) {
        var values = new ArrayList<String>(asked.size());
        asked.forEach(one -> values.add(String.valueOf(property.apply(one))));
        return values;
    }

    /// A process, and what its event says of the one who started it.
    private record Row(ProcessFact process, ProcessFact parent) {

        static Row created(ResultSet row) throws SQLException {
            var process = new ProcessFact(
                    new ProcessRef(row.getString("machine_id"), row.getString("process_key")),
                    number(row, "process_id"),
                    time(row, "process_creation_ticks"),
                    SystemPrograms.nameOf(row.getString("file_name")),
                    row.getString("folder_path"),
                    row.getString("command_line"),
                    account(row),
                    row.getString("sha1"),
                    row.getString("sha256"),
                    row.getString("parent_process_key"),
                    true);
            String parent = process.parentKey();
            return new Row(process, parent == null ? null : initiating(row, parent, null, false));
        }

        static ProcessFact acting(ResultSet row) throws SQLException {
            return initiating(row, row.getString("process_key"), account(row), true);
        }

        private static ProcessFact initiating(ResultSet row, String key, String account, boolean observed)
                throws SQLException {
            return new ProcessFact(
                    new ProcessRef(row.getString("machine_id"), key),
                    number(row, "initiating_process_id"),
                    time(row, "initiating_process_creation_ticks"),
                    SystemPrograms.nameOf(row.getString("initiating_process_file_name")),
                    row.getString("initiating_process_folder_path"),
                    row.getString("initiating_process_command_line"),
                    account,
                    row.getString("initiating_process_sha1"),
                    row.getString("initiating_process_sha256"),
                    null,
                    observed);
        }

        private static String account(ResultSet row) throws SQLException {
            String name = row.getString("account_name");
            String domain = row.getString("account_domain");
            return name == null || domain == null ? name : domain + "\\" + name;
        }
    }
}
