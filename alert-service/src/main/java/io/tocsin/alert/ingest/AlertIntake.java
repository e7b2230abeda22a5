package io.tocsin.alert.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.alert.AlertProblem;
import io.tocsin.alert.triage.Evidence;
import io.tocsin.alert.triage.EvidenceRepository;
import io.tocsin.audit.Audit;
import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/// Stores an alert once per (tenant, source, sourceRef): a repeat brings it up to date and never goes back in time.
@ApplicationScoped
public class AlertIntake {

    private static final String STORE = """
            insert into alert (id, tenant_id, source, source_ref, severity, status, detection_source, detector_id, category,
                threat_family_name, threat_name, title, description, recommended_action, alert_creation_ticks,
                first_event_ticks, last_event_ticks, last_update_ticks, machine_id, computer_dns_name,
                mitre_techniques, related_user_name, related_user_domain)
            values (?, ?, ?, ?, ?, 'New', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (tenant_id, source, source_ref) do update set %s
                first_event_ticks = least(alert.first_event_ticks, excluded.first_event_ticks),
                last_event_ticks = greatest(alert.last_event_ticks, excluded.last_event_ticks),
                last_update_ticks = greatest(alert.last_update_ticks + 1, excluded.last_update_ticks),
                correlated = false
            returning id, alert_creation_ticks = last_update_ticks as created, %s as after,
                (select %s from alert before where before.tenant_id = alert.tenant_id
                    and before.source = alert.source and before.source_ref = alert.source_ref) as before
            """;

    /// What a repeat may replace, as the audit tells it; a sub-select of the statement still sees what was.
    private static final String REPLACED = """
            jsonb_build_object('severity', %1$s.severity, 'category', %1$s.category, 'title', %1$s.title, 'description',
                %1$s.description, 'recommendedAction', %1$s.recommended_action, 'threatFamilyName',
                %1$s.threat_family_name, 'threatName', %1$s.threat_name, 'detectorId', %1$s.detector_id, 'machineId',
                %1$s.machine_id, 'mitreTechniques', %1$s.mitre_techniques, 'relatedUser', %1$s.related_user_name,
                'firstEventTicks', %1$s.first_event_ticks, 'lastEventTicks', %1$s.last_event_ticks)
            """;

    /// The source speaks of its own alert again: it is brought up to date.
    private static final String REPEAT = statement("""
                severity = excluded.severity, category = excluded.category, title = excluded.title,
                description = excluded.description, recommended_action = excluded.recommended_action,
                threat_family_name = coalesce(excluded.threat_family_name, alert.threat_family_name),
                threat_name = coalesce(excluded.threat_name, alert.threat_name),
                detector_id = coalesce(excluded.detector_id, alert.detector_id),
                machine_id = coalesce(excluded.machine_id, alert.machine_id),
                computer_dns_name = coalesce(excluded.computer_dns_name, alert.computer_dns_name),
                mitre_techniques = excluded.mitre_techniques,
                related_user_name = coalesce(excluded.related_user_name, alert.related_user_name),
                related_user_domain = coalesce(excluded.related_user_domain, alert.related_user_domain),
            """);

    /// Another event of an alert that is what it is: only its times move, and evidence is added (contract 10 §4.3).
    private static final String MERGE = statement("");

    private final Statements statements;
    private final EvidenceRepository evidence;
    private final Audit audit;
    private final ObjectMapper json;

    AlertIntake(Statements statements, EvidenceRepository evidence, Audit audit, ObjectMapper json) {
        this.statements = statements;
        this.evidence = evidence;
        this.audit = audit;
        this.json = json;
    }

    private static String statement(String replaced) {
        return STORE.formatted(replaced, REPLACED.formatted("alert"), REPLACED.formatted("before"));
    }

    private record Row(Stored stored, String before, String after) {}

    /// @param id the alert's id
    /// @param created false when it was known already
    public record Stored(String id, boolean created) {}

    /// Takes the source for the application, or finds that it is another's.
    ///
    /// @throws ProblemException 403 when another application used the source first
    @Transactional
    public void claim(UUID tenant, String source, String application) {
        statements.update(
                "insert into alert_source (tenant_id, source, application) values (?, ?, ?) on conflict do nothing",
                tenant,
                source,
                application);
        List<String> owner = statements.list(
                "select application from alert_source where tenant_id = ? and source = ?",
                row -> row.getString(1),
                tenant,
                source);
        if (!owner.equals(List.of(application))) {
            throw new ProblemException(
                    AlertProblem.SOURCE_TAKEN, "Source " + source + " belongs to another application");
        }
    }

    /// Keeps an alert that is known already from others until the transaction ends, if it is in reach.
    ///
    /// @throws ProblemException 404 when it is on a machine out of reach
    @Transactional
    public void checkReach(UUID tenant, DeviceScope scope, String source, String sourceRef) {
        if (scope.isEverything()) {
            return;
        }
        var parameters = new ArrayList<Object>(scope.parameters());
        parameters.addAll(List.of(tenant, source, sourceRef));
        if (statements
                .list(
                        "select " + scope.on("alert") + " as reached from alert"
                                + " where tenant_id = ? and source = ? and source_ref = ? for update of alert",
                        row -> row.getBoolean("reached"),
                        parameters.toArray())
                .contains(false)) {
            throw new ProblemException(AlertProblem.ALERT_NOT_FOUND);
        }
    }

    /// Stores the alert, its evidence and the audit row in one transaction; what is known already is brought up to
    /// date.
    @Transactional
    public Stored store(UUID tenant, String actor, NewAlert alert) {
        return store(REPEAT, "alert.repeat", tenant, actor, alert);
    }

    /// Adds the event and its evidence to an alert that is there.
    @Transactional
    public Stored merge(UUID tenant, String actor, NewAlert alert) {
        return store(MERGE, "alert.merge", tenant, actor, alert);
    }

    private Stored store(String statement, String again, UUID tenant, String actor, NewAlert alert) {
        WireTime now = WireTime.now();
        Evidence user = alert.evidence().stream()
                .filter(entity -> entity.entityType().equals("User") && entity.accountName() != null)
                .findFirst()
                .orElse(null);
        KnownMachine machine = alert.machine();
        Row row = statements
                .list(
                        statement,
                        it -> new Row(
                                new Stored(it.getString("id"), it.getBoolean("created")),
                                it.getString("before"),
                                it.getString("after")),
                        newId(now),
                        tenant,
                        alert.source(),
                        alert.sourceRef(),
                        alert.severity(),
                        alert.detectionSource(),
                        alert.detectorId(),
                        alert.category(),
                        alert.threatFamilyName(),
                        alert.threatName(),
                        alert.title(),
                        alert.description(),
                        alert.recommendedAction(),
                        now.ticks(),
                        alert.firstEventTime().ticks(),
                        alert.lastEventTime().ticks(),
                        now.ticks(),
                        machine == null ? null : machine.id(),
                        machine == null ? null : machine.computerDnsName(),
                        alert.mitreTechniques(),
                        user == null ? null : user.accountName(),
                        user == null ? null : user.domainName())
                .getFirst();
        Stored stored = row.stored();
        evidence.add(tenant, stored.id(), alert.evidence(), now);
        audit.record(tenant, actor, stored.created() ? "alert.create" : again, stored.id(), detail(alert, row));
        return stored;
    }

    /// Of a repeat, what it replaced: sources send again and again, and mostly little differs.
    private Map<String, Object> detail(NewAlert alert, Row row) {
        var detail = new LinkedHashMap<String, Object>();
        detail.put("source", alert.source());
        detail.put("sourceRef", alert.sourceRef());
        if (!row.stored().created() && row.before() != null) {
            ObjectNode before = object(row.before());
            ObjectNode after = object(row.after());
            List<String> same = before.propertyStream()
                    .filter(property -> property.getValue().equals(after.get(property.getKey())))
                    .map(Map.Entry::getKey)
                    .toList();
            detail.put("before", before.remove(same));
            detail.put("after", after.remove(same));
        }
        return detail;
    }

    private ObjectNode object(String text) {
        try {
            return (ObjectNode) json.readTree(text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the database made broken JSON", impossible);
        }
    }

    /// `da<18 digits>_<signed number>`, the shape recorded (contract 10 §1).
    private static String newId(WireTime now) {
        return "da" + now.dotNetTicks() + "_" + ThreadLocalRandom.current().nextInt();
    }
}
