package io.tocsin.response.investigation;

import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/// What alert-service and indicator-service know of what an investigation is about, read from their tables
/// (docs/adr/040): the evidence of its alerts, and of the machine's open ones when a person asked.
@ApplicationScoped
class Evidence {

    /// The alerts an investigation is about, for every statement here the same. Its parameters: [#about].
    static final String ALERTS = """
            with about as (
                select i.alert_id as id from investigation_alert i where i.tenant_id = ? and i.investigation_id = ?
                union
                select a.id from alert a where a.tenant_id = ? and ? and a.machine_id = ? and a.status <> 'Resolved'),
            alerts as (
                select a.tenant_id, a.id, a.machine_id, a.severity, a.threat_name, coalesce(a.detector_id, a.title) as detector
                from about join alert a on a.tenant_id = ? and a.id = about.id),
            """;

    /// A process' image by its path, where nobody told its hash.
    private static final String IMAGE =
            "lower(coalesce(e.file_path, p.folder_path) || '\\' || coalesce(e.file_name, p.file_name))";

    /// What evidence calls a program by: its hash, else its path.
    static final String PROGRAM =
            "coalesce(lower(e.sha1), lower(p.sha1), lower(e.sha256), lower(p.sha256), " + IMAGE + ")";

    private static final String FOUND =
            ALERTS + """
            fleet as materialized (select count(*) as machines from machine where tenant_id = ?),
            told as (
                select lower(e.sha256) as sha256, min(lower(e.sha1)) as sha1
                from alerts a join alert_evidence e on e.tenant_id = a.tenant_id and e.alert_id = a.id
                where e.sha1 is not null and e.sha256 is not null group by lower(e.sha256)),
            named as (
                select case when h.hash is not null then 'File' when e.url is not null then 'Url'
                        when e.ip_address is not null then 'Ip' else 'Process' end as kind,
                    coalesce(h.hash, e.url, e.ip_address, %1$s) as value,
                    case when h.hash is not null or e.url is null and e.ip_address is null then coalesce(e.file_path, p.folder_path) || '\\'
                        || coalesce(e.file_name, p.file_name, '') end as path,
                    case when h.hash is null then lower(substring(e.url from
                        '^(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/?#@]*@)?\\[?([^]/:?#]+)')) end as host,
                    coalesce(e.file_name, p.file_name) as file_name, e.detection_status, a.severity, a.threat_name,
                    a.detector, h.sha256
                from alerts a join alert_evidence e on e.tenant_id = a.tenant_id and e.alert_id = a.id
                left join process p on p.tenant_id = e.tenant_id and p.machine_id = a.machine_id
                    and p.process_key = e.process_id || ':' || e.process_creation_ticks / 10000000
                    and e.sha1 is null and e.url is null and e.ip_address is null
                cross join lateral (
                    select coalesce(lower(e.sha1), lower(p.sha1),
                        (select f.hash from file_fact f where f.tenant_id = e.tenant_id and f.sha256 = s.sha256
                            and length(f.hash) = 40 order by f.hash limit 1),
                        (select t.sha1 from told t where t.sha256 = s.sha256), s.sha256) as hash, s.sha256
                    from (select lower(substring(coalesce(e.sha256, p.sha256) from '^[0-9A-Fa-f]{64}$')) as sha256) s) h
                where coalesce(h.hash, e.url, e.ip_address, case when e.entity_type = 'Process' then %1$s end) is not null),
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
                    limit greatest(10000, (select fleet.machines / 4 + 1 from fleet))) as seen) as machines,
                (select fleet.machines from fleet) as fleet,
                known.signer, known.sha256 as known_sha256, known.md5, decides.action as indicator, coalesce(decides.limited, false) as limited
            from grouped n cross join lateral (
                select max(f.signer) filter (where f.is_valid_certificate) as signer, max(f.sha256) as sha256, max(f.md5) as md5
                from file_fact f where f.tenant_id = ? and f.hash = n.value) as known
            left join lateral (
                select %2$s as action, %3$s as limited from indicator i where i.tenant_id = ? and n.kind <> 'Process'
                    and i.match_value = any(array[n.value, n.sha256, known.sha256, known.md5, regexp_replace(n.value, '^https?://|/$', '', 'gi')]
                        || array(select array_to_string((string_to_array(n.host, '.'))[part:], '.') from generate_series(1, 16) part)
                        || case when n.kind = 'Ip' and pg_input_is_valid(n.value, 'inet') then
                            array(select network(set_masklen(n.value::inet, bits))::text from generate_series(8, 31) bits) end)
                    and %4$s %5$s) as decides on true
            order by n.kind, n.value
            """.formatted(IMAGE, Rulings.ACTION, Rulings.LIMITED, Rulings.counts("?"), Rulings.PRECEDENCE);

    /// What started the processes of the files, at most eight generations up, by telemetry and by what alerts say.
    private static final String ANCESTORS = ALERTS + """
            acted as (
                select distinct %1$s as value, a.machine_id, p.process_key,
                    p.path[greatest(1, cardinality(p.path) - 8):] as path, lower(p.parent_file_name) as told,
                    lower(e.parent_process_file_name) as said
                from alerts a join alert_evidence e on e.tenant_id = a.tenant_id and e.alert_id = a.id
                left join process p on p.tenant_id = e.tenant_id and p.machine_id = a.machine_id
                    and p.process_key = e.process_id || ':' || e.process_creation_ticks / 10000000
                where e.entity_type = 'Process' and %1$s is not null limit 1000)
            select distinct t.value, lower(q.file_name) as name,
                coalesce(lower(q.sha1), lower(q.sha256), lower(q.folder_path || '\\' || q.file_name)) as file, exists (
                    select from indicator i where i.tenant_id = q.tenant_id and i.match_value in (lower(q.sha1), lower(q.sha256))
                        and (i.action like 'Block%%' or i.action = 'AlertAndBlock') and %2$s) as blocked
            from acted t cross join lateral unnest(t.path) as step (process_key)
            join process q on q.tenant_id = ? and q.machine_id = t.machine_id and q.process_key = step.process_key
            where q.process_key <> t.process_key and q.file_name is not null
            union select value, told, null, false from acted where told is not null
            union select value, said, null, false from acted where said is not null
            limit 5000
            """.formatted(PROGRAM, Rulings.counts("?"));

    /// What an investigation is about.
    ///
    /// @param wholeMachine whether the machine's other open alerts count too, since a person asked
    record Subject(UUID tenant, long investigation, boolean wholeMachine, String machineId) {}

    /// An entity and what is known of it.
    ///
    /// @param value of a file its SHA-1, or its SHA-256 where nobody told that
    /// @param otherHashes of a file, as far as anybody told them
    /// @param path of a file; one of them where it lies in several
    /// @param fileName without its folder, of files
    /// @param paths all that are known
    /// @param limited whether the indicator that decides is one of a device group
    record Found(
            String kind,
            String value,
            List<String> otherHashes,
            String path,
            String fileName,
            List<String> paths,
            boolean limited,
            Verdict.Facts facts) {

        private static final int SHA1 = 40;

        /// One that an investigation knows no more of than that it is bad.
        static Found file(String value, String path) {
            return new Found(
                    "File", value, List.of(), path, null, path == null ? List.of() : List.of(path), false, null);
        }

        boolean isFile() {
            return kind.equals("File");
        }

        /// Agents are told a file by its SHA-1.
        boolean canBeQuarantined() {
            return isFile() && value.length() == SHA1;
        }

        /// A file, or a process whose file's hash nobody told.
        boolean isProgram() {
            return isFile() || kind.equals("Process");
        }

        Set<String> hashes() {
            var hashes = new TreeSet<String>(otherHashes);
            hashes.add(value);
            return hashes;
        }

        /// What an alert may call it by: its hash, or its path where the alert knows no hash.
        Set<String> identities() {
            var identities = new TreeSet<String>(hashes());
            paths.forEach(path -> identities.add(path.toLowerCase(Locale.ROOT)));
            return identities;
        }

        Found with(Verdict.Facts facts) {
            return new Found(kind, value, otherHashes, path, fileName, paths, limited, facts);
        }
    }

    /// What started a file's processes.
    ///
    /// @param child the file, by its hash or path
    /// @param name lower case, without a folder
    /// @param file the same of it, where it is known
    /// @param blocked whether an indicator blocks it
    record Ancestor(String child, String name, String file, boolean blocked) {}

    private final Statements statements;

    Evidence(Statements statements) {
        this.statements = statements;
    }

    static List<Object> about(Subject it, Object... more) {
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
        String value = row.getString("value");
        List<String> paths = Statements.strings(row, "paths");
        List<String> hashes =
                Arrays.asList(row.getString("sha256"), row.getString("known_sha256"), row.getString("md5"));
        return new Found(
                row.getString("kind"),
                value,
                hashes.stream()
                        .filter(hash -> hash != null && !hash.equals(value))
                        .distinct()
                        .toList(),
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
}
