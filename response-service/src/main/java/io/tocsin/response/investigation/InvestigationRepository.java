package io.tocsin.response.investigation;

import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import io.tocsin.odata.ODataQuery;
import io.tocsin.response.client.alert.StartedByHand;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Investigations and the alerts that belong to them. A machine has at most one that is open.
@ApplicationScoped
class InvestigationRepository {

    private static final String SELECT = """
            select id, start_ticks, end_ticks, state, cancelled_by, status_details, machine_id, computer_dns_name,
                triggering_alert_id
            from investigation where tenant_id = ? and %s and (%s)
            """;

    private static final String OPEN = """
            insert into investigation (tenant_id, state, start_ticks, end_ticks, status_details, machine_id,
                computer_dns_name, triggering_alert_id, incident_id, origin, requestor, comment, deadline, by_hand, asked_by)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, now() + ? * interval '1 second', ?, ?)
            on conflict do nothing returning id
            """;

    private final Statements statements;

    InvestigationRepository(Statements statements) {
        this.statements = statements;
    }

    /// A new one.
    ///
    /// @param end when it is over as soon as it begins, else null
    record New(
            UUID tenant,
            InvestigationState state,
            WireTime start,
            WireTime end,
            String statusDetails,
            String machineId,
            String computerDnsName,
            String alertId,
            Long incidentId,
            String origin,
            String requestor,
            String comment) {

        boolean isManual() {
            return origin.equals("Manual");
        }
    }

    List<InvestigationView> page(UUID tenant, DeviceScope scope, ODataQuery options) {
        var parameters = new ArrayList<Object>(scope.parameters(tenant));
        parameters.addAll(options.parameters());
        return statements.list(
                SELECT.formatted(scope.on("investigation"), options.where()) + " " + options.page(),
                InvestigationRepository::view,
                parameters.toArray());
    }

    long count(UUID tenant, DeviceScope scope, ODataQuery options) {
        var parameters = new ArrayList<Object>(scope.parameters(tenant));
        parameters.addAll(options.parameters());
        return statements
                .list(
                        "select count(*) from investigation where tenant_id = ? and " + scope.on("investigation")
                                + " and (" + options.where() + ")",
                        row -> row.getLong(1),
                        parameters.toArray())
                .getFirst();
    }

    /// Those of these numbers, as text, that the filter lets through.
    List<InvestigationView> byId(UUID tenant, DeviceScope scope, ODataQuery filter, Collection<String> ids) {
        var parameters = new ArrayList<Object>(scope.parameters(tenant));
        parameters.addAll(filter.parameters());
        parameters.add(ids.stream().map(Long::valueOf).toArray(Long[]::new));
        return statements.list(
                SELECT.formatted(scope.on("investigation"), filter.where()) + " and id = any(?)",
                InvestigationRepository::view,
                parameters.toArray());
    }

    /// @param key its number, or the id of the alert that began it
    Optional<InvestigationView> find(UUID tenant, DeviceScope scope, String key) {
        Long number = number(key);
        var parameters = new ArrayList<Object>(scope.parameters(tenant));
        parameters.add(number == null ? key : number);
        return statements
                .list(
                        SELECT.formatted(
                                scope.on("investigation"), number == null ? "triggering_alert_id = ?" : "id = ?"),
                        InvestigationRepository::view,
                        parameters.toArray())
                .stream()
                .findFirst();
    }

    private static Long number(String key) {
        try {
            return key.chars().allMatch(digit -> digit >= '0' && digit <= '9') ? Long.valueOf(key) : null;
        } catch (NumberFormatException tooLong) {
            return null;
        }
    }

    private static InvestigationView view(ResultSet row) throws SQLException {
        return new InvestigationView(
                row.getString("id"),
                Statements.time(row, "start_ticks"),
                Statements.time(row, "end_ticks"),
                row.getString("state"),
                row.getString("cancelled_by"),
                row.getString("status_details"),
                row.getString("machine_id"),
                row.getString("computer_dns_name"),
                row.getString("triggering_alert_id"));
    }

    /// The investigation an alert belongs to already.
    Optional<OpenedInvestigation> ofAlert(UUID tenant, String alertId) {
        return statements
                .list(
                        "select investigation_id, investigation_state from alert_investigation where tenant_id = ? and alert_id = ?",
                        row -> new OpenedInvestigation(row.getString(1), row.getString(2), false),
                        tenant,
                        alertId)
                .stream()
                .findFirst();
    }

    /// Begins it, unless its machine has an open one or its alert has begun one.
    Optional<Long> open(New it, Duration deadline) {
        return statements
                .list(
                        OPEN,
                        row -> row.getLong("id"),
                        it.tenant(),
                        it.state().name(),
                        it.start().ticks(),
                        it.end() == null ? null : it.end().ticks(),
                        it.statusDetails(),
                        it.machineId(),
                        it.computerDnsName(),
                        it.alertId(),
                        it.incidentId(),
                        it.origin(),
                        it.requestor(),
                        it.comment(),
                        deadline.toSeconds(),
                        it.isManual(),
                        it.isManual() ? List.of(it.requestor()) : List.of())
                .stream()
                .findFirst();
    }

    /// The machine's open one, which cannot end before the transaction does.
    Optional<OpenedInvestigation> openOf(UUID tenant, String machineId) {
        return statements
                .list(
                        "select id, state from investigation where tenant_id = ? and machine_id = ? and end_ticks is null for no key update",
                        row -> new OpenedInvestigation(row.getString("id"), row.getString("state"), false),
                        tenant,
                        machineId)
                .stream()
                .findFirst();
    }

    /// Leaves it as long as it would have if it began now: what is proposed next waits for a person as long as
    /// anything.
    void extend(UUID tenant, long id, Duration deadline) {
        statements.update("""
                update investigation set deadline = now() + ? * interval '1 second'
                where tenant_id = ? and id = ? and end_ticks is null and deadline < now() + ? * interval '1 second'
                """, deadline.toSeconds(), tenant, id, deadline.toSeconds());
    }

    /// Notes that somebody asked by hand for what goes on already: he is one who wanted it, and all of the machine
    /// counts.
    void ask(UUID tenant, long id, String who) {
        statements.update("""
                update investigation set by_hand = true, due = now(),
                    asked_by = case when ? = any(asked_by) then asked_by else array_append(asked_by, ?) end
                where tenant_id = ? and id = ? and end_ticks is null
                """, who, who, tenant, id);
    }

    /// Ends it because a person wants it.
    ///
    /// @return whether it was open
    boolean cancel(UUID tenant, long id, String by, String comment, WireTime now) {
        return statements.update("""
                        update investigation set state = 'TerminatedByUser', end_ticks = ?, cancelled_by = ?, status_details = ?
                        where tenant_id = ? and id = ? and end_ticks is null
                        """, now.ticks(), by, comment, tenant, id) == 1;
    }

    /// @return whether the alert was in none yet
    boolean join(UUID tenant, String alertId, long id) {
        return statements.update(
                        "insert into investigation_alert (tenant_id, alert_id, investigation_id) values (?, ?, ?) on conflict do nothing",
                        tenant,
                        alertId,
                        id)
                == 1;
    }

    /// One that somebody started, as its alert is to tell of it.
    Optional<StartedByHand> byHand(UUID tenant, long id) {
        return statements
                .list(
                        """
                        select triggering_alert_id, machine_id, computer_dns_name, start_ticks, requestor, comment
                        from investigation where tenant_id = ? and id = ? and origin = 'Manual'
                        """,
                        row -> new StartedByHand(
                                row.getString("triggering_alert_id"),
                                id,
                                row.getString("machine_id"),
                                row.getString("computer_dns_name"),
                                Statements.time(row, "start_ticks"),
                                row.getString("requestor"),
                                row.getString("comment")),
                        tenant,
                        id)
                .stream()
                .findFirst();
    }

    /// Ends it as the system does, unless it has ended.
    boolean terminate(UUID tenant, long id, String why, WireTime now) {
        return statements.update("""
                update investigation set state = 'TerminatedBySystem', end_ticks = ?, status_details = ?
                where tenant_id = ? and id = ? and end_ticks is null
                """, now.ticks(), why, tenant, id) == 1;
    }

    boolean alertExists(UUID tenant, String alertId) {
        return !statements
                .list("select 1 from alert where tenant_id = ? and id = ?", row -> row.getInt(1), tenant, alertId)
                .isEmpty();
    }

    /// An open one whose next step is due.
    ///
    /// @param wholeMachine whether somebody asked by hand, so that all open alerts of the machine count
    record Due(UUID tenant, long id, String machineId, String origin, boolean wholeMachine) {

        boolean isManual() {
            return origin.equals("Manual");
        }
    }

    /// Those whose next step is due, and nobody else's for as long as is between two steps; longer where the last ones
    /// failed.
    List<Due> takeDue(int most, Duration step) {
        return statements.list(
                """
                update investigation i set due = now() + ? * power(2, least(i.failures, 10)) * interval '1 millisecond'
                from (select tenant_id, id from investigation
                    where end_ticks is null and due <= now() and deadline > now()
                    order by due limit ? for update skip locked) as next
                where i.tenant_id = next.tenant_id and i.id = next.id
                returning i.tenant_id, i.id, i.machine_id, i.origin, i.by_hand or i.origin = 'Manual' as by_hand
                """,
                row -> new Due(
                        row.getObject("tenant_id", UUID.class),
                        row.getLong("id"),
                        row.getString("machine_id"),
                        row.getString("origin"),
                        row.getBoolean("by_hand")),
                step.toMillis(),
                most);
    }

    /// Has it looked at soon.
    void wake(UUID tenant, long id) {
        statements.update(
                "update investigation set due = now() where tenant_id = ? and id = ? and end_ticks is null",
                tenant,
                id);
    }

    /// @return how many alerts have joined it; none when it is open no more
    Optional<Integer> begin(UUID tenant, long id) {
        return statements.list("""
                        update investigation i set state = case when state = 'Queued' then 'Running' else state end,
                            analysed_alerts = (select count(*) from investigation_alert a
                                where a.tenant_id = i.tenant_id and a.investigation_id = i.id)
                        where tenant_id = ? and id = ? and end_ticks is null
                        returning analysed_alerts
                        """, row -> row.getInt("analysed_alerts"), tenant, id).stream()
                .findFirst();
    }

    /// Keeps it as it is until the transaction ends.
    ///
    /// @return whether it is still open
    boolean hold(UUID tenant, long id) {
        return !statements
                .list(
                        "select id from investigation where tenant_id = ? and id = ? and end_ticks is null for no key update",
                        row -> row.getLong("id"),
                        tenant,
                        id)
                .isEmpty();
    }

    /// The same, and nobody takes it on meanwhile.
    boolean renew(UUID tenant, long id, Duration step) {
        return statements.update("""
                        update investigation set due = greatest(due, now() + ? * interval '1 millisecond')
                        where tenant_id = ? and id = ? and end_ticks is null
                        """, step.toMillis(), tenant, id) == 1;
    }

    /// Into another state. Into a final one only while no alert has joined since its evidence was looked at.
    ///
    /// @param alerts how many there were then
    /// @param details what is told of an end, or null
    boolean move(UUID tenant, long id, InvestigationState to, int alerts, String details, WireTime now) {
        boolean ends = InvestigationState.isFinal(to);
        return statements.update("""
                update investigation i set state = ?, failures = 0, end_ticks = case when ? then ? end,
                    status_details = coalesce(?, status_details)
                where tenant_id = ? and id = ? and end_ticks is null and (state <> ? or failures > 0) and (not ? or ? =
                    (select count(*) from investigation_alert a where a.tenant_id = i.tenant_id and a.investigation_id = i.id))
                """, to.name(), ends, now.ticks(), details, tenant, id, to.name(), ends, alerts) == 1;
    }

    /// Counts a step that failed, and ends it as `Failed` after so many in a row.
    ///
    /// @return whether it ended
    boolean fail(UUID tenant, long id, int most, String details, WireTime now) {
        return statements
                .list("""
                        update investigation set failures = failures + 1,
                            state = case when failures + 1 >= ? then 'Failed' else state end,
                            end_ticks = case when failures + 1 >= ? then ? end,
                            status_details = case when failures + 1 >= ? then ? else status_details end
                        where tenant_id = ? and id = ? and end_ticks is null
                        returning end_ticks is not null as ended
                        """, row -> row.getBoolean("ended"), most, most, now.ticks(), most, details, tenant, id)
                .stream()
                .anyMatch(ended -> ended);
    }

    /// Ends every one whose deadline has passed, and records it, in one statement.
    int terminate(WireTime now) {
        return statements
                .list("""
                with late as (
                    update investigation set state = 'TerminatedBySystem', end_ticks = ?,
                        status_details = 'It did not come to an end in time'
                    where end_ticks is null and deadline <= now()
                    returning tenant_id, id),
                recorded as (
                    insert into audit_entry (tenant_id, service, at_ticks, actor, action, target)
                    select tenant_id, 'response-service', ?, 'response-service', 'investigation.terminate', id::text
                    from late)
                select count(*) from late
                """, row -> row.getInt(1), now.ticks(), now.ticks())
                .getFirst();
    }
}
