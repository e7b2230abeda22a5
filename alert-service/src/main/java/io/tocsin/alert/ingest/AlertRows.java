package io.tocsin.alert.ingest;

import io.tocsin.alert.triage.EvidenceRepository.AlertId;
import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/// The statements of `alert` by which a batch makes and changes rows. It makes them in the order of their keys, then
/// takes those that are there in the order of their ids, as everybody does (docs/adr/068): two batches cannot block
/// each other for good.
@ApplicationScoped
class AlertRows {

    private static final String INSERT = """
            insert into alert (status, id, tenant_id, source, source_ref, detection_source, alert_creation_ticks,
                last_update_ticks, severity, category, title, description, recommended_action, threat_family_name,
                threat_name, detector_id, machine_id, computer_dns_name, mitre_techniques, related_user_name,
                related_user_domain, first_event_ticks, last_event_ticks, source_version_ticks, source_said_at)
            select 'New', id, tenant_id, source, source_ref, detection_source, at, at, severity, category, title, description,
                recommended_action, threat_family_name, threat_name, detector_id, machine_id, computer_dns_name,
                techniques::text[], related_user_name, related_user_domain, first_event_ticks, last_event_ticks, version,
                said_at
            from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as t (tenant_id, id, at, source,
                source_ref, detection_source, severity, category, title, description, recommended_action,
                threat_family_name, threat_name, detector_id, machine_id, computer_dns_name, techniques, related_user_name,
                related_user_domain, first_event_ticks, last_event_ticks, version, said_at)
            on conflict (tenant_id, source, source_ref) do nothing
            returning tenant_id, id
            """;

    private static final String LOCK = """
            select alert.tenant_id, alert.source, alert.source_ref, alert.id, %s as reached, alert.incident_id is not null as placed, %s
            from alert where (alert.tenant_id, alert.source, alert.source_ref) in (select * from unnest(?, ?, ?))
            order by alert.tenant_id, alert.incident_id is not null, alert.id for no key update of alert
            """;

    private static final String UPDATE = """
            update alert set last_update_ticks = greatest(alert.last_update_ticks + 1, t.at), correlated = false,
                severity = t.severity, category = t.category, title = t.title, description = t.description,
                recommended_action = t.recommended_action, threat_family_name = t.threat_family_name,
                threat_name = t.threat_name, detector_id = t.detector_id, machine_id = t.machine_id,
                computer_dns_name = t.computer_dns_name, mitre_techniques = t.techniques::text[],
                related_user_name = t.related_user_name, related_user_domain = t.related_user_domain,
                first_event_ticks = t.first_event_ticks, last_event_ticks = t.last_event_ticks,
                source_version_ticks = t.version, source_said_at = t.said_at
            from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as t (tenant_id, id, at, severity,
                category, title, description, recommended_action, threat_family_name, threat_name, detector_id,
                machine_id, computer_dns_name, techniques, related_user_name, related_user_domain, first_event_ticks,
                last_event_ticks, version, said_at)
            where alert.tenant_id = t.tenant_id and alert.id = t.id
            """;

    private static final String GUESSED = """
            select l.tenant_id, l.alert_id from unnest(?, ?) as its(tenant_id, id) join alert_link l
                on l.tenant_id = its.tenant_id and l.alert_id = its.id and l.rule = 'MachineByAddress'
            """;

    private static final String NOTE = """
            update alert set source_said_at = t.said_at from unnest(?, ?, ?) as t (tenant_id, id, said_at)
            where alert.tenant_id = t.tenant_id and alert.id = t.id
            """;

    private static final String FORGET_ADDRESSES = """
            delete from alert_link l using unnest(?, ?) as its(tenant_id, id)
            where l.tenant_id = its.tenant_id and l.alert_id = its.id and l.rule = 'MachineByAddress'
            """;

    private static final String LEFT = """
            insert into alert_link_key (tenant_id, alert_id, kind, value)
            select tenant_id, id, 'AwaitedLeaving', machine_id from unnest(?, ?, ?) as its(tenant_id, id, machine_id) on conflict do nothing
            """;

    private final Statements statements;

    AlertRows(Statements statements) {
        this.statements = statements;
    }

    /// @param reached whether it is in the scope it was asked for in
    /// @param placed whether it is in an incident
    /// @param guessed whether its machine was found by address
    record Known(String id, boolean reached, boolean placed, boolean guessed, AlertContent content) {

        private Known withGuessedMachine() {
            return new Known(id, reached, placed, true, content.withGuessedMachine());
        }
    }

    /// Stores those whose keys are not there yet.
    ///
    /// @return which it stored
    Set<AlertId> insert(List<ToldAlert> alerts) {
        var parameters = new ArrayList<Object>(head(alerts));
        parameters.add(texts(alerts, it -> it.key().source()));
        parameters.add(texts(alerts, it -> it.key().sourceRef()));
        parameters.add(texts(alerts, it -> it.alert().detectionSource()));
        parameters.addAll(contents(alerts));
        return new HashSet<>(statements.list(
                INSERT,
                row -> new AlertId(row.getObject("tenant_id", UUID.class), row.getString("id")),
                parameters.toArray()));
    }

    /// The alerts of these keys as they are; nobody else changes them until the transaction ends.
    Map<AlertKey, Known> lock(DeviceScope scope, Collection<AlertKey> keys) {
        record Row(AlertKey key, Known known) {}
        var parameters = new ArrayList<>(scope.parameters());
        parameters.add(keys.stream().map(AlertKey::tenant).toArray(UUID[]::new));
        parameters.add(keys.stream().map(AlertKey::source).toArray(String[]::new));
        parameters.add(keys.stream().map(AlertKey::sourceRef).toArray(String[]::new));
        Map<AlertKey, Known> known = new HashMap<>();
        statements
                .list(
                        LOCK.formatted(scope.on("alert"), AlertContent.COLUMNS),
                        row -> new Row(
                                new AlertKey(
                                        row.getObject("tenant_id", UUID.class),
                                        row.getString("source"),
                                        row.getString("source_ref")),
                                new Known(
                                        row.getString("id"),
                                        row.getBoolean("reached"),
                                        row.getBoolean("placed"),
                                        false,
                                        AlertContent.of(row))),
                        parameters.toArray())
                .forEach(row -> known.put(row.key(), row.known()));
        Set<AlertId> guessed = guessed(known);
        known.replaceAll((key, alert) ->
                guessed.contains(new AlertId(key.tenant(), alert.id())) ? alert.withGuessedMachine() : alert);
        return known;
    }

    /// Asked behind the lock, for which correlation may have made one wait.
    private Set<AlertId> guessed(Map<AlertKey, Known> known) {
        var alerts = List.copyOf(known.entrySet());
        return alerts.isEmpty()
                ? Set.of()
                : new HashSet<>(statements.list(
                        GUESSED,
                        row -> new AlertId(row.getObject("tenant_id", UUID.class), row.getString("alert_id")),
                        alerts.stream().map(it -> it.getKey().tenant()).toArray(UUID[]::new),
                        texts(alerts, it -> it.getValue().id())));
    }

    /// Notes which words said what, where that is all that is new.
    void note(List<ToldAlert> alerts) {
        if (!alerts.isEmpty()) {
            statements.update(
                    NOTE,
                    alerts.stream().map(it -> it.key().tenant()).toArray(UUID[]::new),
                    texts(alerts, ToldAlert::id),
                    texts(alerts, it -> it.content().saidAt().stored()));
        }
    }

    /// Writes what the alerts are now.
    void update(List<ToldAlert> alerts) {
        if (alerts.isEmpty()) {
            return;
        }
        var parameters = new ArrayList<Object>(head(alerts));
        parameters.addAll(contents(alerts));
        statements.update(UPDATE, parameters.toArray());
    }

    /// The sources of alerts that were found on their machines by address have named other ones: they know better.
    void forgetAddresses(List<AlertId> alerts) {
        if (!alerts.isEmpty()) {
            statements.update(
                    FORGET_ADDRESSES,
                    alerts.stream().map(AlertId::tenant).toArray(UUID[]::new),
                    texts(alerts, AlertId::id));
        }
    }

    /// Tells correlation which machines alerts that are in incidents have left: what they hold these together by is not
    /// so any more (docs/adr/028).
    ///
    /// @param left of each alert the machine it was on
    void tellLeft(Map<AlertId, String> left) {
        if (!left.isEmpty()) {
            var alerts = List.copyOf(left.keySet());
            statements.update(
                    LEFT,
                    alerts.stream().map(AlertId::tenant).toArray(UUID[]::new),
                    texts(alerts, AlertId::id),
                    texts(alerts, left::get));
        }
    }

    private static List<Object> head(List<ToldAlert> alerts) {
        return List.of(
                alerts.stream().map(it -> it.key().tenant()).toArray(UUID[]::new),
                texts(alerts, ToldAlert::id),
                alerts.stream().map(it -> it.at().ticks()).toArray(Long[]::new));
    }

    private static List<Object> contents(List<ToldAlert> alerts) {
        List<AlertContent> contents = alerts.stream().map(ToldAlert::content).toList();
        return List.of(
                texts(contents, AlertContent::severity),
                texts(contents, AlertContent::category),
                texts(contents, AlertContent::title),
                texts(contents, AlertContent::description),
                texts(contents, AlertContent::recommendedAction),
                texts(contents, AlertContent::threatFamilyName),
                texts(contents, AlertContent::threatName),
                texts(contents, AlertContent::detectorId),
                texts(contents, AlertContent::machineId),
                texts(contents, AlertContent::computerDnsName),
                texts(contents, it -> arrayLiteral(it.mitreTechniques())),
                texts(contents, AlertContent::relatedUserName),
                texts(contents, AlertContent::relatedUserDomain),
                numbers(contents, AlertContent::firstEventTicks),
                numbers(contents, AlertContent::lastEventTicks),
                numbers(contents, AlertContent::versionTicks),
                texts(contents, it -> it.saidAt().stored()));
    }

    private static <T> String[] texts(List<T> rows, Function<T, String> property) {
        return rows.stream().map(property).toArray(String[]::new);
    }

    private static <T> Long[] numbers(List<T> rows, Function<T, Long> property) {
        return rows.stream().map(property).toArray(Long[]::new);
    }

    /// `unnest` would flatten an array of arrays.
    static String arrayLiteral(List<String> texts) {
        var literal = new StringBuilder("{");
        for (String text : texts) {
            literal.append(literal.length() > 1 ? ",\"" : "\"")
                    .append(text.replace("\\", "\\\\").replace("\"", "\\\""))
                    .append('"');
        }
        return literal.append('}').toString();
    }
}
