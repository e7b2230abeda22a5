package io.tocsin.response.playbook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Runs and their steps. Each transition of a step is one guarded statement:
///
/// | from | event | to |
/// |---|---|---|
/// | – | the step before ended | Ready |
/// | Ready | begun; what it waits for is written with it | Waiting |
/// | Ready, Waiting | done; went wrong; its deadline passed; rejected; the run was cancelled | Succeeded; Failed;
/// TimedOut; Rejected; Cancelled |
@ApplicationScoped
class RunRepository {

    private static final String RUN = """
            select r.id, r.playbook_id, r.playbook_name, r.version, r.trigger, r.subject, r.started_by, r.dry_run, r.state,
                r.start_ticks, r.end_ticks, r.deadline, r.cancelled_by, r.error, r.input::text as input
            from playbook_run r where r.tenant_id = ?
            """;

    private final Statements statements;
    private final ObjectMapper json;

    RunRepository(Statements statements, ObjectMapper json) {
        this.statements = statements;
        this.json = json;
    }

    /// A run that is to begin.
    record New(
            UUID tenant,
            UUID playbook,
            String name,
            int version,
            String trigger,
            String subject,
            String startedBy,
            boolean dryRun,
            JsonNode input) {}

    /// Begins it with its first step.
    ///
    /// @return its id, or none when the playbook was begun by this subject before, or too often in this hour
    Optional<UUID> start(New it, Definition definition, int perHour, WireTime now) {
        UUID id = UUID.randomUUID();
        boolean begun = statements.update(
                        """
                insert into playbook_run (tenant_id, id, playbook_id, playbook_name, version, trigger, subject, started_by,
                    dry_run, state, start_ticks, deadline, input)
                select cast(? as uuid), cast(? as uuid), cast(? as uuid), ?, ?, ?, ?, ?, ?, 'Running', ?,
                    now() + ? * interval '1 second', cast(? as jsonb)
                where ? = 'Manual' or (select count(*) from (select from playbook_run where tenant_id = ? and playbook_id = ?
                    and trigger <> 'Manual' and start_ticks > ? limit ?) as begun) < ?
                on conflict do nothing
                """,
                        it.tenant(),
                        id,
                        it.playbook(),
                        it.name(),
                        it.version(),
                        it.trigger(),
                        it.subject(),
                        it.startedBy(),
                        it.dryRun(),
                        now.ticks(),
                        definition.timeout().toSeconds(),
                        it.input().toString(),
                        it.trigger(),
                        it.tenant(),
                        it.playbook(),
                        now.plusSeconds(-3600).ticks(),
                        perHour,
                        perHour)
                == 1;
        if (begun) {
            addStep(it.tenant(), id, "", definition.steps().get(definition.start()), null, now);
        }
        return begun ? Optional.of(id) : Optional.empty();
    }

    /// @param item what a step of a loop is for, else null
    void addStep(UUID tenant, UUID run, String scope, Step step, JsonNode item, WireTime now) {
        statements.update(
                """
                insert into playbook_step (tenant_id, run_id, scope, name, id, type, state, item, start_ticks, deadline)
                values (?, ?, ?, ?, ?, ?, 'Ready', cast(? as jsonb), ?, now() + ? * interval '1 second')
                on conflict do nothing
                """,
                tenant,
                run,
                scope,
                step.name(),
                UUID.randomUUID(),
                step.type().name(),
                item == null ? null : item.toString(),
                now.ticks(),
                step.timeout().toSeconds());
    }

    /// A run that somebody takes on.
    record Due(
            UUID tenant,
            UUID id,
            UUID playbook,
            int version,
            boolean dryRun,
            JsonNode input,
            UUID lease,
            boolean late) {}

    /// Those whose time has come, and nobody else's until the lease ends.
    List<Due> takeDue(int most, Duration lease) {
        return statements.list(
                """
                update playbook_run r set due = now() + ? * interval '1 millisecond', lease = gen_random_uuid()
                from (select tenant_id, id from playbook_run where state = 'Running' and due <= now()
                    order by due limit ? for update skip locked) as next
                where r.tenant_id = next.tenant_id and r.id = next.id
                returning r.tenant_id, r.id, r.playbook_id, r.version, r.dry_run, r.input::text as input, r.lease,
                    r.deadline <= now() as late
                """,
                row -> new Due(
                        row.getObject("tenant_id", UUID.class),
                        row.getObject("id", UUID.class),
                        row.getObject("playbook_id", UUID.class),
                        row.getInt("version"),
                        row.getBoolean("dry_run"),
                        tree(row.getString("input")),
                        row.getObject("lease", UUID.class),
                        row.getBoolean("late")),
                lease.toMillis(),
                most);
    }

    /// Gives it back, to be looked at after the pause, or at once where somebody has decided meanwhile.
    void giveBack(Due it, Duration pause) {
        statements.update("""
                update playbook_run r set lease = null, due = case when exists (select from playbook_step s
                        where s.tenant_id = r.tenant_id and s.run_id = r.id and s.state = 'Waiting' and s.decision is not null)
                    then now() else now() + ? * interval '1 millisecond' end
                where tenant_id = ? and id = ? and lease = ?
                """, pause.toMillis(), it.tenant(), it.id(), it.lease());
    }

    void wake(UUID tenant, UUID id) {
        statements.update(
                "update playbook_run set due = now() where tenant_id = ? and id = ? and state = 'Running' and lease is null",
                tenant,
                id);
    }

    /// A step as the engine sees it.
    ///
    /// @param scope the branches it is in, each `group.number/`; empty in the trunk
    /// @param ref what it waits for: a machine action
    record StepRow(
            UUID id,
            String scope,
            String name,
            StepState state,
            int attempts,
            UUID ref,
            String decision,
            String decidedBy,
            boolean late,
            boolean due,
            JsonNode item,
            JsonNode output,
            boolean unhandled,
            WireTime begun) {}

    List<StepRow> steps(UUID tenant, UUID run) {
        return statements.list(
                """
                select id, scope, name, state, attempts, ref, decision, decided_by, deadline <= now() as late,
                    due <= now() as due, item::text as item, output::text as output, unhandled,
                    start_ticks
                from playbook_step where tenant_id = ? and run_id = ? order by start_ticks, scope, name limit 20000
                """,
                row -> new StepRow(
                        row.getObject("id", UUID.class),
                        row.getString("scope"),
                        row.getString("name"),
                        StepState.valueOf(row.getString("state")),
                        row.getInt("attempts"),
                        row.getObject("ref", UUID.class),
                        row.getString("decision"),
                        row.getString("decided_by"),
                        row.getBoolean("late"),
                        row.getBoolean("due"),
                        tree(row.getString("item")),
                        tree(row.getString("output")),
                        row.getBoolean("unhandled"),
                        Statements.time(row, "start_ticks")),
                tenant,
                run);
    }

    /// Notes that it waits, and for what.
    ///
    /// @param pause before it is looked at again, or null
    boolean await(UUID tenant, UUID run, UUID step, UUID ref, JsonNode input, Duration pause) {
        return statements.update(
                        """
                update playbook_step s set state = 'Waiting', ref = ?, input = coalesce(cast(? as jsonb), input),
                    due = case when cast(? as bigint) is null then due else now() + ? * interval '1 millisecond' end,
                    attempts = attempts + 1
                where tenant_id = ? and run_id = ? and id = ? and state = 'Ready'
                  and exists (select from playbook_run r where r.tenant_id = s.tenant_id and r.id = s.run_id and r.state = 'Running')
                """,
                        ref,
                        input == null ? null : input.toString(),
                        pause == null ? null : pause.toMillis(),
                        pause == null ? null : pause.toMillis(),
                        tenant,
                        run,
                        step)
                == 1;
    }

    /// Notes that a call is about to be made, or has to be made again.
    void attempt(UUID tenant, UUID run, UUID step, JsonNode input, Duration pause) {
        statements.update("""
                update playbook_step set attempts = attempts + 1, input = cast(? as jsonb),
                    due = now() + ? * interval '1 millisecond'
                where tenant_id = ? and run_id = ? and id = ? and state = 'Ready'
                """, input.toString(), pause.toMillis(), tenant, run, step);
    }

    /// @return whether it was open, and its run is
    boolean end(
            UUID tenant,
            UUID run,
            UUID step,
            StepState state,
            JsonNode input,
            JsonNode output,
            String error,
            boolean unhandled,
            WireTime now) {
        return statements.update(
                        """
                update playbook_step s set state = ?, input = coalesce(cast(? as jsonb), input), output = cast(? as jsonb),
                    error = ?, unhandled = ?, end_ticks = ?
                where tenant_id = ? and run_id = ? and id = ? and state in ('Ready', 'Waiting')
                  and exists (select from playbook_run r where r.tenant_id = s.tenant_id and r.id = s.run_id and r.state = 'Running')
                """,
                        state.name(),
                        input == null ? null : input.toString(),
                        output == null ? null : output.toString(),
                        error,
                        unhandled,
                        now.ticks(),
                        tenant,
                        run,
                        step)
                == 1;
    }

    /// Ends a run with whatever of it is open.
    ///
    /// @return whether it was running
    boolean endRun(UUID tenant, UUID run, String state, String by, String error, WireTime now) {
        boolean won = statements.update("""
                update playbook_run set state = ?, end_ticks = ?, cancelled_by = ?, error = ?, lease = null
                where tenant_id = ? and id = ? and state = 'Running'
                """, state, now.ticks(), by, error, tenant, run) == 1;
        if (won) {
            statements.update("""
                    update playbook_step set state = 'Cancelled', end_ticks = ?
                    where tenant_id = ? and run_id = ? and state in ('Ready', 'Waiting')
                    """, now.ticks(), tenant, run);
        }
        return won;
    }

    /// An approval that somebody is asked for.
    ///
    /// @param fourEyes whether who started the run may not approve it (docs/api.md, remediations)
    record Asked(UUID run, UUID id, String name, int version, UUID playbook, String startedBy, boolean fourEyes) {}

    /// The approval of this id that waits, and nobody else decides it until the transaction ends.
    Optional<Asked> asked(UUID tenant, UUID run, UUID step) {
        return statements
                .list(
                        """
                        select s.run_id, s.id, s.name, r.version, r.playbook_id, r.started_by,
                            coalesce((select p.four_eyes from remediation_policy p where p.tenant_id = r.tenant_id), false) as four_eyes
                        from playbook_step s join playbook_run r on r.tenant_id = s.tenant_id and r.id = s.run_id
                        where s.tenant_id = ? and s.run_id = ? and s.id = ? and s.type = 'Approval' and s.state = 'Waiting'
                          and s.decision is null and s.deadline > now() and r.state = 'Running'
                        for no key update of s
                        """,
                        row -> new Asked(
                                row.getObject("run_id", UUID.class),
                                row.getObject("id", UUID.class),
                                row.getString("name"),
                                row.getInt("version"),
                                row.getObject("playbook_id", UUID.class),
                                row.getString("started_by"),
                                row.getBoolean("four_eyes")),
                        tenant,
                        run,
                        step)
                .stream()
                .findFirst();
    }

    void decide(UUID tenant, UUID run, UUID step, boolean approve, String by, String comment) {
        statements.update("""
                update playbook_step set decision = ?, decided_by = ?, comment = ?
                where tenant_id = ? and run_id = ? and id = ?
                """, approve ? "Approved" : "Rejected", by, comment, tenant, run, step);
    }

    Optional<RunView> find(UUID tenant, UUID id) {
        return statements.list(RUN + " and r.id = ?", this::view, tenant, id).stream()
                .findFirst();
    }

    List<RunView> byId(UUID tenant, Collection<String> ids) {
        return statements.list(
                RUN + " and r.id = any(?)",
                this::view,
                tenant,
                ids.stream().map(UUID::fromString).toArray(UUID[]::new));
    }

    /// @param before only what is older; null for the newest
    List<RunView> page(UUID tenant, UUID playbook, String state, Long ticks, UUID before, int most) {
        return statements.list(
                RUN + """
                  and (cast(? as uuid) is null or r.playbook_id = ?) and (cast(? as text) is null or r.state = ?)
                  and (cast(? as bigint) is null or (r.start_ticks, r.id) < (?, cast(? as uuid)))
                order by r.start_ticks desc, r.id desc limit ?
                """, this::view, tenant, playbook, playbook, state, state, ticks, ticks, before, most);
    }

    List<StepView> views(UUID tenant, UUID run) {
        return statements.list(
                """
                select id, scope || name as path, type, state, start_ticks, end_ticks, deadline, attempts,
                    input::text as input, output::text as output, error, decided_by, comment
                from playbook_step where tenant_id = ? and run_id = ? order by start_ticks, scope, name limit 5000
                """,
                row -> new StepView(
                        row.getString("id"),
                        row.getString("path"),
                        row.getString("type"),
                        row.getString("state"),
                        Statements.time(row, "start_ticks"),
                        Statements.time(row, "end_ticks"),
                        WireTime.of(row.getTimestamp("deadline").toInstant()),
                        row.getInt("attempts"),
                        tree(row.getString("input")),
                        tree(row.getString("output")),
                        row.getString("error"),
                        row.getString("decided_by"),
                        row.getString("comment")),
                tenant,
                run);
    }

    /// The status of the machine action a step waits for.
    Optional<String> actionStatus(UUID tenant, UUID action) {
        return statements
                .list(
                        "select status from machine_action where tenant_id = ? and id = ?",
                        row -> row.getString(1),
                        tenant,
                        action)
                .stream()
                .findFirst();
    }

    List<String> machines(UUID tenant, String kind, String value, int most) {
        return statements.list("""
                select s.machine_id from entity_sighting s join machine m on m.tenant_id = s.tenant_id and m.id = s.machine_id
                where s.tenant_id = ? and s.kind = ? and s.value = lower(?) order by s.machine_id limit ?
                """, row -> row.getString(1), tenant, kind, value, most);
    }

    /// @param except only alerts that are older than this one, so that of two that look for each other one is found
    List<String> openAlerts(UUID tenant, String title, String machine, String except, int most) {
        return statements.list("""
                select id from alert where tenant_id = ? and title = ? and status <> 'Resolved'
                  and (cast(? as text) is null or machine_id = ?)
                  and (cast(? as text) is null or (alert_creation_ticks, id) < (
                      select o.alert_creation_ticks, o.id from alert o where o.tenant_id = alert.tenant_id and o.id = ?))
                order by alert_creation_ticks, id limit ?
                """, row -> row.getString(1), tenant, title, machine, machine, except, except, most);
    }

    /// Forgets runs that ended before a time, some at once.
    int prune(WireTime before, int most) {
        return statements.update("""
                delete from playbook_run where (tenant_id, id) in (
                    select tenant_id, id from playbook_run where end_ticks < ? limit ?)
                """, before.ticks(), most);
    }

    private RunView view(ResultSet row) throws SQLException {
        return new RunView(
                row.getString("id"),
                row.getString("playbook_id"),
                row.getString("playbook_name"),
                row.getInt("version"),
                row.getString("trigger"),
                row.getString("subject"),
                row.getString("started_by"),
                row.getBoolean("dry_run"),
                row.getString("state"),
                Statements.time(row, "start_ticks"),
                Statements.time(row, "end_ticks"),
                WireTime.of(row.getTimestamp("deadline").toInstant()),
                row.getString("cancelled_by"),
                row.getString("error"),
                tree(row.getString("input")));
    }

    private JsonNode tree(String text) {
        try {
            return text == null ? null : json.readTree(text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the database made broken JSON", impossible);
        }
    }
}
