package io.tocsin.response.action;

import static io.tocsin.response.action.ActionStatus.before;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import io.tocsin.odata.ODataQuery;
import io.tocsin.response.action.ActionStatus.Effect;
import io.tocsin.response.action.ActionStatus.Event;
import io.tocsin.response.machine.MachineView;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Every transition of an action is one guarded statement here that says whether it won; what may follow what, says
/// [ActionStatus].
@ApplicationScoped
class ActionRepository {

    private static final int CANCELLED = -2147467260;
    private static final int TIMED_OUT = -2145844840;

    /// What the partner API knows of.
    private static final String SHOWN =
            "machine_action.type in ('" + String.join("', '", ActionKind.namesOnPartnerApi()) + "')";

    private static final String COMMANDS = """
            (select coalesce(jsonb_agg(jsonb_build_object('index', c.position, 'startTicks', c.start_ticks,
                'endTicks', c.end_ticks, 'commandStatus', c.status, 'errors', c.errors, 'type', c.type, 'params', c.params)
                order by c.position), '[]')
             from machine_action_command c where c.tenant_id = %1$s.tenant_id and c.action_id = %1$s.id) as commands
            """;

    private static final String COLUMNS = """
            id, type, title, requestor, requestor_comment, status, machine_id, computer_dns_name, creation_ticks,
                last_update_ticks, cancellation_requestor, cancellation_comment, cancellation_ticks, error_hresult, scope,
                external_id, request_source, sha1,
            """;

    private static final String SELECT = "select " + COLUMNS + COMMANDS.formatted("machine_action")
            + " from machine_action where tenant_id = ? and ";

    private static final String SUBMIT = """
            insert into machine_action (id, tenant_id, type, lane, title, requestor, requestor_comment, status, machine_id,
                computer_dns_name, creation_ticks, last_update_ticks, scope, external_id, sha1, target, deadline)
            values (?, ?, ?, ?, ?, ?, ?, 'Pending', ?, ?, ?, ?, ?, ?, ?, cast(? as jsonb), now() + ? * interval '1 second')
            on conflict (tenant_id, machine_id, lane) where status in ('Pending', 'InProgress') do nothing
            returning\s""" + COLUMNS + "'[]' as commands";

    /// The same for many machines, in the order of their ids, so that two of these do not wait for one another.
    private static final String SUBMIT_ALL = """
            insert into machine_action (id, tenant_id, type, lane, title, requestor, requestor_comment, status, machine_id,
                computer_dns_name, creation_ticks, last_update_ticks, scope, external_id, sha1, deadline)
            select new.id, ?, ?, ?, ?, ?, ?, 'Pending', new.machine_id, new.name, ?, ?, ?, ?, ?, now() + ? * interval '1 second'
            from unnest(?, ?, ?) as new (id, machine_id, name) order by new.machine_id
            on conflict (tenant_id, machine_id, lane) where status in ('Pending', 'InProgress') do nothing
            returning id, machine_id
            """;

    /// What was cancelled while agents had it and was not reported, and what there is to do, in one statement.
    /// It waits for nobody, so that those who ask for several machines at once cannot wait for one another.
    private static final String DELIVER = """
            with untold as (
                select tenant_id, id from machine_action
                where tenant_id = ? and machine_id = any(?) and cancelled_in = 'InProgress' and not cancel_told
                  and late_status is null and deadline > now() - interval '30 days'
                for update skip locked),
            told as (
                update machine_action set cancel_told = true from untold
                where machine_action.tenant_id = untold.tenant_id and machine_action.id = untold.id
                returning machine_action.id, machine_action.machine_id),
            next as (
                select tenant_id, id, gen_random_uuid() as lease from machine_action
                where tenant_id = ? and machine_id = any(?) and deadline > now() and %s
                  and (status = 'Pending' or lease_expires_at <= now())
                  and case when type = 'LiveResponse' then ? and live_response_place(tenant_id, ?) else true end
                order by creation_ticks for update skip locked),
            given as (
                update machine_action set status = 'InProgress', lease_id = next.lease, leases = leases || next.lease,
                    lease_expires_at = now() + ? * interval '1 second', deliveries = deliveries + 1,
                    last_update_ticks = greatest(?, last_update_ticks + 1),
                    deadline = case when status <> 'Pending' then deadline when type = 'LiveResponse'
                        then now() + ? * interval '1 second' * (1 + (select count(*)
                            from machine_action_command c where c.tenant_id = next.tenant_id and c.action_id = next.id))
                        else greatest(deadline, now() + ? * interval '1 second') end
                from next where machine_action.tenant_id = next.tenant_id and machine_action.id = next.id
                returning machine_action.*)
            select id, machine_id, null as type, null as scope, null as requestor_comment, null as lease_id,
                null::timestamptz as lease_expires_at, 0 as deliveries, null as sha1, null as target, 0 as creation_ticks,
                '[]' as commands
            from told
            union all
            select id, machine_id, type, scope, requestor_comment, lease_id::text, lease_expires_at, deliveries, sha1,
                target::text, creation_ticks,
            """.formatted(before(Event.DELIVER, Effect.MOVES))
            + COMMANDS.formatted("given") + " from given order by creation_ticks";

    private static final String END_COMMANDS = """
            update machine_action_command set status = 'Failed', end_ticks = ?, errors = errors || ?::text
            where tenant_id = ? and action_id = ? and status = 'Executing'
            """;

    /// What [#DELIVER] would find, of every machine; each half by a partial index that holds nothing else.
    private static final String WITH_WORK = """
            select tenant_id, machine_id, bool_or(live) as live from (
                select tenant_id, machine_id, type = 'LiveResponse' as live from machine_action
                where %1$s and deadline > now() and (status = 'Pending' or lease_expires_at <= now())
                  and (type <> 'LiveResponse' or tenant_id not in (
                      select held.tenant_id from machine_action held
                      where held.status = 'InProgress' and held.type = 'LiveResponse' and held.lease_expires_at > now()
                      group by held.tenant_id having count(*) >= ?))
                union all
                select tenant_id, machine_id, false from machine_action
                where cancelled_in = 'InProgress' and not cancel_told and late_status is null
                  and deadline > now() - interval '30 days') work
            group by tenant_id, machine_id
            """.formatted(before(Event.DELIVER, Effect.MOVES));

    private final Statements statements;
    private final ObjectMapper json;

    ActionRepository(Statements statements, ObjectMapper json) {
        this.statements = statements;
        this.json = json;
    }

    /// An action that is asked for.
    record New(
            UUID tenant,
            UUID id,
            ActionKind kind,
            String lane,
            String requestor,
            String scope,
            String sha1,
            JsonNode target,
            ActionRequest request,
            String machineId,
            String machineName) {}

    /// A command that is asked for, with the library's file as it is now.
    record NewCommand(LiveCommand command, UUID libraryBlob, String librarySha256) {}

    List<MachineActionView> page(UUID tenant, DeviceScope scope, ODataQuery options) {
        return statements.list(
                SELECT + scope.on("machine_action") + " and " + SHOWN + " and (" + options.where() + ") "
                        + options.page(),
                this::view,
                parameters(tenant, scope, options.parameters()).toArray());
    }

    long count(UUID tenant, DeviceScope scope, ODataQuery options) {
        return statements
                .list(
                        "select count(*) from machine_action where tenant_id = ? and " + scope.on("machine_action")
                                + " and " + SHOWN + " and (" + options.where() + ")",
                        row -> row.getLong(1),
                        parameters(tenant, scope, options.parameters()).toArray())
                .getFirst();
    }

    Optional<MachineActionView> find(UUID tenant, DeviceScope scope, UUID id) {
        return statements
                .list(
                        SELECT + scope.on("machine_action") + " and id = ?",
                        this::view,
                        parameters(tenant, scope, List.of(id)).toArray())
                .stream()
                .findFirst();
    }

    /// Those of these ids that the filter lets through.
    List<MachineActionView> byId(UUID tenant, DeviceScope scope, ODataQuery filter, Collection<String> ids) {
        var parameters = parameters(tenant, scope, filter.parameters());
        parameters.add(ids.stream().map(UUID::fromString).toArray(UUID[]::new));
        return statements.list(
                SELECT + scope.on("machine_action") + " and " + SHOWN + " and (" + filter.where() + ") and id = any(?)",
                this::view,
                parameters.toArray());
    }

    /// What was reported of them, by id.
    Map<String, ActionReport> reports(UUID tenant, Collection<String> ids) {
        var reports = new HashMap<String, ActionReport>();
        statements.list(
                "select id, deliveries, result_message, late_status, late_ticks, cardinality(reported_again) as again from machine_action where tenant_id = ? and id = any(?)",
                row -> reports.put(
                        row.getString("id"),
                        new ActionReport(
                                row.getInt("deliveries"),
                                row.getString("result_message"),
                                row.getString("late_status"),
                                Statements.time(row, "late_ticks"),
                                row.getInt("again"))),
                tenant,
                ids.stream().map(UUID::fromString).toArray(UUID[]::new));
        return reports;
    }

    /// Those of one machine.
    List<MachineActionView> page(UUID tenant, DeviceScope scope, ODataQuery options, String machineId) {
        var parameters = parameters(tenant, scope, List.of(machineId));
        parameters.addAll(options.parameters());
        return statements.list(
                SELECT + scope.on("machine_action") + " and machine_id = ? and " + SHOWN + " and (" + options.where()
                        + ") " + options.page(),
                this::view,
                parameters.toArray());
    }

    long count(UUID tenant, DeviceScope scope, ODataQuery options, String machineId) {
        var parameters = parameters(tenant, scope, List.of(machineId));
        parameters.addAll(options.parameters());
        return statements
                .list(
                        "select count(*) from machine_action where tenant_id = ? and " + scope.on("machine_action")
                                + " and machine_id = ? and " + SHOWN + " and (" + options.where() + ")",
                        row -> row.getLong(1),
                        parameters.toArray())
                .getFirst();
    }

    private static List<Object> parameters(UUID tenant, DeviceScope scope, List<?> more) {
        var parameters = new ArrayList<Object>(scope.parameters(tenant));
        parameters.addAll(more);
        return parameters;
    }

    private MachineActionView view(ResultSet row) throws SQLException {
        return new MachineActionView(
                row.getString("id"),
                row.getString("type"),
                row.getString("title"),
                row.getString("requestor"),
                row.getString("requestor_comment"),
                row.getString("status"),
                row.getString("machine_id"),
                row.getString("computer_dns_name"),
                Statements.time(row, "creation_ticks"),
                Statements.time(row, "last_update_ticks"),
                row.getString("cancellation_requestor"),
                row.getString("cancellation_comment"),
                Statements.time(row, "cancellation_ticks"),
                row.getInt("error_hresult"),
                row.getString("scope"),
                row.getString("external_id"),
                row.getString("request_source"),
                RelatedFile.ofSha1(row.getString("sha1")),
                commands(row.getString("commands")),
                null);
    }

    private List<CommandResult> commands(String text) {
        try {
            var commands = new ArrayList<CommandResult>();
            for (JsonNode it : json.readTree(text)) {
                commands.add(new CommandResult(
                        it.get("index").intValue(),
                        time(it.get("startTicks")),
                        time(it.get("endTicks")),
                        it.get("commandStatus").textValue(),
                        json.convertValue(it.get("errors"), new TypeReference<List<String>>() {}),
                        new LiveCommand(
                                it.get("type").textValue(),
                                json.convertValue(
                                        it.get("params"), new TypeReference<List<LiveCommand.Parameter>>() {}))));
            }
            return commands;
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the database made broken JSON", impossible);
        }
    }

    private JsonNode target(String text) {
        try {
            return text == null ? null : json.readTree(text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the database made broken JSON", impossible);
        }
    }

    private static WireTime time(JsonNode ticks) {
        return ticks.isNull() ? null : new WireTime(ticks.longValue());
    }

    /// @return the action without its commands; nothing when another one of its lane is open
    Optional<MachineActionView> submit(New it, WireTime now, Duration deadline) {
        return statements
                .list(
                        SUBMIT,
                        this::view,
                        it.id(),
                        it.tenant(),
                        it.kind().name(),
                        it.lane(),
                        it.request().title(),
                        it.requestor(),
                        it.request().comment(),
                        it.machineId(),
                        it.machineName(),
                        now.ticks(),
                        now.ticks() + 1,
                        it.scope(),
                        it.request().externalId(),
                        it.sha1(),
                        it.target() == null ? null : it.target().toString(),
                        deadline.toSeconds())
                .stream()
                .findFirst();
    }

    /// One action without a target for each of these machines where no other one of its lane is open.
    ///
    /// @return their ids, by machine
    Map<String, UUID> submitAll(
            UUID tenant,
            ActionKind kind,
            String requestor,
            ActionRequest request,
            List<MachineView> machines,
            WireTime now,
            Duration deadline) {
        var made = new HashMap<String, UUID>();
        statements.list(
                SUBMIT_ALL,
                row -> made.put(row.getString("machine_id"), row.getObject("id", UUID.class)),
                tenant,
                kind.name(),
                kind.lane(),
                request.title(),
                requestor,
                request.comment(),
                now.ticks(),
                now.ticks() + 1,
                kind.scope(request),
                request.externalId(),
                kind.sha1(request),
                deadline.toSeconds(),
                machines.stream().map(it -> UUID.randomUUID()).toArray(UUID[]::new),
                machines.stream().map(MachineView::id).toArray(String[]::new),
                machines.stream().map(MachineView::computerDnsName).toArray(String[]::new));
        return made;
    }

    void addCommands(UUID tenant, UUID action, List<NewCommand> commands) {
        int position = 0;
        for (NewCommand it : commands) {
            statements.update(
                    """
                    insert into machine_action_command (tenant_id, action_id, position, type, params, library_blob, library_sha256)
                    values (?, ?, ?, ?, cast(? as jsonb), ?, ?)
                    """,
                    tenant,
                    action,
                    position++,
                    it.command().type(),
                    text(it.command().params()),
                    it.libraryBlob(),
                    it.librarySha256());
        }
    }

    private String text(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    long liveResponses(UUID tenant) {
        return statements
                .list(
                        "select count(*) from machine_action where tenant_id = ? and type = 'LiveResponse' and status = 'InProgress' and lease_expires_at > now()",
                        row -> row.getLong(1),
                        tenant)
                .getFirst();
    }

    /// @param mostLive how many live responses a tenant may have in progress: one that must wait is no work
    List<Working> withWork(int mostLive) {
        return statements.list(
                WITH_WORK,
                row -> new Working(
                        row.getObject("tenant_id", UUID.class), row.getString("machine_id"), row.getBoolean("live")),
                mostLive);
    }

    /// @param mostLive how many live responses a tenant may have in progress; 0 leaves them out.
    /// They are counted one by one, so that only one machine may be asked for with them
    /// @param patience how long a machine has for what it was given
    List<Delivery> deliver(UUID tenant, Collection<String> machineIds, int mostLive, Patience patience, WireTime now) {
        String[] machines = machineIds.toArray(String[]::new);
        return statements.list(
                DELIVER,
                this::delivery,
                tenant,
                machines,
                tenant,
                machines,
                mostLive > 0,
                mostLive,
                patience.lease().toSeconds(),
                now.ticks(),
                patience.command().toSeconds(),
                patience.work().toSeconds());
    }

    private Delivery delivery(ResultSet row) throws SQLException {
        String id = row.getString("id");
        String type = row.getString("type");
        DeliveredAction action = type == null
                ? null
                : new DeliveredAction(
                        id,
                        type,
                        row.getString("scope"),
                        row.getString("requestor_comment"),
                        row.getString("lease_id"),
                        WireTime.of(row.getTimestamp("lease_expires_at").toInstant()),
                        row.getString("sha1"),
                        target(row.getString("target")),
                        commands(row.getString("commands")));
        return new Delivery(row.getString("machine_id"), id, row.getLong("deliveries") > 1, action);
    }

    /// Ends the leases of what an agent was not told, and tells it again what was cancelled. A live response of which
    /// nothing was begun has its days again.
    void giveBack(UUID tenant, String machineId, Delivered delivered, Duration deadline) {
        statements.update(
                """
                update machine_action set lease_expires_at = now(),
                    deadline = case when type = 'LiveResponse' and not exists (select from machine_action_command c
                            where c.tenant_id = machine_action.tenant_id and c.action_id = machine_action.id and c.status <> 'Created')
                        then to_timestamp(creation_ticks / 10000000) + ? * interval '1 second' else deadline end
                where tenant_id = ? and machine_id = ? and lease_id = any(?) and
                """ + before(Event.REPORT_SUCCESS, Effect.MOVES),
                deadline.toSeconds(),
                tenant,
                machineId,
                delivered.actions().stream()
                        .map(it -> UUID.fromString(it.leaseId()))
                        .toArray(UUID[]::new));
        statements.update(
                """
                update machine_action set cancel_told = false
                where tenant_id = ? and machine_id = ? and id = any(?) and cancelled_in = 'InProgress' and late_status is null
                """,
                tenant,
                machineId,
                delivered.cancelled().stream().map(UUID::fromString).toArray(UUID[]::new));
    }

    boolean report(
            UUID tenant,
            String machineId,
            UUID id,
            String lease,
            ActionStatus status,
            int result,
            String message,
            WireTime now) {
        Event event = status == ActionStatus.Succeeded ? Event.REPORT_SUCCESS : Event.REPORT_FAILURE;
        return statements.update(
                        """
                update machine_action set status = ?, error_hresult = ?, result_message = ?, reported_lease = ?::uuid,
                    lease_id = null, lease_expires_at = null, last_update_ticks = greatest(?, last_update_ticks + 1)
                where tenant_id = ? and machine_id = ? and id = ? and ? = any(cast(leases as text[])) and
                """ + before(event, Effect.MOVES),
                        status.name(),
                        result,
                        message,
                        lease,
                        now.ticks(),
                        tenant,
                        machineId,
                        id,
                        lease)
                == 1;
    }

    /// Notes that an action that was reported is reported once more, of another delivery: it may have been carried out
    /// again.
    ///
    /// @return whether this delivery was not reported before
    boolean noteAgain(UUID tenant, String machineId, UUID id, String lease, WireTime now) {
        return statements.update(
                        """
                update machine_action set reported_again = reported_again || ?::uuid,
                    last_update_ticks = greatest(?, last_update_ticks + 1)
                where tenant_id = ? and machine_id = ? and id = ? and ? = any(cast(leases as text[]))
                  and reported_lease <> ?::uuid and not ?::uuid = any(reported_again) and (%s or %s)
                """.formatted(
                                        before(Event.REPORT_SUCCESS, Effect.TOO_LATE),
                                        before(Event.REPORT_SUCCESS, Effect.KEPT_BESIDE)),
                        lease,
                        now.ticks(),
                        tenant,
                        machineId,
                        id,
                        lease,
                        lease,
                        lease)
                == 1;
    }

    /// Keeps the first report of an action that was ended without one.
    ///
    /// @return whether this is that report
    boolean keepBeside(
            UUID tenant, String machineId, UUID id, String lease, ActionStatus status, String message, WireTime now) {
        return statements.update(
                        """
                update machine_action set late_status = ?, late_ticks = ?, result_message = ?, cancel_told = true, reported_lease = ?::uuid,
                    last_update_ticks = greatest(?, last_update_ticks + 1)
                where tenant_id = ? and machine_id = ? and id = ? and ? = any(cast(leases as text[]))
                  and late_status is null and
                """ + before(Event.REPORT_SUCCESS, Effect.KEPT_BESIDE),
                        status.name(),
                        now.ticks(),
                        message,
                        lease,
                        now.ticks(),
                        tenant,
                        machineId,
                        id,
                        lease)
                == 1;
    }

    /// @param withThisLease whether it was ever given with the lease that was asked about
    record Leased(MachineActionView action, boolean withThisLease) {}

    /// The machine's action of this id.
    Optional<Leased> leased(UUID tenant, String machineId, UUID id, String lease) {
        return statements
                .list(
                        "select ? = any(cast(leases as text[])) as leased, " + SELECT.substring("select".length())
                                + "machine_id = ? and id = ?",
                        row -> new Leased(view(row), row.getBoolean("leased")),
                        lease,
                        tenant,
                        machineId,
                        id)
                .stream()
                .findFirst();
    }

    /// @return the state the cancellation met, when it won
    Optional<ActionStatus> cancel(UUID tenant, UUID id, String requestor, String comment, WireTime now) {
        Optional<ActionStatus> met = statements
                .list(
                        """
                update machine_action set status = 'Cancelled', cancelled_in = status, error_hresult = ?,
                    cancellation_requestor = ?, cancellation_comment = ?, cancellation_ticks = ?, lease_id = null,
                    lease_expires_at = null, last_update_ticks = greatest(?, last_update_ticks + 1)
                where tenant_id = ? and id = ? and %s returning cancelled_in
                """.formatted(before(Event.CANCEL, Effect.MOVES)),
                        row -> ActionStatus.valueOf(row.getString(1)),
                        CANCELLED,
                        requestor,
                        comment,
                        now.ticks(),
                        now.ticks(),
                        tenant,
                        id)
                .stream()
                .findFirst();
        if (met.isPresent()) {
            endCommands(tenant, id, "The action was cancelled before the command was reported", now);
        }
        return met;
    }

    /// Ends the command that was begun and not reported, if there is one.
    void endCommands(UUID tenant, UUID id, String error, WireTime now) {
        statements.update(END_COMMANDS, now.ticks(), error, tenant, id);
    }

    /// Ends actions whose deadline has passed, and records it, in one statement. It passes over what
    /// somebody else has in hands.
    ///
    /// @param most how many, so that no transaction is long when many end together
    int timeOut(WireTime now, int most) {
        return statements
                .list(
                        """
                with due as (
                    select tenant_id, id from machine_action where %s and deadline <= now()
                    order by deadline limit ? for update skip locked),
                late as (
                    update machine_action a set status = 'TimeOut', cancelled_in = a.status, error_hresult = ?,
                        lease_id = null, lease_expires_at = null,
                        last_update_ticks = greatest(?, a.last_update_ticks + 1)
                    from due where a.tenant_id = due.tenant_id and a.id = due.id
                    returning a.tenant_id, a.id),
                stopped as (
                    update machine_action_command c set status = 'Failed', end_ticks = ?,
                        errors = c.errors || 'The action timed out before the command was reported'::text
                    from late where c.tenant_id = late.tenant_id and c.action_id = late.id and c.status = 'Executing'),
                recorded as (
                    insert into audit_entry (tenant_id, service, at_ticks, actor, action, target)
                    select tenant_id, 'response-service', ?, 'response-service', 'action.timeout', id::text from late)
                select count(*) from late
                """.formatted(before(Event.EXPIRE, Effect.MOVES)),
                        row -> row.getInt(1),
                        most,
                        TIMED_OUT,
                        now.ticks(),
                        now.ticks(),
                        now.ticks())
                .getFirst();
    }

    /// Moves a command on, when the action is the agent's and all before it are done; it renews the lease.
    boolean reportCommand(
            UUID tenant,
            String machineId,
            UUID id,
            String lease,
            int position,
            String status,
            List<String> errors,
            Duration life,
            WireTime now) {
        return statements.update(
                        """
                with mine as (
                    update machine_action set lease_expires_at = now() + ? * interval '1 second'
                    where tenant_id = ? and machine_id = ? and id = ? and ? = any(cast(leases as text[])) and %s
                    returning tenant_id, id)
                update machine_action_command c set status = ?, start_ticks = coalesce(c.start_ticks, ?),
                    end_ticks = case when ? then ? end, errors = ?
                from mine where c.tenant_id = mine.tenant_id and c.action_id = mine.id and c.position = ?
                  and c.status in ('Created', 'Executing') and not exists (
                      select from machine_action_command b where b.tenant_id = c.tenant_id and b.action_id = c.action_id
                        and b.position < c.position and b.status <> 'Completed')
                """.formatted(before(Event.REPORT_SUCCESS, Effect.MOVES)),
                        life.toSeconds(),
                        tenant,
                        machineId,
                        id,
                        lease,
                        status,
                        now.ticks(),
                        !status.equals("Executing"),
                        now.ticks(),
                        errors,
                        position)
                == 1;
    }

    /// Renews the lease of an action its agent is working on.
    boolean renew(UUID tenant, String machineId, UUID id, String lease, Duration life) {
        return statements.update(
                        """
                update machine_action set lease_expires_at = greatest(lease_expires_at, now() + ? * interval '1 second')
                where tenant_id = ? and machine_id = ? and id = ? and ? = any(cast(leases as text[])) and
                """ + before(Event.REPORT_SUCCESS, Effect.MOVES),
                        life.toSeconds(),
                        tenant,
                        machineId,
                        id,
                        lease)
                == 1;
    }

    /// The library's file a command of an open action of the machine is about.
    Optional<UUID> libraryBlob(UUID tenant, String machineId, UUID id, int position) {
        return statements.list("""
                select c.library_blob from machine_action_command c
                join machine_action a on a.tenant_id = c.tenant_id and a.id = c.action_id
                where c.tenant_id = ? and a.machine_id = ? and c.action_id = ? and c.position = ?
                  and a.status = 'InProgress' and c.library_blob is not null
                """, row -> row.getObject(1, UUID.class), tenant, machineId, id, position).stream()
                .findFirst();
    }

    /// How long a machine has for what it was given.
    ///
    /// @param lease until it is given again
    /// @param command each command of a live response, from its first delivery on
    /// @param work anything else, at least, from its first delivery on
    record Patience(Duration lease, Duration command, Duration work) {}

    /// Something handed to an agent: an action, or, without one, that the one of this id was cancelled.
    ///
    /// @param again whether it was handed out before
    record Delivery(String machineId, String id, boolean again, DeliveredAction action) {}
}
