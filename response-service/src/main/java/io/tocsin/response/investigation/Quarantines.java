package io.tocsin.response.investigation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tocsin.audit.Audit;
import io.tocsin.db.Statements;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.response.ResponseProblem;
import io.tocsin.response.action.ActionKind;
import io.tocsin.response.action.ActionRequest;
import io.tocsin.response.action.ActionService;
import io.tocsin.response.machine.MachineService;
import io.tocsin.response.machine.MachineView;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Gives back files whose quarantine somebody ordered by the partner API or a playbook (docs/adr/081). What became of
/// it
/// is read off the two machine actions: there is no row of its own to keep right.
@ApplicationScoped
class Quarantines {

    private static final String FIND = """
            select a.id, a.machine_id, a.sha1, coalesce(nullif(a.late_status, 'Failed'), a.status) as status, a.requestor, a.creation_ticks,
                undo.id as undo_id, undo.status as undo_status, undo.requestor as undone_by,
                undo.creation_ticks as undone_ticks, undo.requestor_comment as undo_comment, undo.result_message,
                (select r.id from remediation r where r.tenant_id = a.tenant_id and r.action_id = a.id
                    and r.machine_id = a.machine_id limit 1) as remediation
            from machine_action a left join lateral (
                select u.id, u.status, u.requestor, u.creation_ticks, u.requestor_comment, u.result_message
                from machine_action u where u.tenant_id = a.tenant_id and u.machine_id = a.machine_id
                  and u.creation_ticks >= a.creation_ticks and u.type = 'RestoreFile' and u.target->>'undoes' = a.id::text
                order by u.creation_ticks desc, u.id desc limit 1) as undo on true
            where a.tenant_id = ? and %s and a.id = ? and a.type = 'StopAndQuarantineFile'
            """;

    private final Statements statements;
    private final MachineService machines;
    private final ActionService actions;
    private final DeviceScopes scopes;
    private final Audit audit;

    Quarantines(
            Statements statements, MachineService machines, ActionService actions, DeviceScopes scopes, Audit audit) {
        this.statements = statements;
        this.machines = machines;
        this.actions = actions;
        this.scopes = scopes;
        this.audit = audit;
    }

    /// @param remediation the one it was done for, or null
    private record Known(QuarantineView quarantine, String remediation) {}

    private Known known(Caller caller, String text) {
        Optional<UUID> id = Ids.of(text);
        DeviceScope scope = scopes.of(caller);
        var parameters = new ArrayList<Object>(scope.parameters(caller.tenant()));
        id.ifPresent(parameters::add);
        return id.flatMap(it ->
                        statements
                                .list(FIND.formatted(scope.on("a")), Quarantines::known, parameters.toArray())
                                .stream()
                                .findFirst())
                .orElseThrow(() -> new ProblemException(
                        ResponseProblem.ACTION_NOT_FOUND, "Quarantine " + text + " was not found"));
    }

    private static Known known(ResultSet row) throws SQLException {
        String undo = row.getString("undo_status");
        boolean isOpen = "Pending".equals(undo) || "InProgress".equals(undo);
        boolean done = "Succeeded".equals(undo);
        return new Known(
                new QuarantineView(
                        row.getString("id"),
                        row.getString("machine_id"),
                        row.getString("sha1"),
                        isOpen ? "Undoing" : done ? "Undone" : row.getString("status"),
                        row.getString("requestor"),
                        Statements.time(row, "creation_ticks"),
                        row.getString("undo_id"),
                        row.getString("undone_by"),
                        Statements.time(row, "undone_ticks"),
                        row.getString("undo_comment"),
                        undo == null || isOpen || done
                                ? null
                                : RemediationWork.said(
                                        "The machine action that takes it back ended as " + undo,
                                        row.getString("result_message"))),
                row.getString("remediation"));
    }

    /// @throws ProblemException 404
    @Transactional
    QuarantineView get(Caller caller, String id) {
        return known(caller, id).quarantine();
    }

    /// Has the file given back by the machine's agent.
    ///
    /// @throws ProblemException 404; 400 when there is nothing to take back, or it is a remediation's
    @Transactional
    QuarantineView undo(Caller caller, String id, String comment) {
        Known known = known(caller, id);
        QuarantineView before = known.quarantine();
        if (known.remediation() != null) {
            throw new ProblemException(
                    ResponseProblem.REMEDIATION_NOT_UNDOABLE,
                    "It is of an investigation: take back remediation " + known.remediation());
        }
        if (!before.status().equals("Succeeded")) {
            throw new ProblemException(
                    ResponseProblem.REMEDIATION_NOT_UNDOABLE,
                    "There is nothing to take back: the quarantine is " + before.status());
        }
        MachineView machine = machines.get(caller, before.machineId());
        // Two at once: the lane lets one through.
        actions.submit(
                caller,
                ActionKind.RestoreFile,
                machine,
                new ActionRequest(comment, null, null, null, null, null),
                JsonNodeFactory.instance
                        .objectNode()
                        .put("sha1", before.sha1())
                        .put("name", before.sha1())
                        .put("undoes", before.actionId()));
        audit.record(
                caller.tenant(),
                caller.name(),
                "quarantine.undo",
                before.actionId(),
                Map.of(
                        "before", Map.of("status", before.status()),
                        "after", Map.of("status", "Undoing"),
                        "comment", comment));
        return get(caller, id);
    }
}
