package io.tocsin.alert.story;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;

import io.tocsin.alert.process.ProcessRef;
import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/// Reads what processes did out of `device_event`: each question is one statement for as many
/// machines and processes as it is asked about, finds its rows by index, and reads a bounded number of
/// them.
@ApplicationScoped
class ProcessTelemetry {

    /// Of one kind, of one process.
    static final int MOST_ACTS_OF_A_KIND = 50;

    /// Files and connections: names looked up are few beside them.
    static final int KINDS = 2;

    /// In all.
    static final int MOST_ACTS = 2_000;

    /// What a process did may have been noted by a clock that ran behind the one that noted its creation.
    private static final long CLOCKS_APART = 3600 * WireTime.TICKS_PER_SECOND;

    private static final String ACTED = """
            select s.machine_id, s.key from unnest(?, ?) as s(machine_id, key) cross join lateral (
                select from device_event
                where tenant_id = ? and machine_id = s.machine_id and process_key = s.key and event_time between ? and ?
                  and not (table_name = 'DeviceProcessEvents' and action_type = 'ProcessCreated') limit 1) as e
            """;

    /// The nearest before and the nearest behind, so that however often somebody else did the same, and in whatever
    /// order it is stored, who did it then is found.
    private static final String TOUCHED = """
            (select process_key, event_ticks from device_event
             where s.kind = '%1$s' and tenant_id = ? and machine_id = s.machine_id and %1$s = s.value and %2$s
               and event_ticks <= s.about and event_time between tocsin_time(s.from_ticks) and tocsin_time(s.about)
             order by event_ticks desc limit 1000)
            union all
            (select process_key, event_ticks from device_event
             where s.kind = '%1$s' and tenant_id = ? and machine_id = s.machine_id and %1$s = s.value and %2$s
               and event_ticks > s.about and event_time between tocsin_time(s.about) and tocsin_time(s.to_ticks)
             order by event_ticks limit 1000)
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

    private static final String NEAR = """
            (select process_key, event_ticks, table_name, action_type, file_name, remote_url, initiating_process_file_name
             from device_event
             where tenant_id = ? and machine_id = s.machine_id and %s order by event_ticks %s limit 10000)
            """;

    /// For what no index knows: within an hour, and of the 10,000 events before and the 10,000 behind.
    private static final String AROUND = """
            select s.n, e.process_key
            from unnest(cast(? as int[]), ?, ?, ?, cast(? as bigint[]), cast(? as bigint[]), cast(? as bigint[]))
                as s(n, machine_id, kind, value, from_ticks, to_ticks, about)
            cross join lateral (
                select process_key, min(abs(event_ticks - s.about)) as distance from (%s union all %s) as acts
                where process_key is not null and case s.kind
                    when 'url' then lower(remote_url) = s.value
                    when 'name' then lower(file_name) = s.value and action_type in ('ProcessCreated', 'FileCreated')
                        or lower(initiating_process_file_name) = s.value and action_type <> 'ProcessCreated'
                    else table_name = 'DeviceNetworkEvents' and not lower(coalesce(initiating_process_file_name, '')) = any(?) end
                group by process_key order by 2, 1 limit 10) as e
            order by s.n, e.distance, e.process_key
            """.formatted(
                    NEAR.formatted(
                            "event_ticks between s.from_ticks and s.about"
                                    + " and event_time between tocsin_time(s.from_ticks) and tocsin_time(s.about)",
                            "desc"),
                    NEAR.formatted(
                            "event_ticks > s.about and event_ticks <= s.to_ticks"
                                    + " and event_time between tocsin_time(s.about) and tocsin_time(s.to_ticks)",
                            ""));

    /// In the order of the days' partitions, so that they are read one behind the other and no further than there are
    /// enough, however much a process did; whatever the planner expects, there is nothing to sort.
    private static final String ACTED_AS = """
            (select machine_id, process_key, event_ticks, report_id, table_name, action_type, folder_path, file_name, sha1,
                remote_ip, remote_port, remote_url, local_ip, local_port, protocol
             from device_event
             where tenant_id = ? and machine_id = s.machine_of and process_key = s.key_of and %s
               and event_time between s.since and ?
             order by event_time, event_ticks, report_id limit s.most)
            """;

    /// Of each process the earliest of each kind; in all those of the processes first that may tell most. Who may tell
    /// one
    /// thing of a kind alone tells no names it looked up.
    static final String ACTIVITIES = """
            with asked as materialized (
                select machine_of, key_of, tocsin_time(since_ticks) as since, most
                from unnest(?, ?, cast(? as bigint[]), cast(? as bigint[])) as a(machine_of, key_of, since_ticks, most))
            select machine_id, process_key, event_ticks, table_name, action_type, folder_path, file_name, sha1,
                remote_ip, remote_port, remote_url, local_ip, local_port, protocol
            from (
                select acts.*, s.most,
                    row_number() over (partition by machine_id, process_key, table_name order by event_ticks, report_id) as place
                from asked s cross join lateral (%s union all %s union all %s) as acts) as placed
            order by most desc, place, event_ticks, report_id limit %d
            """.formatted(
            ACTED_AS.formatted("table_name = 'DeviceFileEvents'"),
            ACTED_AS.formatted("table_name = 'DeviceNetworkEvents'"),
            ACTED_AS.formatted("s.most > 1 and table_name = 'DeviceEvents' and action_type = 'DnsQueryResponse'"),
            MOST_ACTS);

    /// One value of an alert that marks processes as its own.
    ///
    /// @param n of the alert among those asked about
    record Trace(int n, String machineId, String kind, String value, TimeRange time, WireTime about) {}

    private record Found(int n, String key) {}

    private final Statements statements;

    ProcessTelemetry(Statements statements) {
        this.statements = statements;
    }

    /// Those of the processes that were seen to do something.
    List<ProcessRef> acted(UUID tenant, TimeRange range, Collection<ProcessRef> processes) {
        return processes.isEmpty()
                ? List.of()
                : statements.list(
                        ACTED,
                        row -> new ProcessRef(tenant, row.getString("machine_id"), row.getString("key")),
                        machines(processes),
                        keys(processes),
                        tenant,
                        range.start(),
                        range.end());
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
                        tenant,
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
                        tenant,
                        silent));
    }

    /// What the processes did, oldest first: 2,000 acts in all.
    ///
    /// @param quotas how many of a kind each may tell; those that may tell most come first
    List<ProcessActivity> activities(UUID tenant, TimeRange range, Map<ProcessRef, Integer> quotas) {
        if (quotas.isEmpty()) {
            return List.of();
        }
        return statements
                .list(
                        ACTIVITIES,
                        row -> ProcessActivity.of(tenant, row),
                        machines(quotas.keySet()),
                        keys(quotas.keySet()),
                        of(quotas.keySet(), process -> Math.max(range.from().ticks(), created(process) - CLOCKS_APART)),
                        of(quotas.keySet(), quotas::get),
                        tenant,
                        range.end(),
                        tenant,
                        range.end(),
                        tenant,
                        range.end())
                .stream()
                .sorted(Comparator.comparing(ProcessActivity::time))
                .toList();
    }

    /// The days before it are not looked at.
    private static long created(ProcessRef process) {
        String key = process.key();
        return Math.multiplyExact(Long.parseLong(key.substring(key.indexOf(':') + 1)), WireTime.TICKS_PER_SECOND);
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
}
