package io.tocsin.alert.triage;

import static io.tocsin.db.Statements.number;
import static io.tocsin.db.Statements.time;

import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The entities of alerts: read with them, and added to by every repeat of an alert.
@ApplicationScoped
public class EvidenceRepository {

    /// The most entities one alert holds; what comes after is not kept.
    public static final int MOST = 100;

    /// The most characters the texts of one alert's entities have together: whoever reads many alerts at once has to
    /// know
    /// how large they can be.
    public static final int LONGEST = 128 * 1024;

    /// The most characters of evidence one answer holds, but for one alert: the alerts that have more wait for the next
    /// page. Far more than pages of usual alerts have; it bounds what unusual ones cost in memory.
    public static final int LONGEST_TOGETHER = 16 * 1024 * 1024;

    /// Alerts whose evidence is read at once at most, before it is known how long it is.
    private static final int AT_ONCE = 100;

    private static final String INSERT = """
            insert into alert_evidence (tenant_id, alert_id, position, entity_type, evidence_creation_ticks, sha1, sha256,
                file_name, file_path, process_id, process_command_line, process_creation_ticks, parent_process_id,
                parent_process_creation_ticks, parent_process_file_name, parent_process_file_path, ip_address, url,
                registry_key, registry_hive, registry_value_type, registry_value, registry_value_name, account_name,
                domain_name, user_sid, aad_user_id, user_principal_name, detection_status)
            select * from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String COLUMNS = """
            alert_id, entity_type, evidence_creation_ticks, sha1, sha256, file_name, file_path, process_id,
            process_command_line, process_creation_ticks, parent_process_id, parent_process_creation_ticks,
            parent_process_file_name, parent_process_file_path, ip_address, url, registry_key, registry_hive,
            registry_value_type, registry_value, registry_value_name, account_name, domain_name, user_sid,
            aad_user_id, user_principal_name, detection_status
            """;

    private final Statements statements;

    EvidenceRepository(Statements statements) {
        this.statements = statements;
    }

    /// The entities of each alert in the order they came; an alert without any has no entry.
    private Map<String, List<Evidence>> of(UUID tenant, Collection<String> alerts) {
        record Row(String alert, Evidence evidence) {}
        return statements
                .list(
                        "select " + COLUMNS
                                + "from alert_evidence where tenant_id = ? and alert_id = any(?) order by alert_id, position",
                        row -> new Row(row.getString("alert_id"), evidence(row)),
                        tenant,
                        alerts)
                .stream()
                .collect(Collectors.groupingBy(
                        Row::alert, Collectors.mapping(Row::evidence, Collectors.toCollection(ArrayList::new))));
    }

    /// @param evidence of each alert in the order it came; an alert without any has no entry
    /// @param alerts how many of the alerts were read, from the first on
    record Held(Map<String, List<Evidence>> evidence, int alerts) {}

    /// The entities of as many alerts, from the first on, as have so many characters together; of one at least. Few are
    /// read
    /// at first, and more while they turn out to be small.
    Held upTo(int longest, UUID tenant, List<String> alerts) {
        var held = new HashMap<String, List<Evidence>>();
        int length = 0;
        int step = Math.min(AT_ONCE, longest / LONGEST + 1);
        int from = 0;
        while (from < alerts.size()) {
            List<String> some = alerts.subList(from, Math.min(from + step, alerts.size()));
            Map<String, List<Evidence>> theirs = of(tenant, some);
            for (int i = 0; i < some.size(); i++) {
                List<Evidence> its = theirs.getOrDefault(some.get(i), List.of());
                length += its.stream().mapToInt(Evidence::length).sum();
                if (length > longest && from + i > 0) {
                    return new Held(held, from + i);
                }
                held.put(some.get(i), its);
            }
            from += some.size();
            step = Math.min(AT_ONCE, step * 2);
        }
        return new Held(held, alerts.size());
    }

    /// An alert of any tenant.
    public record AlertId(UUID tenant, String id) {}

    /// One entity at its place in an alert.
    public record Placed(AlertId alert, int position, Evidence evidence) {}

    /// The entities of alerts of any tenants, by one statement; an alert without any has no entry.
    public Map<AlertId, List<Evidence>> held(Collection<AlertId> alerts) {
        record Row(AlertId alert, Evidence evidence) {}
        return statements
                .list(
                        "select e.tenant_id, " + COLUMNS
                                + "from unnest(?, ?) as wanted (tenant_id, id)"
                                + " join alert_evidence e on e.tenant_id = wanted.tenant_id and e.alert_id = wanted.id"
                                + " order by e.tenant_id, e.alert_id, e.position",
                        row -> new Row(
                                new AlertId(row.getObject("tenant_id", UUID.class), row.getString("alert_id")),
                                evidence(row)),
                        alerts.stream().map(AlertId::tenant).toArray(UUID[]::new),
                        alerts.stream().map(AlertId::id).toArray(String[]::new))
                .stream()
                .collect(Collectors.groupingBy(
                        Row::alert, Collectors.mapping(Row::evidence, Collectors.toCollection(ArrayList::new))));
    }

    /// Stores entities by one statement.
    public void add(List<Placed> placed) {
        if (placed.isEmpty()) {
            return;
        }
        statements.update(
                INSERT,
                placed.stream().map(it -> it.alert().tenant()).toArray(UUID[]::new),
                placed.stream().map(it -> it.alert().id()).toArray(String[]::new),
                placed.stream().map(Placed::position).toArray(Integer[]::new),
                texts(placed, Evidence::entityType),
                times(placed, Evidence::evidenceCreationTime),
                texts(placed, Evidence::sha1),
                texts(placed, Evidence::sha256),
                texts(placed, Evidence::fileName),
                texts(placed, Evidence::filePath),
                numbers(placed, Evidence::processId),
                texts(placed, Evidence::processCommandLine),
                times(placed, Evidence::processCreationTime),
                numbers(placed, Evidence::parentProcessId),
                times(placed, Evidence::parentProcessCreationTime),
                texts(placed, Evidence::parentProcessFileName),
                texts(placed, Evidence::parentProcessFilePath),
                texts(placed, Evidence::ipAddress),
                texts(placed, Evidence::url),
                texts(placed, Evidence::registryKey),
                texts(placed, Evidence::registryHive),
                texts(placed, Evidence::registryValueType),
                texts(placed, Evidence::registryValue),
                texts(placed, Evidence::registryValueName),
                texts(placed, Evidence::accountName),
                texts(placed, Evidence::domainName),
                texts(placed, Evidence::userSid),
                texts(placed, Evidence::aadUserId),
                texts(placed, Evidence::userPrincipalName),
                texts(placed, Evidence::detectionStatus));
    }

    private static String[] texts(List<Placed> placed, Function<Evidence, String> property) {
        return placed.stream().map(it -> property.apply(it.evidence())).toArray(String[]::new);
    }

    private static Long[] numbers(List<Placed> placed, Function<Evidence, Long> property) {
        return placed.stream().map(it -> property.apply(it.evidence())).toArray(Long[]::new);
    }

    private static Long[] times(List<Placed> placed, Function<Evidence, WireTime> property) {
        return numbers(placed, evidence -> ticks(property.apply(evidence)));
    }

    private static Long ticks(WireTime time) {
        return time == null ? null : time.ticks();
    }

    private static Evidence evidence(ResultSet row) throws SQLException {
        return new Evidence(
                row.getString("entity_type"),
                time(row, "evidence_creation_ticks"),
                row.getString("sha1"),
                row.getString("sha256"),
                row.getString("file_name"),
                row.getString("file_path"),
                number(row, "process_id"),
                row.getString("process_command_line"),
                time(row, "process_creation_ticks"),
                number(row, "parent_process_id"),
                time(row, "parent_process_creation_ticks"),
                row.getString("parent_process_file_name"),
                row.getString("parent_process_file_path"),
                row.getString("ip_address"),
                row.getString("url"),
                row.getString("registry_key"),
                row.getString("registry_hive"),
                row.getString("registry_value_type"),
                row.getString("registry_value"),
                row.getString("registry_value_name"),
                row.getString("account_name"),
                row.getString("domain_name"),
                row.getString("user_sid"),
                row.getString("aad_user_id"),
                row.getString("user_principal_name"),
                DetectionStatus.spelled(row.getString("detection_status")));
    }
}
