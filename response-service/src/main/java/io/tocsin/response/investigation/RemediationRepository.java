package io.tocsin.response.investigation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Remediations; each transition is one guarded statement:
///
/// | from | event | to |
/// |---|---|---|
/// | – | proposed, by the level to be asked for | Pending |
/// | –, Pending | decided by the level; approved by as many as it takes | Approved |
/// | Pending | rejected; 7 days over | Rejected; Expired |
/// | Pending, Approved | its investigation ended; what it is about is bad no more | Expired; Withdrawn |
/// | Approved | its machine action made, its indicator asked for; done at once | Running; Succeeded |
/// | Approved | the machine action is refused for good | Failed |
/// | Running | the machine action ended, the indicator is there or is refused | Succeeded, Failed |
/// | Succeeded | a person wants it undone | Undoing |
/// | Undoing | the machine action that undoes it succeeded, the indicator is gone; ended otherwise | Undone; Succeeded
/// |
@ApplicationScoped
class RemediationRepository {

    /// A machine whose system nobody told may be a server.
    private static final String COLUMNS = """
            id, investigation_id, machine_id, kind, target, path, details::text, verdict, reasons, status, automatic,
            created_ticks, last_update_ticks, expires_at, decided_by, decided_ticks, comment, action_id, undone_by,
            undone_ticks, undo_comment, undo_action_id, status_details,
            case when (select p.server_approvals > 1 from remediation_policy p where p.tenant_id = remediation.tenant_id)
                and case kind
                    when 'BlockIndicator' then exists (select from machine m where m.tenant_id = remediation.tenant_id
                        and coalesce(nullif(lower(m.os_platform), ''), 'windowsserver') like 'windowsserver%')
                    when 'WidenScope' then exists (select from entity_sighting s join machine m on m.tenant_id = s.tenant_id
                            and m.id = s.machine_id and coalesce(nullif(lower(m.os_platform), ''), 'windowsserver') like 'windowsserver%'
                        where s.tenant_id = remediation.tenant_id and s.kind = 'File' and s.value = remediation.target)
                    else exists (select from machine m where m.tenant_id = remediation.tenant_id
                        and m.id = remediation.machine_id and coalesce(nullif(lower(m.os_platform), ''), 'windowsserver') like 'windowsserver%') end
                then (select p.server_approvals from remediation_policy p where p.tenant_id = remediation.tenant_id)
                else 1 end as approvals_needed,
            (select coalesce(jsonb_agg(jsonb_build_object('by', a.approver, 'ticks', a.approved_ticks, 'comment', a.comment)
                    order by a.approved_ticks, a.approver), '[]')
                from remediation_approval a
                where a.tenant_id = remediation.tenant_id and a.remediation_id = remediation.id)::text as approvals
            """;

    private final Statements statements;
    private final ObjectMapper json;

    RemediationRepository(Statements statements, ObjectMapper json) {
        this.statements = statements;
        this.json = json;
    }

    /// @param before only what is older; null for the newest
    List<RemediationView> page(
            UUID tenant, DeviceScope scope, String status, Long investigation, Long ticks, UUID before, int most) {
        var parameters = new ArrayList<Object>(scope.parameters(tenant));
        parameters.add(status);
        parameters.add(status);
        parameters.add(investigation);
        parameters.add(investigation);
        parameters.add(ticks);
        parameters.add(ticks);
        parameters.add(before);
        parameters.add(most);
        return statements.list(
                "select " + COLUMNS + " from remediation where tenant_id = ? and " + scope.on("remediation") + """
                  and (cast(? as text) is null or status = ?) and (cast(? as bigint) is null or investigation_id = ?)
                  and (cast(? as bigint) is null or (created_ticks, id) < (?, cast(? as uuid)))
                order by created_ticks desc, id desc limit ?
                """,
                this::view,
                parameters.toArray());
    }

    Optional<RemediationView> find(UUID tenant, DeviceScope scope, UUID id) {
        var parameters = new ArrayList<Object>(scope.parameters(tenant));
        parameters.add(id);
        return statements
                .list(
                        "select " + COLUMNS + " from remediation where tenant_id = ? and " + scope.on("remediation")
                                + " and id = ?",
                        this::view,
                        parameters.toArray())
                .stream()
                .findFirst();
    }

    /// The same, and nobody else changes it until the transaction ends. It is read by a statement of its own, which
    /// sees
    /// the approvals that were given while this one waited.
    Optional<RemediationView> lock(UUID tenant, DeviceScope scope, UUID id) {
        statements.list(
                "select 1 from remediation where tenant_id = ? and id = ? for no key update",
                row -> row.getInt(1),
                tenant,
                id);
        return find(tenant, scope, id);
    }

    /// How many of an investigation have each status.
    Map<String, Integer> statuses(UUID tenant, long investigation) {
        return statements
                .list(
                        "select status, count(*) as remediations from remediation where tenant_id = ? and investigation_id = ? group by status",
                        row -> Map.entry(row.getString("status"), row.getInt("remediations")),
                        tenant,
                        investigation)
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /// Those that are to be carried out on a machine or by an indicator, the oldest first.
    List<UUID> approved(UUID tenant, long investigation, int most) {
        return statements.list("""
                select id from remediation where tenant_id = ? and investigation_id = ? and status = 'Approved'
                  and kind <> 'WidenScope' order by created_ticks, id limit ?
                """, row -> row.getObject("id", UUID.class), tenant, investigation, most);
    }

    /// The scopes that are to be widened.
    List<RemediationView> approvedWidenings(UUID tenant, long investigation) {
        return statements.list(
                "select " + COLUMNS
                        + " from remediation where tenant_id = ? and investigation_id = ? and status = 'Approved'"
                        + " and kind = 'WidenScope'",
                this::view,
                tenant,
                investigation);
    }

    /// The question whether what is done about a file may go to many machines, if it was asked.
    Optional<RemediationView> widening(UUID tenant, long investigation, String target) {
        return statements
                .list(
                        "select " + COLUMNS + " from remediation where tenant_id = ? and investigation_id = ?"
                                + " and kind = 'WidenScope' and sha256_of(target) = sha256_of(?)",
                        this::view,
                        tenant,
                        investigation,
                        target)
                .stream()
                .findFirst();
    }

    private RemediationView view(ResultSet row) throws SQLException {
        return new RemediationView(
                row.getString("id"),
                row.getString("investigation_id"),
                row.getString("machine_id"),
                row.getString("kind"),
                row.getString("target"),
                row.getString("path"),
                tree(row.getString("details")),
                row.getString("verdict"),
                Statements.strings(row, "reasons"),
                row.getString("status"),
                row.getBoolean("automatic"),
                Statements.time(row, "created_ticks"),
                Statements.time(row, "last_update_ticks"),
                WireTime.of(row.getTimestamp("expires_at").toInstant()),
                row.getInt("approvals_needed"),
                approvals(row.getString("approvals")),
                row.getString("decided_by"),
                Statements.time(row, "decided_ticks"),
                row.getString("comment"),
                row.getString("action_id"),
                row.getString("undone_by"),
                Statements.time(row, "undone_ticks"),
                row.getString("undo_comment"),
                row.getString("undo_action_id"),
                row.getString("status_details"));
    }

    private List<ApprovalView> approvals(String text) {
        var approvals = new ArrayList<ApprovalView>();
        tree(text)
                .forEach(it -> approvals.add(new ApprovalView(
                        it.get("by").textValue(),
                        new WireTime(it.get("ticks").longValue()),
                        it.get("comment").textValue())));
        return List.copyOf(approvals);
    }

    private JsonNode tree(String text) {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the database made broken JSON", impossible);
        }
    }

    /// Proposes things, each once a machine and investigation; again what was withdrawn, since its reason is back.
    ///
    /// @return those that are new or wait again, by their ids
    Map<UUID, Proposal> propose(UUID tenant, long investigation, List<Proposal> all, WireTime now) {
        record Key(String machine, String kind, String target) {}
        var byKey = new LinkedHashMap<Key, Proposal>();
        all.forEach(it -> byKey.putIfAbsent(new Key(it.machineId(), it.kind().name(), it.target()), it));
        List<Proposal> distinct = List.copyOf(byKey.values());
        record Proposed(UUID id, Key key) {}
        List<Proposed> proposed = statements.list(
                """
                insert into remediation as known (tenant_id, id, investigation_id, machine_id, kind, target, path, details,
                    verdict, reasons, status, automatic, created_ticks, last_update_ticks, expires_at)
                select ?, it.id, ?, it.machine_id, it.kind, it.target, it.path, it.details::jsonb, it.verdict,
                    array(select jsonb_array_elements_text(it.reasons::jsonb)),
                    case when it.automatic then 'Approved' else 'Pending' end, it.automatic, ?, ?, now() + interval '7 days'
                from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?) with ordinality
                    as it (id, machine_id, kind, target, path, details, verdict, reasons, automatic, position)
                order by it.position
                on conflict (tenant_id, investigation_id, machine_id, kind, sha256_of(target)) do update set
                    path = excluded.path, details = excluded.details, verdict = excluded.verdict, reasons = excluded.reasons,
                    status = excluded.status, automatic = excluded.automatic, expires_at = excluded.expires_at,
                    last_update_ticks = greatest(excluded.last_update_ticks, known.last_update_ticks + 1),
                    decided_by = null, decided_ticks = null, comment = null, status_details = null
                where known.status = 'Withdrawn'
                returning id, machine_id, kind, target
                """,
                row -> new Proposed(
                        row.getObject("id", UUID.class),
                        new Key(row.getString("machine_id"), row.getString("kind"), row.getString("target"))),
                tenant,
                investigation,
                now.ticks(),
                now.ticks(),
                distinct.stream().map(it -> UUID.randomUUID()).toArray(UUID[]::new),
                texts(distinct, Proposal::machineId),
                texts(distinct, it -> it.kind().name()),
                texts(distinct, Proposal::target),
                texts(distinct, Proposal::path),
                texts(distinct, it -> it.details().toString()),
                texts(distinct, it -> it.verdict().kind().name()),
                texts(distinct, it -> array(it.verdict().reasons())),
                distinct.stream().map(Proposal::automatic).toArray(Boolean[]::new));
        return proposed.stream().collect(Collectors.toMap(Proposed::id, it -> byKey.get(it.key())));
    }

    private static <T> String[] texts(List<T> all, Function<T, String> property) {
        return all.stream().map(property).toArray(String[]::new);
    }

    private static String array(List<String> texts) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        texts.forEach(array::add);
        return array.toString();
    }

    /// Who approved them before they were withdrawn has not approved them now.
    void forgetApprovals(UUID tenant, Collection<UUID> ids) {
        statements.update(
                "delete from remediation_approval where tenant_id = ? and remediation_id = any(?)",
                tenant,
                ids.toArray(UUID[]::new));
    }

    /// @return whether it is the approver's first
    boolean approve(UUID tenant, UUID id, String by, String comment, WireTime now) {
        return statements.update("""
                insert into remediation_approval (tenant_id, remediation_id, approver, approved_ticks, comment)
                values (?, ?, ?, ?, ?) on conflict do nothing
                """, tenant, id, by, now.ticks(), comment) == 1;
    }

    /// @param status `Approved` or `Rejected`
    boolean decide(UUID tenant, UUID id, String status, String by, String comment, WireTime now) {
        return statements.update("""
                update remediation set status = ?, decided_by = ?, decided_ticks = ?, comment = ?,
                    last_update_ticks = greatest(?, last_update_ticks + 1)
                where tenant_id = ? and id = ? and status = 'Pending' and expires_at > now()
                """, status, by, now.ticks(), comment, now.ticks(), tenant, id) == 1;
    }

    /// Notes that one more has approved.
    void touch(UUID tenant, UUID id, WireTime now) {
        statements.update(
                "update remediation set last_update_ticks = greatest(?, last_update_ticks + 1) where tenant_id = ? and id = ?",
                now.ticks(),
                tenant,
                id);
    }

    /// A remediation that ended without anybody's doing.
    record Lapsed(UUID tenant, UUID remediation) {}

    /// Ends what waited too long, or waits for the sake of an investigation that has ended.
    List<Lapsed> expire(WireTime now, int most) {
        return statements.list(
                """
                with late as (
                    select r.tenant_id, r.id, i.end_ticks is not null as ended from remediation r
                    join investigation i on i.tenant_id = r.tenant_id and i.id = r.investigation_id
                    where r.status = 'Pending' and r.expires_at <= now()
                       or r.status in ('Pending', 'Approved') and i.end_ticks is not null
                    limit ? for no key update of r skip locked)
                update remediation r set status = 'Expired', last_update_ticks = greatest(?, r.last_update_ticks + 1),
                    status_details = case when late.ended then 'Its investigation has ended' end
                from late where r.tenant_id = late.tenant_id and r.id = late.id
                returning r.tenant_id, r.id
                """,
                row -> new Lapsed(row.getObject("tenant_id", UUID.class), row.getObject("id", UUID.class)),
                most,
                now.ticks());
    }

    /// So many are withdrawn at a time.
    static final int WITHDRAWN = 500;

    /// Takes back what is not begun, since its reason is gone: some at a time, those first from which more would come,
    /// then those that would begin.
    List<String> withdraw(UUID tenant, long investigation, String target, String why, WireTime now) {
        return statements.list(
                """
                update remediation set status = 'Withdrawn', status_details = ?,
                    last_update_ticks = greatest(?, last_update_ticks + 1)
                where tenant_id = ? and id in (select id from remediation where tenant_id = ? and investigation_id = ?
                    and status in ('Pending', 'Approved')
                    and ? in (target, details->>'sha1', details->>'sha256', details->>'image')
                    order by kind = 'WidenScope' desc, status limit ?)
                  and status in ('Pending', 'Approved') returning id
                """, row -> row.getString("id"), why, now.ticks(), tenant, tenant, investigation, target, WITHDRAWN);
    }

    /// @param action null where no machine action carries it out
    boolean run(UUID tenant, UUID id, UUID action, WireTime now) {
        return statements.update("""
                update remediation set status = 'Running', action_id = cast(? as uuid), last_update_ticks = greatest(?, last_update_ticks + 1)
                where tenant_id = ? and id = ? and status = 'Approved'
                """, action, now.ticks(), tenant, id) == 1;
    }

    boolean end(UUID tenant, UUID id, String from, String status, String details, WireTime now) {
        return statements.update("""
                update remediation set status = ?, status_details = ?, last_update_ticks = greatest(?, last_update_ticks + 1)
                where tenant_id = ? and id = ? and status = ?
                """, status, details, now.ticks(), tenant, id, from) == 1;
    }

    /// Notes the indicator that blocks what was found, by which it can be taken back.
    boolean blocked(UUID tenant, UUID id, String indicator, WireTime now) {
        return statements.update("""
                update remediation set status = 'Succeeded', details = details || jsonb_build_object('indicatorId', cast(? as text)),
                    last_update_ticks = greatest(?, last_update_ticks + 1)
                where tenant_id = ? and id = ? and status = 'Running'
                """, indicator, now.ticks(), tenant, id) == 1;
    }

    boolean wantUndone(UUID tenant, UUID id, String by, String comment, WireTime now) {
        return statements.update("""
                update remediation set status = 'Undoing', undone_by = ?, undone_ticks = ?, undo_comment = ?,
                    undo_action_id = null, status_details = null, last_update_ticks = greatest(?, last_update_ticks + 1)
                where tenant_id = ? and id = ? and (status = 'Succeeded' or status = 'Failed' and exists (
                    select from machine_action a where a.tenant_id = remediation.tenant_id and a.id = remediation.action_id
                      and a.late_status = 'Succeeded'))
                """, by, now.ticks(), comment, now.ticks(), tenant, id) == 1;
    }

    boolean undo(UUID tenant, UUID id, UUID action, WireTime now) {
        return statements.update("""
                update remediation set undo_action_id = ?, last_update_ticks = greatest(?, last_update_ticks + 1)
                where tenant_id = ? and id = ? and status = 'Undoing' and undo_action_id is null
                """, action, now.ticks(), tenant, id) == 1;
    }

    /// Something that moves outside of the steps of its investigation.
    ///
    /// @param message of the machine's agent about the action that has ended, or null
    record Moving(UUID tenant, UUID remediation, String actionStatus, String message) {}

    /// Those whose undoing has no action yet (status null), or whose action has ended.
    List<Moving> undoing(int most) {
        return statements.list(
                """
                select r.tenant_id, r.id, a.status, a.result_message from remediation r
                left join machine_action a on a.tenant_id = r.tenant_id and a.id = r.undo_action_id
                where r.status = 'Undoing' and (r.undo_action_id is null or a.status not in ('Pending', 'InProgress'))
                  and not exists (select from outbox o where o.tenant_id = r.tenant_id and o.subject = r.id::text
                        and o.kind = 'unblock-entity')
                order by r.last_update_ticks limit ?
                """,
                row -> new Moving(
                        row.getObject("tenant_id", UUID.class),
                        row.getObject("id", UUID.class),
                        row.getString("status"),
                        row.getString("result_message")),
                most);
    }

    /// A call about one that was given up.
    record Unheard(UUID tenant, UUID remediation, boolean undoing, String reason) {}

    /// Those that wait for an answer of indicator-service that will not come.
    List<Unheard> unheard(int most) {
        return statements.list(
                """
                select r.tenant_id, r.id, r.status, o.last_error from remediation r
                join outbox o on o.tenant_id = r.tenant_id and o.subject = r.id::text and o.state = 'Dead'
                    and o.kind = case r.status when 'Running' then 'block-entity' else 'unblock-entity' end
                where r.kind = 'BlockIndicator' and r.status in ('Running', 'Undoing') limit ?
                """,
                row -> new Unheard(
                        row.getObject("tenant_id", UUID.class),
                        row.getObject("id", UUID.class),
                        row.getString("status").equals("Undoing"),
                        "indicator-service could not be told: " + row.getString("last_error")),
                most);
    }

    /// Those that ran when their investigation ended, and whose action has ended since.
    List<Moving> leftRunning(int most) {
        return statements.list(
                """
                select r.tenant_id, r.id, a.status, a.result_message from remediation r
                join investigation i on i.tenant_id = r.tenant_id and i.id = r.investigation_id
                join machine_action a on a.tenant_id = r.tenant_id and a.id = r.action_id
                where r.status = 'Running' and i.end_ticks is not null and a.status not in ('Pending', 'InProgress')
                limit ?
                """,
                row -> new Moving(
                        row.getObject("tenant_id", UUID.class),
                        row.getObject("id", UUID.class),
                        row.getString("status"),
                        row.getString("result_message")),
                most);
    }

    /// An action that a running remediation runs as and that has ended.
    record Ended(UUID remediation, String actionStatus, String message) {

        /// How the remediation stands by it.
        String status() {
            return actionStatus.equals("Succeeded") ? "Succeeded" : "Failed";
        }
    }

    List<Ended> ended(UUID tenant, long investigation, int most) {
        return statements.list(
                """
                select r.id, a.status, a.result_message from remediation r
                join machine_action a on a.tenant_id = r.tenant_id and a.id = r.action_id
                where r.tenant_id = ? and r.investigation_id = ? and r.status = 'Running'
                  and a.status not in ('Pending', 'InProgress')
                limit ?
                """,
                row -> new Ended(
                        row.getObject("id", UUID.class), row.getString("status"), row.getString("result_message")),
                tenant,
                investigation,
                most);
    }

    /// @return the ids of those that ran until now
    List<String> end(UUID tenant, List<Ended> all, Function<Ended, String> details, WireTime now) {
        return statements.list(
                """
                update remediation r set status = it.status, status_details = it.details,
                    last_update_ticks = greatest(?, r.last_update_ticks + 1)
                from unnest(?, ?, ?) as it (id, status, details)
                where r.tenant_id = ? and r.id = it.id and r.status = 'Running' returning r.id
                """,
                row -> row.getString("id"),
                now.ticks(),
                all.stream().map(Ended::remediation).toArray(UUID[]::new),
                texts(all, Ended::status),
                texts(all, details),
                tenant);
    }

    /// Whether somebody is behind an investigation: he asked for it by hand, or made an alert of it by reference.
    boolean isRequestor(UUID tenant, long investigation, String who) {
        return statements
                .list("""
                        select exists (select from investigation i where i.tenant_id = ? and i.id = ?
                                and (? = any(i.asked_by) or i.origin = 'Manual' and i.requestor = ?))
                            or exists (select from investigation_alert a join alert on alert.tenant_id = a.tenant_id
                                and alert.id = a.alert_id and ? = any(alert.made_by)
                                where a.tenant_id = ? and a.investigation_id = ?)
                        """, row -> row.getBoolean(1), tenant, investigation, who, who, who, tenant, investigation)
                .getFirst();
    }
}
