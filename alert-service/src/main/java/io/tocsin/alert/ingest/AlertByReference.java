package io.tocsin.alert.ingest;

import static io.tocsin.db.Statements.number;
import static io.tocsin.db.Statements.time;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.alert.AlertProblem;
import io.tocsin.alert.triage.AlertCategory;
import io.tocsin.alert.triage.Evidence;
import io.tocsin.db.Statements;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/// Raises an alert on a stored telemetry event, by the rules of contract 10 §4.3.
@ApplicationScoped
public class AlertByReference {

    /// The `source` of alerts made by reference.
    public static final String SOURCE = "CreateAlertByReference";

    private static final String EVENT = """
            select table_name, sha1, sha256, file_name, folder_path, process_id, command_line, process_creation_ticks,
                initiating_process_file_name, initiating_process_sha1, initiating_process_sha256,
                initiating_process_folder_path, initiating_process_id, initiating_process_command_line,
                initiating_process_creation_ticks, remote_ip, remote_url, account_name, account_domain,
                account_sid
            from device_event
            where tenant_id = ? and machine_id = ? and event_ticks = ? and report_id = ?
              and event_time >= ? and event_time <= ?
            """;

    private static final String OPEN_WITH_TITLE = """
            select source_ref from alert
            where tenant_id = ? and source = ? and machine_id = ? and title = ? and status <> 'Resolved'
            order by alert_creation_ticks limit 1
            """;

    /// Whoever is behind an alert is behind its investigation, too (docs/adr/080).
    private static final String MADE = """
            update alert set made_by = array_append(made_by, ?)
            where tenant_id = ? and id = ? and not coalesce(? = any(made_by), false)
            """;

    private final Statements statements;
    private final AlertIntake intake;
    private final KnownMachines machines;
    private final DeviceScopes scopes;
    private final Event<AlertRaisedByReference> raised;

    AlertByReference(
            Statements statements,
            AlertIntake intake,
            KnownMachines machines,
            DeviceScopes scopes,
            Event<AlertRaisedByReference> raised) {
        this.statements = statements;
        this.intake = intake;
        this.machines = machines;
        this.scopes = scopes;
        this.raised = raised;
    }

    /// The id of the alert: a new one, or the device's open one of the same title, to which the event is added.
    @Transactional
    public String create(Caller caller, CreateAlertByReferenceRequest request) {
        request.check();
        String machineId = request.machineId().strip().toLowerCase(Locale.ROOT);
        long reportId = reportId(request.reportId());
        KnownMachine machine = machines.find(caller.tenant(), scopes.of(caller), machineId, null);
        List<Evidence> evidence = evidence(caller.tenant(), machineId, request.eventTime(), reportId);
        statements.list("select pg_advisory_xact_lock(hashtext(?))::text", row -> row.getString(1), machineId);
        List<String> open = statements.list(
                OPEN_WITH_TITLE, row -> row.getString(1), caller.tenant(), SOURCE, machineId, request.title());
        String reference = open.isEmpty() ? UUID.randomUUID().toString() : open.getFirst();
        var alert = new NewAlert(
                SOURCE,
                reference,
                request.severity().name(),
                "CustomDetection",
                null,
                AlertCategory.named(request.category()).name(),
                null,
                null,
                request.title(),
                request.description(),
                request.recommendedAction(),
                request.eventTime(),
                request.eventTime(),
                machine,
                List.of(),
                evidence);
        if (open.isEmpty()) {
            raised.fire(new AlertRaisedByReference(caller.tenant()));
        }
        String id = open.isEmpty()
                ? intake.store(caller.tenant(), caller.name(), alert).id()
                : intake.merge(caller.tenant(), caller.name(), alert).id();
        statements.update(MADE, caller.name(), caller.tenant(), id, caller.name());
        return id;
    }

    private static long reportId(JsonNode node) {
        try {
            return Long.parseLong(node.asText().strip());
        } catch (NumberFormatException notANumber) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "reportId is not a report id");
        }
    }

    private List<Evidence> evidence(UUID tenant, String machineId, WireTime time, long reportId) {
        var instant = time.toInstant().atOffset(ZoneOffset.UTC);
        List<List<Evidence>> events = statements.list(
                EVENT,
                AlertByReference::evidence,
                tenant,
                machineId,
                time.ticks(),
                reportId,
                instant.minusSeconds(1),
                instant.plusSeconds(1));
        if (events.isEmpty()) {
            throw new ProblemException(
                    AlertProblem.EVENT_NOT_FOUND,
                    "No event of machine " + machineId + " at " + time + " with report id " + reportId + " was found");
        }
        return events.getFirst();
    }

    private static List<Evidence> evidence(ResultSet row) throws SQLException {
        var evidence = new ArrayList<Evidence>();
        boolean creation = "DeviceProcessEvents".equals(row.getString("table_name"));
        if (creation) {
            evidence.add(Evidence.process(
                    row.getString("sha1"),
                    row.getString("sha256"),
                    row.getString("file_name"),
                    row.getString("folder_path"),
                    number(row, "process_id"),
                    row.getString("command_line"),
                    time(row, "process_creation_ticks")));
        } else {
            if (row.getString("initiating_process_file_name") != null) {
                evidence.add(Evidence.process(
                        row.getString("initiating_process_sha1"),
                        row.getString("initiating_process_sha256"),
                        row.getString("initiating_process_file_name"),
                        row.getString("initiating_process_folder_path"),
                        number(row, "initiating_process_id"),
                        row.getString("initiating_process_command_line"),
                        time(row, "initiating_process_creation_ticks")));
            }
            if (row.getString("file_name") != null) {
                evidence.add(Evidence.file(
                        row.getString("sha1"),
                        row.getString("sha256"),
                        row.getString("file_name"),
                        row.getString("folder_path")));
            }
        }
        if (row.getString("remote_ip") != null) {
            evidence.add(Evidence.ip(row.getString("remote_ip")));
        }
        if (row.getString("remote_url") != null) {
            evidence.add(Evidence.url(row.getString("remote_url")));
        }
        if (row.getString("account_name") != null) {
            evidence.add(Evidence.user(
                    row.getString("account_name"), row.getString("account_domain"), row.getString("account_sid")));
        }
        return evidence;
    }
}
