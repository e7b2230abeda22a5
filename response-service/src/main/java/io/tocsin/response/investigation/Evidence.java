package io.tocsin.response.investigation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/// What alert-service and indicator-service know of what an investigation is about, read from their tables
/// (docs/adr/040): the evidence of its alerts, and of the machine's open ones when a person asked.
@ApplicationScoped
class Evidence {

    /// As often an entity is tried before it is left at that.
    private static final int TRIES = 3;

    /// The alerts an investigation is about, for every statement here the same. Its parameters: [#about].
    private static final String ALERTS = """
            with about as (
                select i.alert_id as id from investigation_alert i where i.tenant_id = ? and i.investigation_id = ?
                union
                select a.id from alert a where a.tenant_id = ? and ? and a.machine_id = ? and a.status <> 'Resolved'),
            alerts as (
                select a.tenant_id, a.id, a.machine_id, a.severity, a.threat_name, coalesce(a.detector_id, a.title) as detector
                from about join alert a on a.tenant_id = ? and a.id = about.id),
            """;

    /// Whether an indicator counts on a machine: it is for all, or for the group the machine is in (contract 50 §6).
    private static final String COUNTS = """
            (i.expiration_ticks is null or i.expiration_ticks > ?)
                and (i.rbac_group_ids = '{}' and i.rbac_group_names = '{}' or exists (
                    select from machine m where m.tenant_id = i.tenant_id and m.id = ?
                        and (m.rbac_group_id::text = any(i.rbac_group_ids)
                            or lower(m.rbac_group_name) = any(array(select lower(name) from unnest(i.rbac_group_names) name)))))
            """;

    /// A process' image by its path, where nobody told its hash.
    private static final String IMAGE =
            "lower(coalesce(e.file_path, p.folder_path) || '\\' || coalesce(e.file_name, p.file_name))";

    private static final String LIMITED = "(i.rbac_group_ids <> '{}' or i.rbac_group_names <> '{}')";

    private static final String ACTION =
            "case i.action when 'AlertAndBlock' then 'BlockAndRemediate' when 'Alert' then 'Audit' else i.action end";

    /// Which of several decides, as indicator-service has it (contract 50 §6): who acts before who watches, the
    /// stronger
    /// hash, the group's own, the narrower; then of files the block, of the network what is allowed.
    private static final String PRECEDENCE = """
            order by i.action in ('Audit', 'Alert'),
                array_position(array['FileSha256', 'FileSha1', 'FileMd5'], i.indicator_type), %2$s desc,
                array_position(array['Url', 'DomainName', 'IpAddress'], i.indicator_type),
                case when i.indicator_type <> 'IpAddress' then length(i.match_value)
                    when pg_input_is_valid(i.match_value, 'inet') then masklen(i.match_value::inet) end desc,
                array_position(case when i.indicator_type like 'File%%' then array['BlockAndRemediate', 'Block', 'Warn', 'Allowed']
                    else array['Allowed', 'Warn', 'BlockAndRemediate', 'Block'] end, %1$s), i.id
            limit 1
            """.formatted(ACTION, LIMITED);

    private static final String FOUND = ALERTS + """
            named as (
                select case when coalesce(e.sha1, p.sha1, k.hash) is not null then 'File' when e.url is not null then 'Url'
                        when e.ip_address is not null then 'Ip' else 'Process' end as kind,
                    coalesce(lower(e.sha1), lower(p.sha1), k.hash, e.url, e.ip_address, %1$s) as value,
                    case when coalesce(e.sha1, p.sha1, k.hash) is not null or e.url is null and e.ip_address is null then coalesce(e.file_path, p.folder_path) || '\\'
                        || coalesce(e.file_name, p.file_name, '') end as path,
                    case when e.sha1 is null then lower(substring(e.url from
                        '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/?#@]*@)?\\[?([^]/:?#]+)')) end as host,
                    coalesce(e.file_name, p.file_name) as file_name, e.detection_status, a.severity, a.threat_name,
                    a.detector, coalesce(e.sha256, p.sha256) as sha256
                from alerts a join alert_evidence e on e.tenant_id = a.tenant_id and e.alert_id = a.id
                left join process p on p.tenant_id = e.tenant_id and p.machine_id = a.machine_id
                    and p.process_key = e.process_id || ':' || e.process_creation_ticks / 10000000
                    and e.sha1 is null and e.url is null and e.ip_address is null
                left join lateral (select f.hash from file_fact f where e.sha1 is null and f.tenant_id = e.tenant_id
                    and f.sha256 = lower(e.sha256) and length(f.hash) = 40 order by f.hash limit 1) k on true
                where coalesce(e.sha1, p.sha1, k.hash, e.url, e.ip_address, case when e.entity_type = 'Process' then %1$s end) is not null),
            hashed as (
                select lower(path) as image, min(value) as sha1 from named where kind = 'File' and path is not null
                group by lower(path) having count(distinct value) = 1),
            said as (
                select case when h.sha1 is null then n.kind else 'File' end as kind, coalesce(h.sha1, n.value) as value, n.host,
                    n.path, n.file_name, n.sha256, n.threat_name, n.detection_status, n.severity, n.detector
                from named n left join hashed h on n.kind = 'Process' and h.image = n.value),
            grouped as (
                select n.kind, n.value, n.host, max(n.path) as path, max(n.file_name) as file_name,
                    max(lower(n.sha256)) as sha256, max(n.threat_name) as threat,
                    array_agg(distinct n.path) filter (where n.path is not null) as paths,
                    bool_or(coalesce(n.detection_status in ('Prevented', 'Blocked'), false)) as stopped,
                    count(distinct n.detector) filter (where n.severity = 'High') as high,
                    count(distinct n.detector) filter (where n.severity = 'Medium') as medium
                from said n group by n.kind, n.value, n.host order by n.kind, n.value limit 1000)
            select n.kind, n.value, n.path, n.file_name, n.sha256, n.paths, n.threat, n.stopped, n.high, n.medium,
                (select count(*) from (select from entity_sighting s where s.tenant_id = ?
                    and (s.kind, s.value) in ((n.kind, n.value), ('Domain', n.host), ('Ip', n.host))
                    limit 10000) as seen) as machines,
                (select count(*) from (select from machine m where m.tenant_id = ? limit 10000) as fleet) as fleet,
                (select max(f.signer) from file_fact f where f.tenant_id = ? and f.hash = n.value
                    and f.is_valid_certificate) as signer,
                decides.action as indicator, coalesce(decides.limited, false) as limited
            from grouped n left join lateral (
                select %2$s as action, %3$s as limited from indicator i where i.tenant_id = ? and (n.kind <> 'Process' or i.indicator_type = 'FileSha256')
                    and i.match_value = any(array[n.value, n.sha256, regexp_replace(n.value, '^https?://|/$', '', 'gi')]
                        || array(select array_to_string((string_to_array(n.host, '.'))[part:], '.') from generate_series(1, 16) part)
                        || case when n.kind = 'Ip' and pg_input_is_valid(n.value, 'inet') then
                            array(select network(set_masklen(n.value::inet, bits))::text from generate_series(8, 31) bits) end)
                    and %4$s %5$s) as decides on true
            order by n.kind, n.value
            """.formatted(IMAGE, ACTION, LIMITED, COUNTS, PRECEDENCE);

    private static final String ON_FILE = """
            select %s as action, %s as limited from indicator i
            where i.tenant_id = ? and i.match_value = any(?) and i.indicator_type like 'File%%' and %s %s
            """.formatted(ACTION, LIMITED, COUNTS, PRECEDENCE);

    /// What started the processes of the files, at most eight generations up, by telemetry and by what alerts say.
    private static final String ANCESTORS = ALERTS + """
            acted as (
                select distinct coalesce(lower(e.sha1), lower(p.sha1), %1$s) as value, a.machine_id, p.process_key,
                    p.path[greatest(1, cardinality(p.path) - 8):] as path, lower(p.parent_file_name) as told,
                    lower(e.parent_process_file_name) as said
                from alerts a join alert_evidence e on e.tenant_id = a.tenant_id and e.alert_id = a.id
                left join process p on p.tenant_id = e.tenant_id and p.machine_id = a.machine_id
                    and p.process_key = e.process_id || ':' || e.process_creation_ticks / 10000000
                where e.entity_type = 'Process' and coalesce(e.sha1, p.sha1, %1$s) is not null limit 1000)
            select distinct t.value, lower(q.file_name) as name,
                coalesce(lower(q.sha1), lower(q.folder_path || '\\' || q.file_name)) as file, exists (
                    select from indicator i where i.tenant_id = q.tenant_id and i.match_value in (lower(q.sha1), lower(q.sha256))
                        and (i.action like 'Block%%' or i.action = 'AlertAndBlock') and %2$s) as blocked
            from acted t cross join lateral unnest(t.path) as step (process_key)
            join process q on q.tenant_id = ? and q.machine_id = t.machine_id and q.process_key = step.process_key
            where q.process_key <> t.process_key and q.file_name is not null
            union select value, told, null, false from acted where told is not null
            union select value, said, null, false from acted where said is not null
            limit 5000
            """.formatted(IMAGE, COUNTS);

    /// What an investigation is about.
    ///
    /// @param wholeMachine whether the machine's other open alerts count too, since a person asked
    record Subject(UUID tenant, long investigation, boolean wholeMachine, String machineId) {}

    /// An entity and what is known of it.
    ///
    /// @param path of a file; one of them where it lies in several
    /// @param fileName without its folder, of files
    /// @param paths all that are known
    /// @param limited whether the indicator that decides is one of a device group
    record Found(
            String kind,
            String value,
            String sha256,
            String path,
            String fileName,
            List<String> paths,
            boolean limited,
            Verdict.Facts facts) {

        boolean isFile() {
            return kind.equals("File");
        }

        /// A file, or a process whose file's hash nobody told.
        boolean isProgram() {
            return isFile() || kind.equals("Process");
        }

        /// What an alert may call it by: its hash, or its path where the alert knows no hash.
        Set<String> identities() {
            var identities = new TreeSet<String>(Set.of(value));
            paths.forEach(path -> identities.add(path.toLowerCase(Locale.ROOT)));
            return identities;
        }

        Found with(Verdict.Facts facts) {
            return new Found(kind, value, sha256, path, fileName, paths, limited, facts);
        }
    }

    /// What started a file's processes.
    ///
    /// @param child the file, by its SHA-1 or path
    /// @param name lower case, without a folder
    /// @param file the same of it, where it is known
    /// @param blocked whether an indicator blocks it
    record Ancestor(String child, String name, String file, boolean blocked) {}

    /// What an indicator says on a machine.
    ///
    /// @param limited whether it is one of the machine's device group
    record Ruling(String action, boolean limited) {}

    /// Something a bad file left on the machine.
    ///
    /// @param image what it starts, or null
    /// @param certain whether it is the file's doing, or about the file, without any doubt
    record Trace(RemediationKind kind, String target, ObjectNode details, String image, boolean certain) {}

    /// A service's or a task's own name says nothing of the file.
    private static final String TRACES = ALERTS + """
            acting as (
                select distinct e.process_id || ':' || e.process_creation_ticks / 10000000 as process_key
                from alerts a join alert_evidence e on e.tenant_id = a.tenant_id and e.alert_id = a.id
                left join process p on p.tenant_id = e.tenant_id and p.machine_id = a.machine_id
                    and p.process_key = e.process_id || ':' || e.process_creation_ticks / 10000000
                where coalesce(lower(e.sha1), lower(p.sha1), %s) = any(?)
                  and e.process_id is not null and e.process_creation_ticks is not null),
            left_behind as (
                select e.action_type, e.registry_key, e.registry_value_name, lower(e.sha1) as sha1, e.file_name, e.folder_path,
                    coalesce(e.additional_fields->>'ServiceName', e.additional_fields->>'Name') as service,
                    e.additional_fields->>'TaskName' as task,
                    case e.action_type when 'RegistryValueSet' then e.registry_value_data else
                        concat_ws(E'\\n', e.folder_path || '\\' || e.file_name, (select string_agg(value, E'\\n')
                            from jsonb_each_text(e.additional_fields)
                            where key not in ('ServiceName', 'Name', 'TaskName', 'SubjectUserName', 'AccountName'))) end as text,
                    coalesce(e.additional_fields->>'ServiceFileName', e.additional_fields->>'ImagePath',
                        e.additional_fields->>'TaskContent', e.additional_fields->>'TaskContentNew') as command,
                    e.process_key in (select process_key from acting) as acted, e.event_ticks
                from device_event e
                where e.tenant_id = ? and e.machine_id = ? and e.event_time > now() - interval '7 days'
                  and (e.action_type in ('ServiceInstalled', 'ScheduledTaskCreated', 'ScheduledTaskUpdated', 'DriverLoad')
                    or e.action_type = 'RegistryValueSet' and e.registry_key ~* ?))
            select distinct on (action_type, registry_key, registry_value_name, sha1, service, task, text) *
            from left_behind
            where sha1 = ? and action_type in ('DriverLoad', 'ServiceInstalled')
               or action_type <> 'DriverLoad' and (acted or position(lower(?) in lower(text)) > 0)
            order by action_type, registry_key, registry_value_name, sha1, service, task, text, event_ticks desc
            limit 500
            """.formatted(IMAGE);

    private static final String PROCESSES = ALERTS.strip().replaceFirst(",$", "") + """

            select distinct e.process_id, e.process_creation_ticks, e.file_name
            from alerts a join alert_evidence e on e.tenant_id = a.tenant_id and e.alert_id = a.id
            left join process p on p.tenant_id = e.tenant_id and p.machine_id = a.machine_id
                and p.process_key = e.process_id || ':' || e.process_creation_ticks / 10000000
            where a.machine_id = ? and coalesce(lower(e.sha1), lower(p.sha1), %s) = any(?) and e.entity_type = 'Process'
              and e.process_id is not null and e.process_creation_ticks is not null
            order by e.process_creation_ticks desc limit 50
            """.formatted(IMAGE);

    private static final String KEYS = ALERTS.strip().replaceFirst(",$", "") + """

            select distinct e.registry_hive, e.registry_key, e.registry_value_name, e.registry_value
            from alerts a join alert_evidence e on e.tenant_id = a.tenant_id and e.alert_id = a.id
            where a.machine_id = ? and e.registry_key ~* ? and position(lower(?) in lower(e.registry_value)) > 0
            limit 500
            """;

    private static final String COUNT =
            ALERTS.strip().replaceFirst(",$", "") + " select count(*) as alerts from alerts";

    /// Where what is written starts programs by itself.
    private static final String STARTS =
            "\\\\(currentversion\\\\run|services\\\\|winlogon|image file execution options)";

    private static final int SHORTEST_NAME = 5;
    private static final int MOST_TRACES = 50;

    private final Statements statements;

    Evidence(Statements statements) {
        this.statements = statements;
    }

    private static List<Object> about(Subject it, Object... more) {
        var parameters = new ArrayList<Object>(
                List.of(it.tenant(), it.investigation(), it.tenant(), it.wholeMachine(), it.machineId(), it.tenant()));
        parameters.addAll(List.of(more));
        return parameters;
    }

    List<Found> of(Subject it) {
        return statements.list(
                FOUND,
                Evidence::found,
                about(
                                it,
                                it.tenant(),
                                it.tenant(),
                                it.tenant(),
                                it.tenant(),
                                WireTime.now().ticks(),
                                it.machineId())
                        .toArray());
    }

    private static Found found(ResultSet row) throws SQLException {
        List<String> paths = Statements.strings(row, "paths");
        return new Found(
                row.getString("kind"),
                row.getString("value"),
                row.getString("sha256"),
                row.getString("path"),
                row.getString("file_name"),
                paths,
                row.getBoolean("limited"),
                new Verdict.Facts(
                        row.getString("indicator"),
                        row.getString("threat"),
                        row.getBoolean("stopped"),
                        row.getInt("high"),
                        row.getInt("medium"),
                        row.getLong("machines"),
                        row.getString("kind").equals("Process") ? 0 : row.getLong("fleet"), // sightings know no paths
                        row.getString("signer"),
                        paths.stream().anyMatch(Folder::isOfSystem),
                        Ancestry.UNKNOWN));
    }

    List<Ancestor> ancestors(Subject it) {
        return statements.list(
                ANCESTORS,
                row -> new Ancestor(
                        row.getString("value"),
                        row.getString("name"),
                        row.getString("file"),
                        row.getBoolean("blocked")),
                about(it, WireTime.now().ticks(), it.machineId(), it.tenant()).toArray());
    }

    /// What an indicator says of a file on another machine, whose device group may be another.
    Optional<Ruling> ruling(UUID tenant, Found file, String machine) {
        Set<String> hashes = new TreeSet<>(Set.of(file.value()));
        if (file.sha256() != null) {
            hashes.add(file.sha256());
        }
        return statements
                .list(
                        ON_FILE,
                        row -> new Ruling(row.getString("action"), row.getBoolean("limited")),
                        tenant,
                        hashes,
                        WireTime.now().ticks(),
                        machine)
                .stream()
                .findFirst();
    }

    void keep(Subject it, Found found, Verdict verdict) {
        statements.update(
                """
                insert into investigation_entity as known (tenant_id, investigation_id, kind, value, path, verdict, reasons)
                values (?, ?, ?, ?, ?, ?, ?) on conflict (tenant_id, investigation_id, kind, value_sha256) do update set
                    path = excluded.path, verdict = excluded.verdict, reasons = excluded.reasons
                where (known.path, known.verdict, known.reasons) is distinct from (excluded.path, excluded.verdict, excluded.reasons)
                """,
                it.tenant(),
                it.investigation(),
                found.kind(),
                found.value(),
                found.path(),
                verdict.kind().name(),
                verdict.reasons());
    }

    /// That an analyser failed at one.
    void fail(Subject it, Found found, String why) {
        statements.update(
                """
                insert into investigation_entity as known (tenant_id, investigation_id, kind, value, path, verdict, reasons, tries)
                values (?, ?, ?, ?, ?, 'NotExamined', ?, 1)
                on conflict (tenant_id, investigation_id, kind, value_sha256) do update set
                    verdict = excluded.verdict, reasons = excluded.reasons, tries = known.tries + 1
                """, it.tenant(), it.investigation(), found.kind(), found.value(), found.path(), List.of(why));
    }

    /// What could not be examined and is not there any more will not be examined by waiting for it.
    void missed(Subject it, List<Found> found) {
        statements.update(
                """
                update investigation_entity e set tries = tries + 1
                where tenant_id = ? and investigation_id = ? and verdict = 'NotExamined' and tries < ?
                  and not exists (select from unnest(?, ?) as f(kind, value) where f.kind = e.kind and f.value = e.value)
                """,
                it.tenant(),
                it.investigation(),
                TRIES,
                found.stream().map(Found::kind).toArray(String[]::new),
                found.stream().map(Found::value).toArray(String[]::new));
    }

    /// Those that were tried often enough, by kind and value.
    Set<List<String>> givenUp(Subject it) {
        return statements
                .list(
                        "select kind, value from investigation_entity where tenant_id = ? and investigation_id = ? and tries >= "
                                + TRIES,
                        row -> List.of(row.getString("kind"), row.getString("value")),
                        it.tenant(),
                        it.investigation())
                .stream()
                .collect(Collectors.toSet());
    }

    /// How many could not be examined, and how many of these are tried again.
    record Unexamined(int all, int again, String why) {}

    Unexamined unexamined(UUID tenant, long investigation) {
        return statements
                .list(
                        "select count(*) as total, count(*) filter (where tries < " + TRIES
                                + ") as again, max(reasons[1]) as why"
                                + " from investigation_entity where tenant_id = ? and investigation_id = ? and verdict = 'NotExamined'",
                        row -> new Unexamined(row.getInt("total"), row.getInt("again"), row.getString("why")),
                        tenant,
                        investigation)
                .getFirst();
    }

    /// What a bad file left on the machine: the processes of one that cannot be taken away by itself, and what starts
    /// it
    /// again. Telemetry is asked once for each file, and again when alerts have joined.
    List<Trace> traces(Subject it, Found found) {
        var traces = new ArrayList<Trace>();
        if (!found.isFile() || found.facts().ofSystem() || found.facts().signer() != null) {
            traces.addAll(processes(it, found));
        }
        if (found.fileName() == null || found.fileName().length() < SHORTEST_NAME) {
            return traces;
        }
        traces.addAll(keys(it, found));
        if (isToBeTraced(it, found)) {
            statements
                    .list(
                            TRACES,
                            row -> trace(row, found),
                            about(
                                            it,
                                            found.identities(),
                                            it.tenant(),
                                            it.machineId(),
                                            STARTS,
                                            found.value(),
                                            found.fileName())
                                    .toArray())
                    .stream()
                    .flatMap(Optional::stream)
                    .limit(MOST_TRACES)
                    .forEach(traces::add);
        }
        return traces;
    }

    private boolean isToBeTraced(Subject it, Found found) {
        int alerts = statements
                .list(COUNT, row -> row.getInt("alerts"), about(it).toArray())
                .getFirst();
        return statements.update("""
                update investigation_entity set traced = true, traced_alerts = ?
                where tenant_id = ? and investigation_id = ? and kind = ? and value_sha256 = sha256_of(?)
                  and traced_alerts is distinct from ?
                """, alerts, it.tenant(), it.investigation(), found.kind(), found.value(), alerts)
                == 1;
    }

    private List<Trace> processes(Subject it, Found found) {
        return statements.list(
                PROCESSES,
                row -> {
                    WireTime created = Statements.time(row, "process_creation_ticks");
                    ObjectNode details = details(found)
                            .put("processId", row.getLong("process_id"))
                            .put("processCreationTime", created.toString())
                            .put("fileName", row.getString("file_name"));
                    return new Trace(
                            RemediationKind.KillProcess,
                            row.getLong("process_id") + " of " + created,
                            details,
                            found.path(),
                            true);
                },
                about(it, it.machineId(), found.identities()).toArray());
    }

    private List<Trace> keys(Subject it, Found found) {
        return statements
                .list(
                        KEYS,
                        row -> {
                            Mention mention = mention(row.getString("registry_value"), found);
                            return mention.kind() == Mention.Kind.NONE
                                    ? Optional.<Trace>empty()
                                    : Optional.of(registry(
                                            row.getString("registry_hive"),
                                            row.getString("registry_key"),
                                            row.getString("registry_value_name"),
                                            found,
                                            mention.image(),
                                            mention.kind() == Mention.Kind.PATH));
                        },
                        about(it, it.machineId(), STARTS, found.fileName()).toArray())
                .stream()
                .flatMap(Optional::stream)
                .limit(MOST_TRACES)
                .toList();
    }

    private static Mention mention(String text, Found found) {
        return Mention.of(text, found.fileName(), found.paths());
    }

    /// What an event says that the file left, unless it only looks so.
    private static Optional<Trace> trace(ResultSet row, Found found) throws SQLException {
        String action = row.getString("action_type");
        Mention mention = mention(row.getString("text"), found);
        boolean itself = found.value().equals(row.getString("sha1")) && !action.equals("RegistryValueSet");
        boolean certain = row.getBoolean("acted") || itself || mention.kind() == Mention.Kind.PATH;
        if (!certain && mention.kind() == Mention.Kind.NONE) {
            return Optional.empty();
        }
        String command = action.equals("RegistryValueSet") ? row.getString("text") : row.getString("command");
        String image = mention.image() != null ? mention.image() : Mention.program(command);
        String service = row.getString("service");
        String task = row.getString("task");
        return switch (action) {
            case "RegistryValueSet" ->
                Optional.of(registry(
                        null,
                        row.getString("registry_key"),
                        row.getString("registry_value_name"),
                        found,
                        image,
                        certain));
            case "ServiceInstalled" ->
                Optional.ofNullable(service)
                        .map(name -> new Trace(
                                RemediationKind.StopService,
                                name,
                                details(found).put("serviceName", name),
                                image,
                                certain));
            case "DriverLoad" ->
                Optional.of(new Trace(
                        RemediationKind.DisableDriver,
                        row.getString("sha1"),
                        details(found).put("fileName", row.getString("file_name")),
                        found.path(),
                        true));
            default ->
                Optional.ofNullable(task)
                        .map(name -> new Trace(
                                RemediationKind.RemoveScheduledTask,
                                name,
                                details(found).put("taskName", name),
                                image,
                                certain));
        };
    }

    private static Trace registry(String hive, String key, String value, Found found, String image, boolean certain) {
        String whole = hive == null || key.toUpperCase(Locale.ROOT).startsWith("HKEY_") ? key : hive + "\\" + key;
        return new Trace(
                RemediationKind.RemoveRegistryKey,
                value == null ? whole : whole + "\\\\" + value,
                details(found).put("registryKey", whole).put("registryValueName", value),
                image,
                certain);
    }

    private static ObjectNode details(Found found) {
        return JsonNodeFactory.instance.objectNode().put(found.isFile() ? "sha1" : "image", found.value());
    }

    /// The machines that have seen a file, but for one.
    List<String> elsewhere(UUID tenant, String sha1, String machine) {
        return statements.list("""
                select s.machine_id from entity_sighting s
                join machine m on m.tenant_id = s.tenant_id and m.id = s.machine_id
                where s.tenant_id = ? and s.kind = 'File' and s.value = ? and s.machine_id <> ?
                order by s.machine_id limit 10000
                """, row -> row.getString(1), tenant, sha1, machine);
    }

    /// @return whether nobody has shared its verdict yet
    boolean share(UUID tenant, long investigation, Found found) {
        return statements.update("""
                update investigation_entity set shared = true
                where tenant_id = ? and investigation_id = ? and kind = ? and value_sha256 = sha256_of(?) and not shared
                """, tenant, investigation, found.kind(), found.value()) == 1;
    }

    /// Whether its alerts named nothing that can be looked at.
    boolean isEmpty(UUID tenant, long investigation) {
        return statements
                .list(
                        "select exists (select from investigation_entity where tenant_id = ? and investigation_id = ?)",
                        row -> !row.getBoolean(1),
                        tenant,
                        investigation)
                .getFirst();
    }

    /// Whether anything bad is there that no remediation is for: one whose reason was gone for a time is for nothing.
    boolean isLeftOver(UUID tenant, long investigation) {
        return statements
                .list("""
                select exists (select from investigation_entity e where e.tenant_id = ? and e.investigation_id = ?
                    and e.verdict <> 'NoThreatsFound' and not exists (select from remediation r
                        where r.tenant_id = e.tenant_id and r.investigation_id = e.investigation_id
                            and (r.target = e.value or r.kind = 'KillProcess' and r.details->>'image' = e.value)
                            and r.status <> 'Withdrawn'))
                """, row -> row.getBoolean(1), tenant, investigation)
                .getFirst();
    }
}
