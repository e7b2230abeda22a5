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

/// What bad files left on a machine, as alerts and telemetry tell it (docs/adr/050, 079).
@ApplicationScoped
class Traces {

    /// Something a bad file left on the machine.
    ///
    /// @param image what it starts, or null
    /// @param certain whether it is the file's doing, or about the file, without any doubt
    record Trace(RemediationKind kind, String target, ObjectNode details, String image, boolean certain) {}

    /// A service's or a task's own name says nothing of the file.
    private static final String TRACES = Evidence.ALERTS + """
            acting as (
                select distinct e.process_id || ':' || e.process_creation_ticks / 10000000 as process_key
                from alerts a join alert_evidence e on e.tenant_id = a.tenant_id and e.alert_id = a.id
                left join process p on p.tenant_id = e.tenant_id and p.machine_id = a.machine_id
                    and p.process_key = e.process_id || ':' || e.process_creation_ticks / 10000000
                where %s = any(?)
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
            """.formatted(Evidence.PROGRAM);

    private static final String PROCESSES =
            Evidence.ALERTS.strip().replaceFirst(",$", "") + """

            select distinct e.process_id, e.process_creation_ticks, e.file_name
            from alerts a join alert_evidence e on e.tenant_id = a.tenant_id and e.alert_id = a.id
            left join process p on p.tenant_id = e.tenant_id and p.machine_id = a.machine_id
                and p.process_key = e.process_id || ':' || e.process_creation_ticks / 10000000
            where a.machine_id = ? and %s = any(?) and e.entity_type = 'Process'
              and e.process_id is not null and e.process_creation_ticks is not null
            order by e.process_creation_ticks desc limit 50
            """.formatted(Evidence.PROGRAM);

    private static final String KEYS = Evidence.ALERTS.strip().replaceFirst(",$", "") + """

            select distinct e.registry_hive, e.registry_key, e.registry_value_name, e.registry_value
            from alerts a join alert_evidence e on e.tenant_id = a.tenant_id and e.alert_id = a.id
            where a.machine_id = ? and e.registry_key ~* ? and position(lower(?) in lower(e.registry_value)) > 0
            limit 500
            """;

    private static final String COUNT =
            Evidence.ALERTS.strip().replaceFirst(",$", "") + " select count(*) as alerts from alerts";

    /// Where what is written starts programs by itself.
    private static final String STARTS =
            "\\\\(currentversion\\\\run|services\\\\|winlogon|image file execution options)";

    private static final int SHORTEST_NAME = 5;
    private static final int MOST_TRACES = 50;

    private final Statements statements;
    private final InvestigationEntities entities;

    Traces(Statements statements, InvestigationEntities entities) {
        this.statements = statements;
        this.entities = entities;
    }

    /// What a bad file left on the machine: the processes of one that cannot be taken away by itself, and what starts
    /// it again. Telemetry is asked once for each file, and again when alerts have joined.
    List<Trace> of(Evidence.Subject it, Evidence.Found found) {
        var traces = new ArrayList<Trace>();
        if (!found.canBeQuarantined()
                || found.facts().ofSystem()
                || found.facts().signer() != null) {
            traces.addAll(processes(it, found));
        }
        if (found.fileName() == null || found.fileName().length() < SHORTEST_NAME) {
            return traces;
        }
        traces.addAll(keys(it, found));
        if (entities.isToBeTraced(it, found, alerts(it))) {
            statements
                    .list(
                            TRACES,
                            row -> trace(row, found),
                            Evidence.about(
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

    private List<Trace> processes(Evidence.Subject it, Evidence.Found found) {
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
                Evidence.about(it, it.machineId(), found.identities()).toArray());
    }

    private List<Trace> keys(Evidence.Subject it, Evidence.Found found) {
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
                        Evidence.about(it, it.machineId(), STARTS, found.fileName())
                                .toArray())
                .stream()
                .flatMap(Optional::stream)
                .limit(MOST_TRACES)
                .toList();
    }

    private static Mention mention(String text, Evidence.Found found) {
        return Mention.of(text, found.fileName(), found.paths());
    }

    /// What an event says that the file left, unless it only looks so.
    private static Optional<Trace> trace(ResultSet row, Evidence.Found found) throws SQLException {
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

    private static Trace registry(
            String hive, String key, String value, Evidence.Found found, String image, boolean certain) {
        String whole = hive == null || key.toUpperCase(Locale.ROOT).startsWith("HKEY_") ? key : hive + "\\" + key;
        return new Trace(
                RemediationKind.RemoveRegistryKey,
                value == null ? whole : whole + "\\\\" + value,
                details(found).put("registryKey", whole).put("registryValueName", value),
                image,
                certain);
    }

    private static ObjectNode details(Evidence.Found found) {
        return JsonNodeFactory.instance.objectNode().put(key(found), found.value());
    }

    private static String key(Evidence.Found found) {
        return found.canBeQuarantined() ? "sha1" : found.isFile() ? "sha256" : "image";
    }

    private int alerts(Evidence.Subject it) {
        return statements
                .list(COUNT, row -> row.getInt("alerts"), Evidence.about(it).toArray())
                .getFirst();
    }
}
