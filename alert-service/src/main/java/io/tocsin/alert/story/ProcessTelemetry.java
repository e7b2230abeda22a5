package io.tocsin.alert.story;

import static io.tocsin.db.Statements.number;
import static io.tocsin.db.Statements.time;

import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Reads processes and what they did out of `device_event`, one machine at a time, within a bounded time.
@ApplicationScoped
class ProcessTelemetry {

    private static final String HERE =
            " from device_event where tenant_id = ? and machine_id = ? and event_time between ? and ? ";

    private static final String FACTS = """
            process_key, process_id, process_creation_ticks, file_name, folder_path, command_line, account_name,
            account_domain, sha1, sha256, parent_process_key, initiating_process_id,
            initiating_process_creation_ticks, initiating_process_file_name, initiating_process_folder_path,
            initiating_process_command_line, initiating_process_sha1, initiating_process_sha256
            """;

    private static final String CREATED = "select distinct on (process_key) " + FACTS + HERE
            + "and process_key = any(?) and table_name = 'DeviceProcessEvents' and action_type = 'ProcessCreated' order by process_key, event_ticks";

    private static final String ACTING = "select distinct on (process_key) " + FACTS + HERE
            + "and process_key = any(?) and not (table_name = 'DeviceProcessEvents' and action_type = 'ProcessCreated') order by process_key, event_ticks";

    private static final String AS_PARENT = "select distinct on (parent_process_key) " + FACTS + HERE
            + "and parent_process_key = any(?) and table_name = 'DeviceProcessEvents' order by parent_process_key, event_ticks";

    private static final String CHILDREN = "select process_key" + HERE
            + "and parent_process_key = any(?) and table_name = 'DeviceProcessEvents' and action_type = 'ProcessCreated' order by event_ticks limit ?";

    private static final String NEAREST = "select process_key" + HERE
            + "and process_key like ? and event_ticks <= ? order by event_ticks desc limit 1";

    private static final String TRACES = """
            select case when action_type = 'ProcessCreated'
                         and (initiating_process_sha1 = any(?) or initiating_process_sha256 = any(?))
                        then parent_process_key else process_key end as process_key,
                   min(abs(event_ticks - ?)) as distance
            """ + HERE + """
              and (sha1 = any(?) or sha256 = any(?) or initiating_process_sha1 = any(?) or initiating_process_sha256 = any(?)
                   or remote_ip = any(?) or lower(remote_url) = any(?)
                   or lower(file_name) = any(?) and action_type in ('ProcessCreated', 'FileCreated')
                   or lower(initiating_process_file_name) = any(?) and action_type <> 'ProcessCreated')
            group by 1 having min(process_key) is not null order by distance, 1 limit 20
            """;

    private static final String TALKING = "select process_key, min(abs(event_ticks - ?)) as distance" + HERE + """
              and table_name = 'DeviceNetworkEvents' and process_key is not null
              and not lower(coalesce(initiating_process_file_name, '')) = any(?)
            group by process_key order by distance, process_key limit 10
            """;

    private static final String ACTIVITIES = """
            select process_key, event_ticks, table_name, action_type, folder_path, file_name, sha1, remote_ip,
                remote_port, remote_url, local_ip, local_port, protocol from (select *, row_number() over (partition by process_key, table_name order by event_ticks, report_id) as place
            """ + HERE + """
              and process_key = any(?) and (table_name in ('DeviceFileEvents', 'DeviceNetworkEvents')
                   or table_name = 'DeviceEvents' and action_type = 'DnsQueryResponse')) as acts
            where place <= 50 order by event_ticks, report_id
            """;

    /// What marks a process as one of an alert's.
    record Traces(List<String> hashes, List<String> addresses, List<String> names, List<String> fileNames) {

        boolean isEmpty() {
            return hashes.isEmpty() && addresses.isEmpty() && names.isEmpty() && fileNames.isEmpty();
        }
    }

    private final Statements statements;

    ProcessTelemetry(Statements statements) {
        this.statements = statements;
    }

    /// What is known of these processes; a key nobody spoke of is missing.
    Map<String, ProcessFact> processes(UUID tenant, String machine, TimeRange range, Collection<String> keys) {
        var found = new LinkedHashMap<String, ProcessFact>();
        read(found, CREATED, ProcessTelemetry::created, tenant, machine, range, keys);
        var unseen = new ArrayList<>(keys);
        unseen.removeAll(found.keySet()); // what nobody saw start may be told of twice, each time in part
        read(found, ACTING, ProcessTelemetry::acting, tenant, machine, range, unseen);
        read(found, AS_PARENT, ProcessTelemetry::parent, tenant, machine, range, unseen);
        return found;
    }

    private void read(
            Map<String, ProcessFact> found,
            String sql,
            Statements.RowReader<ProcessFact> reader,
            UUID tenant,
            String machine,
            TimeRange range,
            Collection<String> keys) {
        if (!keys.isEmpty()) {
            statements
                    .list(sql, reader, tenant, machine, range.start(), range.end(), keys)
                    .forEach(process -> found.merge(process.key(), process, ProcessFact::completedBy));
        }
    }

    List<String> children(UUID tenant, String machine, TimeRange range, Collection<String> parents, int most) {
        return statements.list(
                CHILDREN, row -> row.getString(1), tenant, machine, range.start(), range.end(), parents, most);
    }

    /// The last process with this id that was alive by then.
    List<String> nearest(UUID tenant, String machine, TimeRange range, long processId, WireTime by) {
        return statements.list(
                NEAREST,
                row -> row.getString(1),
                tenant,
                machine,
                range.start(),
                range.end(),
                processId + ":%",
                by.ticks());
    }

    /// Processes that ran, wrote or loaded one of the files, or spoke to one of the addresses: the nearest 20.
    List<String> traced(UUID tenant, String machine, TimeRange range, Traces traces, WireTime about) {
        return statements.list(
                TRACES,
                row -> row.getString(1),
                traces.hashes(),
                traces.hashes(),
                about.ticks(),
                tenant,
                machine,
                range.start(),
                range.end(),
                traces.hashes(),
                traces.hashes(),
                traces.hashes(),
                traces.hashes(),
                traces.addresses(),
                traces.names(),
                traces.fileNames(),
                traces.fileNames());
    }

    /// Processes with network connections, the nearest 10.
    List<String> talking(UUID tenant, String machine, TimeRange range, WireTime about, Collection<String> exceptNames) {
        return statements.list(
                TALKING,
                row -> row.getString(1),
                about.ticks(),
                tenant,
                machine,
                range.start(),
                range.end(),
                exceptNames);
    }

    List<ProcessActivity> activities(UUID tenant, String machine, TimeRange range, Collection<String> keys) {
        return statements.list(ACTIVITIES, ProcessActivity::of, tenant, machine, range.start(), range.end(), keys);
    }

    private static ProcessFact created(ResultSet row) throws SQLException {
        return new ProcessFact(
                row.getString("process_key"),
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
    }

    private static ProcessFact acting(ResultSet row) throws SQLException {
        return initiating(row, "process_key", account(row), true);
    }

    private static ProcessFact parent(ResultSet row) throws SQLException {
        return initiating(row, "parent_process_key", null, false);
    }

    private static ProcessFact initiating(ResultSet row, String key, String account, boolean observed)
            throws SQLException {
        return new ProcessFact(
                row.getString(key),
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
