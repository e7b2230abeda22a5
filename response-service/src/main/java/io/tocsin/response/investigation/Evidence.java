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
import java.util.UUID;

/// What alert-service and indicator-service know of what an investigation is about, read from their tables
/// (docs/adr/040): the evidence of its alerts, or of the machine's open ones when a person asked.
@ApplicationScoped
class Evidence {

    private static final String FOUND = """
            with alerts as (
                select a.id, a.machine_id, a.severity, a.threat_name, coalesce(a.detector_id, a.title) as detector
                from alert a
                where a.tenant_id = ? and (exists (select from investigation_alert i where i.tenant_id = a.tenant_id
                        and i.alert_id = a.id and i.investigation_id = ?)
                    or ? and a.machine_id = ? and a.status <> 'Resolved')),
            named as (
                select case when coalesce(e.sha1, p.sha1) is not null then 'File' when e.url is not null then 'Url' else 'Ip' end as kind,
                    coalesce(lower(e.sha1), lower(p.sha1), e.url, e.ip_address) as value,
                    case when coalesce(e.sha1, p.sha1) is not null then coalesce(e.file_path, p.folder_path) || '\\'
                        || coalesce(e.file_name, p.file_name, '') end as path,
                    case when e.sha1 is null then lower(substring(e.url from
                        '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/?#@]*@)?\\[?([^]/:?#]+)')) end as host,
                    coalesce(e.file_name, p.file_name) as file_name, e.detection_status, a.severity, a.threat_name,
                    a.detector, coalesce(e.sha256, p.sha256) as sha256
                from alerts a join alert_evidence e on e.tenant_id = ? and e.alert_id = a.id
                left join process p on p.tenant_id = e.tenant_id and p.machine_id = a.machine_id
                    and p.process_key = e.process_id || ':' || e.process_creation_ticks / 10000000
                    and e.sha1 is null and e.url is null and e.ip_address is null
                where coalesce(e.sha1, p.sha1, e.url, e.ip_address) is not null)
            select n.kind, n.value, max(n.path) as path, max(n.file_name) as file_name,
                max(n.threat_name) as threat,
                bool_or(coalesce(n.detection_status in ('Prevented', 'Blocked'), false)) as stopped,
                count(distinct n.detector) filter (where n.severity = 'High') as high,
                count(distinct n.detector) filter (where n.severity = 'Medium') as medium,
                (select count(*) from (select from entity_sighting s where s.tenant_id = ?
                    and (s.kind, s.value) in ((n.kind, n.value), ('Domain', n.host), ('Ip', n.host))
                    limit 10000) as seen) as machines,
                (select count(*) from (select from machine m where m.tenant_id = ? limit 10000) as fleet) as fleet,
                (select max(f.signer) from file_fact f where f.tenant_id = ? and f.hash = n.value
                    and f.is_valid_certificate) as signer,
                (select i.action from indicator i where i.tenant_id = ?
                    and i.match_value = any(array[n.value, max(lower(n.sha256)), regexp_replace(n.value, '^https?://|/$', '', 'gi')]
                        || array(select array_to_string((string_to_array(n.host, '.'))[part:], '.') from generate_series(1, 16) part)
                        || case when n.kind = 'Ip' and pg_input_is_valid(n.value, 'inet') then
                            array(select network(set_masklen(n.value::inet, bits))::text from generate_series(8, 31) bits) end)
                    and (i.expiration_ticks is null or i.expiration_ticks > ?)
                    order by i.action <> 'Allowed', i.action not like 'Block%%' limit 1) as indicator
            from named n group by n.kind, n.value, n.host order by n.kind, n.value limit 1000
            """.replace("%%", "%");

    /// An entity and what is known of it.
    ///
    /// @param fileName without its folder, of files
    record Found(String kind, String value, String path, String fileName, Verdict.Facts facts) {}

    /// Something a bad file left on the machine.
    record Trace(RemediationKind kind, String target, ObjectNode details) {}

    private static final String TRACES = """
            with acting as (
                select distinct e.process_id || ':' || e.process_creation_ticks / 10000000 as process_key
                from investigation_alert i join alert_evidence e on e.tenant_id = i.tenant_id and e.alert_id = i.alert_id
                where i.tenant_id = ? and i.investigation_id = ? and lower(e.sha1) = ? and e.process_id is not null
                  and e.process_creation_ticks is not null)
            select distinct e.action_type, e.registry_key, e.registry_value_name, lower(e.sha1) as sha1, e.file_name,
                coalesce(e.additional_fields->>'ServiceName', e.additional_fields->>'Name') as service,
                e.additional_fields->>'TaskName' as task
            from device_event e
            where e.tenant_id = ? and e.machine_id = ? and e.event_time > now() - interval '7 days'
              and (e.action_type = 'RegistryValueSet' and e.registry_key is not null
                    and (e.registry_key ~* ? and e.process_key in (select process_key from acting)
                        or position(lower(?) in lower(e.registry_value_data)) > 0)
                or e.action_type in ('ServiceInstalled', 'ScheduledTaskCreated', 'ScheduledTaskUpdated')
                    and (e.process_key in (select process_key from acting)
                        or position(lower(?) in lower(e.additional_fields::text)) > 0)
                or e.action_type = 'DriverLoad' and lower(e.sha1) = ?)
            limit 50
            """;

    private static final String PROCESSES = """
            select distinct e.process_id, e.process_creation_ticks, e.file_name
            from investigation_alert i join alert_evidence e on e.tenant_id = i.tenant_id and e.alert_id = i.alert_id
            where i.tenant_id = ? and i.investigation_id = ? and lower(e.sha1) = ? and e.entity_type = 'Process'
              and e.process_id is not null and e.process_creation_ticks is not null
            order by e.process_creation_ticks desc limit 50
            """;

    private static final String KEYS = """
            select distinct e.registry_hive, e.registry_key, e.registry_value_name
            from investigation_alert i join alert_evidence e on e.tenant_id = i.tenant_id and e.alert_id = i.alert_id
            where i.tenant_id = ? and i.investigation_id = ? and e.registry_key is not null
              and position(lower(?) in lower(e.registry_value)) > 0
            limit 50
            """;

    /// Where what is written starts programs by itself.
    private static final String STARTS =
            "\\\\(currentversion\\\\run|services\\\\|winlogon|image file execution options)";

    private static final int SHORTEST_NAME = 5;

    private final Statements statements;

    Evidence(Statements statements) {
        this.statements = statements;
    }

    /// @param wholeMachine whether the machine's other open alerts count too
    List<Found> of(UUID tenant, long investigation, boolean wholeMachine, String machineId) {
        return statements.list(
                FOUND,
                row -> new Found(
                        row.getString("kind"),
                        row.getString("value"),
                        row.getString("path"),
                        row.getString("file_name"),
                        new Verdict.Facts(
                                row.getString("indicator"),
                                row.getString("threat"),
                                row.getBoolean("stopped"),
                                row.getInt("high"),
                                row.getInt("medium"),
                                row.getLong("machines"),
                                row.getLong("fleet"),
                                row.getString("signer"),
                                Folder.isOfSystem(row.getString("path")))),
                tenant,
                investigation,
                wholeMachine,
                machineId,
                tenant,
                tenant,
                tenant,
                tenant,
                tenant,
                WireTime.now().ticks());
    }

    void keep(UUID tenant, long investigation, Found found, Verdict verdict) {
        statements.update(
                """
                insert into investigation_entity (tenant_id, investigation_id, kind, value, path, verdict, reasons)
                values (?, ?, ?, ?, ?, ?, ?) on conflict (tenant_id, investigation_id, kind, value) do update set
                    path = excluded.path, verdict = excluded.verdict, reasons = excluded.reasons
                """,
                tenant,
                investigation,
                found.kind(),
                found.value(),
                found.path(),
                verdict.kind().name(),
                verdict.reasons());
    }

    /// What a bad file left on the machine: the processes of one that cannot be taken away by itself, and what starts
    /// it
    /// again. Telemetry is asked once for each file of an investigation.
    List<Trace> traces(UUID tenant, long investigation, String machine, Found found) {
        var traces = new ArrayList<Trace>();
        if (found.facts().ofSystem() || found.facts().signer() != null) {
            traces.addAll(processes(tenant, investigation, found));
        }
        if (found.fileName() == null || found.fileName().length() < SHORTEST_NAME) {
            return traces;
        }
        statements
                .list(
                        KEYS,
                        row -> registry(
                                row.getString("registry_hive"),
                                row.getString("registry_key"),
                                row.getString("registry_value_name"),
                                found),
                        tenant,
                        investigation,
                        found.fileName())
                .forEach(traces::add);
        boolean first = statements.update("""
                update investigation_entity set traced = true
                where tenant_id = ? and investigation_id = ? and kind = ? and value = ? and not traced
                """, tenant, investigation, found.kind(), found.value()) == 1;
        if (first) {
            statements
                    .list(
                            TRACES,
                            row -> trace(row, found),
                            tenant,
                            investigation,
                            found.value(),
                            tenant,
                            machine,
                            STARTS,
                            found.fileName(),
                            found.fileName(),
                            found.value())
                    .forEach(it -> it.ifPresent(traces::add));
        }
        return traces;
    }

    private List<Trace> processes(UUID tenant, long investigation, Found found) {
        return statements.list(
                PROCESSES,
                row -> {
                    WireTime created = Statements.time(row, "process_creation_ticks");
                    ObjectNode details = details(found)
                            .put("processId", row.getLong("process_id"))
                            .put("processCreationTime", created.toString())
                            .put("fileName", row.getString("file_name"));
                    return new Trace(
                            RemediationKind.KillProcess, row.getLong("process_id") + " of " + created, details);
                },
                tenant,
                investigation,
                found.value());
    }

    private static Optional<Trace> trace(ResultSet row, Found found) throws SQLException {
        String service = row.getString("service");
        String task = row.getString("task");
        return switch (row.getString("action_type")) {
            case "RegistryValueSet" ->
                Optional.of(registry(null, row.getString("registry_key"), row.getString("registry_value_name"), found));
            case "ServiceInstalled" ->
                Optional.ofNullable(service)
                        .map(name -> new Trace(
                                RemediationKind.StopService,
                                name,
                                details(found).put("serviceName", name)));
            case "DriverLoad" ->
                Optional.of(new Trace(
                        RemediationKind.DisableDriver,
                        row.getString("sha1"),
                        details(found).put("fileName", row.getString("file_name"))));
            default ->
                Optional.ofNullable(task)
                        .map(name -> new Trace(
                                RemediationKind.RemoveScheduledTask,
                                name,
                                details(found).put("taskName", name)));
        };
    }

    private static Trace registry(String hive, String key, String value, Found found) {
        String whole = hive == null || key.toUpperCase(Locale.ROOT).startsWith("HKEY_") ? key : hive + "\\" + key;
        return new Trace(
                RemediationKind.RemoveRegistryKey,
                value == null ? whole : whole + "\\\\" + value,
                details(found).put("registryKey", whole).put("registryValueName", value));
    }

    private static ObjectNode details(Found found) {
        return JsonNodeFactory.instance.objectNode().put("sha1", found.value());
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
                where tenant_id = ? and investigation_id = ? and kind = ? and value = ? and not shared
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

    /// Whether anything bad is there that no remediation is for.
    boolean isLeftOver(UUID tenant, long investigation) {
        return statements
                .list("""
                select exists (select from investigation_entity e where e.tenant_id = ? and e.investigation_id = ?
                    and e.verdict <> 'NoThreatsFound' and not exists (select from remediation r
                        where r.tenant_id = e.tenant_id and r.investigation_id = e.investigation_id and r.target = e.value))
                """, row -> row.getBoolean(1), tenant, investigation)
                .getFirst();
    }
}
