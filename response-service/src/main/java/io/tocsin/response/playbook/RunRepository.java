package io.tocsin.response.playbook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.db.Statements;
import io.tocsin.identity.Permission;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

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

    private static final Pattern NUL = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000");

    private static final String DUE = """
            returning r.tenant_id, r.id, r.playbook_id, r.version, r.dry_run, r.input::text as input, r.lease, r.deadline <= now() as late
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
                        stored(it.input()),
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

    /// Whether the playbook was begun by this subject.
    boolean isBegun(New it) {
        return statements
                .list("""
                        select exists (select from playbook_run where tenant_id = ? and playbook_id = ? and subject = ?
                            and trigger in ('Alert', 'Incident', 'IndicatorMatch'))
                        """, row -> row.getBoolean(1), it.tenant(), it.playbook(), it.subject())
                .getFirst();
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
                stored(item),
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

    /// Those whose time has come, and nobody else's until the lease ends: of every tenant one after the other, so that
    /// one with thousands, or with slow ones, holds up no other.
    ///
    /// @param busy how many of a tenant the caller is working on
    /// @param share how many of one tenant he works on at most
    List<Due> takeDue(int most, int share, Map<UUID, Integer> busy, Duration lease) {
        return statements.list(
                """
                with recursive tenant as (
                    (select tenant_id from playbook_run where state = 'Running' order by tenant_id limit 1)
                    union all
                    select (select r.tenant_id from playbook_run r where r.state = 'Running' and r.tenant_id > t.tenant_id
                        order by r.tenant_id limit 1) from tenant t where t.tenant_id is not null),
                waiting as (
                    select n.tenant_id, n.id, n.due,
                        row_number() over (partition by n.tenant_id order by n.due) + coalesce(b.busy, 0) as turn
                    from tenant t left join unnest(?, ?) as b (tenant_id, busy) on b.tenant_id = t.tenant_id
                    cross join lateral (select r.tenant_id, r.id, r.due from playbook_run r
                        where r.tenant_id = t.tenant_id and r.state = 'Running' and r.due <= now() order by r.due limit ?) as n),
                next as (
                    select tenant_id, id from waiting where turn <= ? order by turn, due limit ?),
                free as (
                    select r.tenant_id, r.id from playbook_run r join next n on n.tenant_id = r.tenant_id and n.id = r.id
                    where r.state = 'Running' and r.due <= now() for update of r skip locked)
                update playbook_run r set due = now() + ? * interval '1 millisecond', lease = gen_random_uuid()
                from free where r.tenant_id = free.tenant_id and r.id = free.id
                """ + DUE,
                this::due,
                busy.keySet().toArray(UUID[]::new),
                busy.values().toArray(Integer[]::new),
                most,
                share,
                most,
                lease.toMillis());
    }

    /// Keeps it for another look.
    ///
    /// @return none when it has ended, or somebody else has it
    Optional<Due> keep(Due it, Duration lease) {
        return statements.list("""
                        update playbook_run r set due = now() + ? * interval '1 millisecond'
                        where r.tenant_id = ? and r.id = ? and r.lease = ? and r.state = 'Running'
                        """ + DUE, this::due, lease.toMillis(), it.tenant(), it.id(), it.lease()).stream()
                .findFirst();
    }

    private Due due(ResultSet row) throws SQLException {
        return new Due(
                row.getObject("tenant_id", UUID.class),
                row.getObject("id", UUID.class),
                row.getObject("playbook_id", UUID.class),
                row.getInt("version"),
                row.getBoolean("dry_run"),
                tree(row.getString("input")),
                row.getObject("lease", UUID.class),
                row.getBoolean("late"));
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

    /// Waits until nobody ends the run, and keeps everybody from ending it until the transaction ends: what is begun in
    /// it
    /// is seen by who ends it.
    ///
    /// @return whether it runs
    boolean lock(UUID tenant, UUID run) {
        return !statements
                .list(
                        "select 1 from playbook_run where tenant_id = ? and id = ? and state = 'Running' for share",
                        row -> 1,
                        tenant,
                        run)
                .isEmpty();
    }

    /// A step that has not ended, as the engine sees it.
    ///
    /// @param scope the branches it is in, each `group.number/`; empty in the trunk
    /// @param ref what it waits for: a machine action
    /// @param action how that stands
    /// @param investigation what it waits for: an investigation's number
    record StepRow(
            UUID id,
            String scope,
            String name,
            StepState state,
            int attempts,
            UUID ref,
            String action,
            Long investigation,
            String decision,
            String decidedBy,
            boolean late,
            boolean due,
            JsonNode item,
            WireTime begun) {}

    /// All that are open, with what each waits for, in one statement.
    List<StepRow> open(UUID tenant, UUID run) {
        return statements.list(
                """
                select s.id, s.scope, s.name, s.state, s.attempts, s.ref, a.status as action, s.investigation_id, s.decision, s.decided_by,
                    s.deadline <= now() as late, s.due <= now() as due, s.item::text as item, s.start_ticks
                from playbook_step s left join machine_action a on a.tenant_id = s.tenant_id and a.id = s.ref
                where s.tenant_id = ? and s.run_id = ? and s.state in ('Ready', 'Waiting')
                order by s.start_ticks, s.scope, s.name
                """,
                row -> new StepRow(
                        row.getObject("id", UUID.class),
                        row.getString("scope"),
                        row.getString("name"),
                        StepState.valueOf(row.getString("state")),
                        row.getInt("attempts"),
                        row.getObject("ref", UUID.class),
                        row.getString("action"),
                        Statements.number(row, "investigation_id"),
                        row.getString("decision"),
                        row.getString("decided_by"),
                        row.getBoolean("late"),
                        row.getBoolean("due"),
                        tree(row.getString("item")),
                        Statements.time(row, "start_ticks")),
                tenant,
                run);
    }

    /// How many steps a run has.
    ///
    /// @param most no more are counted
    int count(UUID tenant, UUID run, int most) {
        return statements.list("""
                        select count(*) from (
                            select from playbook_step where tenant_id = ? and run_id = ? limit ?) as steps
                        """, row -> row.getInt(1), tenant, run, most).getFirst();
    }

    /// A step that has ended, and what it told.
    record Ended(String name, StepState state, JsonNode output) {}

    /// Those of some scopes, the first first.
    List<Ended> ended(UUID tenant, UUID run, Collection<String> scopes) {
        return statements.list(
                """
                select name, state, output::text as output from playbook_step
                where tenant_id = ? and run_id = ? and scope = any(?) and state not in ('Ready', 'Waiting')
                order by start_ticks, scope, name
                """,
                row -> new Ended(
                        row.getString("name"),
                        StepState.valueOf(row.getString("state")),
                        tree(row.getString("output"))),
                tenant,
                run,
                scopes.toArray(String[]::new));
    }

    /// How the branches of a group ended.
    record Branches(long all, long failed) {}

    /// @param group its scope and name, and a dot
    Branches branches(UUID tenant, UUID run, String group) {
        return statements
                .list(
                        """
                        select count(distinct branch) as everything, count(distinct branch) filter (where unhandled) as failed
                        from (select split_part(substr(scope, ?), '/', 1) as branch, unhandled from playbook_step
                            where tenant_id = ? and run_id = ? and starts_with(scope, ?)) as inside
                        """,
                        row -> new Branches(row.getLong("everything"), row.getLong("failed")),
                        group.length() + 1,
                        tenant,
                        run,
                        group)
                .getFirst();
    }

    boolean isOpen(UUID tenant, UUID run) {
        return statements.list("""
                        select exists (select from playbook_step
                            where tenant_id = ? and run_id = ? and state in ('Ready', 'Waiting'))
                        """, row -> row.getBoolean(1), tenant, run).getFirst();
    }

    /// Why its trunk came to no good end.
    Optional<String> failure(UUID tenant, UUID run) {
        return statements.list("""
                        select case when state = 'Succeeded' then error else 'Step ' || name || ' ended as ' || state end as why
                        from playbook_step where tenant_id = ? and run_id = ? and scope = '' and unhandled
                        order by start_ticks, name limit 1
                        """, row -> row.getString("why"), tenant, run).stream()
                .findFirst();
    }

    /// Notes what went wrong with one that is tried again.
    void note(UUID tenant, UUID run, UUID step, String error) {
        statements.update("""
                update playbook_step set error = ? where tenant_id = ? and run_id = ? and id = ? and state in ('Ready', 'Waiting')
                """, error, tenant, run, step);
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
                        stored(input),
                        pause == null ? null : pause.toMillis(),
                        pause == null ? null : pause.toMillis(),
                        tenant,
                        run,
                        step)
                == 1;
    }

    /// Notes that it waits for an investigation.
    boolean awaitInvestigation(UUID tenant, UUID run, UUID step, long investigation, JsonNode input) {
        return statements.update("""
                update playbook_step set state = 'Waiting', investigation_id = ?, input = cast(? as jsonb), attempts = attempts + 1
                where tenant_id = ? and run_id = ? and id = ? and state = 'Ready'
                """, investigation, stored(input), tenant, run, step) == 1;
    }

    /// How an investigation stands, and how many of its entities were judged how.
    record Investigated(String state, String details, boolean isOpen, Map<String, Long> verdicts) {

        private static final Set<String> WELL =
                Set.of("Benign", "SuccessfullyRemediated", "PartiallyRemediated", "PartiallyInvestigated");

        /// Whether it came to an end of its own.
        boolean isWell() {
            return WELL.contains(state);
        }
    }

    Optional<Investigated> investigated(UUID tenant, Long investigation) {
        return statements
                .list(
                        """
                        select i.state, i.status_details, i.end_ticks is null as open,
                            count(e.verdict) filter (where e.verdict = 'Malicious') as malicious,
                            count(e.verdict) filter (where e.verdict = 'Suspicious') as suspicious,
                            count(e.verdict) filter (where e.verdict = 'NoThreatsFound') as harmless,
                            count(e.verdict) filter (where e.verdict = 'NotExamined') as unknown
                        from investigation i left join investigation_entity e
                            on e.tenant_id = i.tenant_id and e.investigation_id = i.id and i.end_ticks is not null
                        where i.tenant_id = ? and i.id = ? group by i.tenant_id, i.id
                        """,
                        row -> {
                            var verdicts = new LinkedHashMap<String, Long>();
                            verdicts.put("Malicious", row.getLong("malicious"));
                            verdicts.put("Suspicious", row.getLong("suspicious"));
                            verdicts.put("NoThreatsFound", row.getLong("harmless"));
                            verdicts.put("NotExamined", row.getLong("unknown"));
                            return new Investigated(
                                    row.getString("state"),
                                    row.getString("status_details"),
                                    row.getBoolean("open"),
                                    verdicts);
                        },
                        tenant,
                        investigation)
                .stream()
                .findFirst();
    }

    /// A command of a live response.
    ///
    /// @param blob its result, when that is there whole, else null
    record Command(int index, String type, String status, List<String> errors, UUID blob, Long size) {}

    List<Command> commands(UUID tenant, UUID action) {
        return statements.list(
                """
                select c.position, c.type, c.status, c.errors, f.blob_id, f.size
                from machine_action_command c left join action_file f on f.tenant_id = c.tenant_id
                    and f.action_id = c.action_id and f.part = c.position::text and f.received = f.size
                where c.tenant_id = ? and c.action_id = ? order by c.position
                """,
                row -> new Command(
                        row.getInt("position"),
                        row.getString("type"),
                        row.getString("status"),
                        Statements.strings(row, "errors"),
                        row.getObject("blob_id", UUID.class),
                        Statements.number(row, "size")),
                tenant,
                action);
    }

    /// Notes that a call is about to be made, or has to be made again.
    void attempt(UUID tenant, UUID run, UUID step, JsonNode input, Duration pause) {
        statements.update("""
                update playbook_step set attempts = attempts + 1, input = cast(? as jsonb),
                    due = now() + ? * interval '1 millisecond'
                where tenant_id = ? and run_id = ? and id = ? and state = 'Ready'
                """, stored(input), pause.toMillis(), tenant, run, step);
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
                        stored(input),
                        stored(output),
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
    record Asked(
            UUID run,
            UUID id,
            String name,
            int version,
            UUID playbook,
            String startedBy,
            boolean fourEyes,
            List<String> approvedBy) {}

    /// The approval of this id that waits, and nobody else decides it until the transaction ends.
    Optional<Asked> asked(UUID tenant, UUID run, UUID step) {
        // The run first, as those who take it on and end it do.
        statements.list(
                "select 1 from playbook_run where tenant_id = ? and id = ? for no key update", row -> 1, tenant, run);
        return statements
                .list(
                        """
                        select s.run_id, s.id, s.name, s.approved_by, r.version, r.playbook_id, r.started_by,
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
                                row.getBoolean("four_eyes"),
                                Statements.strings(row, "approved_by")),
                        tenant,
                        run,
                        step)
                .stream()
                .findFirst();
    }

    void approve(UUID tenant, UUID run, UUID step, String by) {
        statements.update(
                "update playbook_step set approved_by = array_append(approved_by, ?) where tenant_id = ? and run_id = ? and id = ?",
                by,
                tenant,
                run,
                step);
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

    /// What whoever reads what its steps told must be allowed to read: what one finds goes on in others.
    Set<Permission> shown(UUID tenant, UUID run) {
        var shown = EnumSet.noneOf(Permission.class);
        statements
                .list(
                        "select distinct type, input ->> 'kind' as kind from playbook_step where tenant_id = ? and run_id = ?",
                        row -> StepType.valueOf(row.getString("type")).shows(row.getString("kind")),
                        tenant,
                        run)
                .forEach(shown::addAll);
        return shown;
    }

    /// Steps as they began, some of them.
    List<StepView> views(UUID tenant, UUID run, int most, int skip) {
        return statements.list(
                """
                select id, scope || name as path, type, state, start_ticks, end_ticks, deadline, attempts,
                    input::text as input, output::text as output, error, approved_by, decided_by, comment
                from playbook_step where tenant_id = ? and run_id = ? order by start_ticks, scope, name limit ? offset ?
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
                        Statements.strings(row, "approved_by"),
                        row.getString("decided_by"),
                        row.getString("comment")),
                tenant,
                run,
                most,
                skip);
    }

    /// What was found, and how many there are.
    record Found(List<String> values, long total) {}

    Found machines(UUID tenant, String kind, String value, int most) {
        return found("""
                from entity_sighting s join machine m on m.tenant_id = s.tenant_id and m.id = s.machine_id
                where s.tenant_id = ? and s.kind = ? and s.value = lower(?)
                """, "s.machine_id", "s.machine_id", most, tenant, kind, value);
    }

    /// The machines of the alerts of an incident, as it is now.
    ///
    /// @param key its number, or the id of an alert in it, whose own machine is found although it is in none yet
    Found machinesOfIncident(UUID tenant, String key, int most) {
        Long number = key.matches("[0-9]{1,18}")
                ? Long.valueOf(key)
                : statements
                        .list(
                                "select incident_id from alert where tenant_id = ? and id = ? and incident_id is not null",
                                row -> row.getLong(1),
                                tenant,
                                key)
                        .stream()
                        .findFirst()
                        .orElse(null);
        return found("""
                from machine m where m.tenant_id = ? and m.id in (select a.machine_id from alert a where a.tenant_id = ?
                    and (a.id = ? or a.incident_id = coalesce((select i.redirect_incident_id from incident i
                        where i.tenant_id = ? and i.incident_id = ?), ?)))
                """, "m.id", "m.id", most, tenant, tenant, key, tenant, number, number);
    }

    /// @param except only alerts that are older than this one, so that of two that look for each other one is found
    Found openAlerts(UUID tenant, String title, String machine, String except, int most) {
        return found("""
                from alert where tenant_id = ? and title = ? and status <> 'Resolved'
                  and (cast(? as text) is null or machine_id = ?)
                  and (cast(? as text) is null or (alert_creation_ticks, id) < (
                      select o.alert_creation_ticks, o.id from alert o where o.tenant_id = alert.tenant_id and o.id = ?))
                """, "id", "alert_creation_ticks, id", most, tenant, title, machine, machine, except, except);
    }

    private Found found(String from, String column, String order, int most, Object... parameters) {
        Object[] page = Arrays.copyOf(parameters, parameters.length + 1);
        page[parameters.length] = most;
        List<String> values = statements.list(
                "select " + column + " " + from + " order by " + order + " limit ?", row -> row.getString(1), page);
        long total = values.size() < most
                ? values.size()
                : statements
                        .list("select count(*) " + from, row -> row.getLong(1), parameters)
                        .getFirst();
        return new Found(values, total);
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

    /// The database keeps no NUL.
    private static String stored(JsonNode node) {
        return node == null ? null : NUL.matcher(node.toString()).replaceAll("$1");
    }

    private JsonNode tree(String text) {
        try {
            return text == null ? null : json.readTree(text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the database made broken JSON", impossible);
        }
    }
}
