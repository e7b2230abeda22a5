package io.tocsin.response.action;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tocsin.audit.Audit;
import io.tocsin.db.Statements;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.identity.Permission;
import io.tocsin.response.file.FileConfig;
import io.tocsin.response.file.ProofBlobs;
import io.tocsin.testkit.TestPostgres;
import io.tocsin.wire.ProblemException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What the service says of its actions, held against what an agent has really carried out: random interleavings of
/// callers, the deadline job, the clock and an agent that follows the protocol, with commands and uploads, over a
/// connection that loses requests and answers, while agent and service die now and then; some requests two at once.
/// Unlike [ProveActionsTest] it plays the service's own methods, with their audit and feed. Full size: `make
/// prove-actions`.
class ProveExecutionsTest {

    private static final int INTERLEAVINGS = Integer.getInteger("tocsin.prove.actions", 150);
    private static final long SEED = Long.getLong("tocsin.prove.seed", 20261129L);
    private static final long FOUR_DAYS = Duration.ofDays(4).toSeconds() * 10_000_000; // in ticks
    private static final List<ActionKind> KINDS = List.of(
            ActionKind.Isolate,
            ActionKind.RunAntiVirusScan,
            ActionKind.CollectInvestigationPackage,
            ActionKind.LiveResponse);

    private static TestPostgres postgres;
    private static ExecutorService both;
    private static ProofLine first;
    private static ProofLine second;
    private static ActionService one;
    private static ActionService other;

    private final Map<String, Integer> seen = new TreeMap<>();

    private UUID tenant;
    private String machine;
    private Caller caller;
    private ProofAgent agent;
    private Random random;
    private List<UUID> actions;
    private boolean forgetful;

    @BeforeAll
    static void start() throws SQLException {
        postgres = TestPostgres.start();
        both = Executors.newFixedThreadPool(2);
        first = ProofLine.to(postgres);
        second = ProofLine.to(postgres);
        one = service(first);
        other = service(second);
    }

    @AfterAll
    static void stop() throws SQLException {
        both.shutdown();
        first.connection().close();
        second.connection().close();
        postgres.close();
    }

    private static ActionService service(ProofLine line) {
        Statements statements = line.statements();
        var defaults = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(ActionConfig.class)
                .withMapping(FileConfig.class)
                .build();
        return new ActionService(
                line.actions(),
                new ActionFiles(statements, ProofBlobs.in(statements), defaults.getConfigMapping(FileConfig.class)),
                null,
                null,
                null,
                null,
                new DeviceScopes(statements),
                defaults.getConfigMapping(ActionConfig.class),
                new Audit("response-service", statements, new ObjectMapper(), null),
                new ActionMeters(new SimpleMeterRegistry()));
    }

    /// What happens to a request.
    private enum Fate {
        ARRIVES,
        NEVER_ARRIVES,
        SERVICE_DIES,
        ANSWER_IS_LOST
    }

    @Test
    void shouldSayWhatWasCarriedOutWhateverIsLost() throws Exception {
        for (int n = 0; n < INTERLEAVINGS; n++) {
            begin(n);
            int length = 20 + random.nextInt(60);
            for (int i = 0; i < length; i++) {
                step();
                holds("interleaving " + n + ", step " + i);
            }
            end("interleaving " + n);
        }
        System.out.println("executions: " + INTERLEAVINGS + " interleavings from seed " + SEED + ", " + seen);
    }

    private void begin(int n) throws SQLException {
        random = new Random(SEED + n);
        tenant = new UUID(random.nextLong(), random.nextLong());
        machine = "m" + n;
        caller = new Caller(tenant, "app", "app", false, EnumSet.allOf(Permission.class), Set.of());
        agent = new ProofAgent(tenant, machine, random);
        actions = new ArrayList<>();
        forgetful = n % 4 == 3;
        first.statements()
                .update(
                        "insert into machine (tenant_id, id, onboarding_status) values (?, ?, 'Onboarded')",
                        tenant,
                        machine);
        first.connection().commit();
    }

    private void step() throws Exception {
        Fate fate = random.nextInt(3) > 0 ? Fate.ARRIVES : Fate.values()[random.nextInt(Fate.values().length)];
        switch (random.nextInt(14)) {
            case 0, 1 -> submit();
            case 2 -> {
                if (forgetful && random.nextInt(3) == 0) {
                    agent.forgets();
                    jump(false);
                    count("the agent lost its disk");
                } else {
                    agent.dies();
                    count("the agent died");
                }
            }
            case 3 -> jump(random.nextInt(6) == 0);
            case 4 -> ask(first, one, cancel(), Fate.ARRIVES);
            case 5 -> ask(first, one, Optional.of(this::expire), fate);
            case 6, 7 -> ask(first, one, Optional.of(deliver(fate)), fate);
            case 8, 9 -> atOnce();
            default -> ask(first, one, agent.next(), fate);
        }
    }

    private void count(String what) {
        seen.merge(what, 1, Integer::sum);
    }

    private void submit() throws SQLException {
        ActionKind kind = KINDS.get(random.nextInt(KINDS.size()));
        List<ActionRepository.NewCommand> commands = kind != ActionKind.LiveResponse
                ? List.of()
                : IntStream.rangeClosed(0, random.nextInt(3))
                        .mapToObj(i -> new LiveCommand("GetFile", List.of(new LiveCommand.Parameter("Path", "/f" + i))))
                        .map(command -> new ActionRepository.NewCommand(command, null, null))
                        .toList();
        try {
            actions.add(UUID.fromString(one.submit(caller, kind, ProofMachine.of(machine), REQUEST, null, commands)
                    .id()));
            first.connection().commit();
            count("asked for");
        } catch (ProblemException laneIsTaken) {
            first.connection().rollback();
        }
    }

    private static final ActionRequest REQUEST = new ActionRequest("why", null, "Quick", null, null, null);

    private ProofAgent.Request deliver(Fate fate) {
        return service -> {
            Delivered delivered = service.deliver(tenant, machine);
            if (fate == Fate.ANSWER_IS_LOST && random.nextBoolean()) { // it is noticed
                service.giveBack(tenant, machine, delivered);
            }
            return () -> agent.hears(delivered);
        };
    }

    private Optional<ProofAgent.Request> cancel() {
        if (actions.isEmpty()) {
            return Optional.empty();
        }
        UUID id = actions.get(random.nextInt(actions.size()));
        return Optional.of(new ProofAgent.Request() {
            @Override
            public Runnable on(ActionService service) {
                service.cancel(caller, id, "p");
                return () -> count("cancelled");
            }

            @Override
            public void refused() {
                // it had ended
            }
        });
    }

    private Runnable expire(ActionService service) {
        int ended = service.timeOut(1_000);
        return () -> seen.merge("timed out", ended, Integer::sum);
    }

    private void jump(boolean overDeadlines) throws SQLException {
        first.statements()
                .update(
                        "update machine_action set lease_expires_at = lease_expires_at - interval '1 hour',"
                                + " deadline = deadline - ? * interval '4 days', creation_ticks = creation_ticks - ?"
                                + " where tenant_id = ? and status in ('Pending', 'InProgress')",
                        overDeadlines ? 1 : 0,
                        overDeadlines ? FOUR_DAYS : 0,
                        tenant);
        first.connection().commit();
        count("the clock jumped");
    }

    private void ask(ProofLine line, ActionService service, Optional<? extends ProofAgent.Request> request, Fate fate) {
        request.ifPresent(it -> answered(line, service, it, fate).run());
    }

    /// @return what is done about the answer, later
    private Runnable answered(ProofLine line, ActionService service, ProofAgent.Request request, Fate fate) {
        if (fate == Fate.NEVER_ARRIVES) {
            return () -> count("a request was lost");
        }
        try {
            Runnable then = request.on(service);
            if (fate == Fate.SERVICE_DIES) {
                line.connection().rollback();
                return () -> count("the service died");
            }
            line.connection().commit();
            request.taken();
            return fate == Fate.ANSWER_IS_LOST ? () -> count("an answer was lost") : then;
        } catch (ProblemException refusal) {
            try {
                line.connection().rollback();
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
            return fate == Fate.ARRIVES ? request::refused : () -> {};
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// The agent on both of its connections, or the agent and somebody else, in two replicas.
    private void atOnce() throws Exception {
        Optional<ProofAgent.Request> mine = random.nextInt(3) == 0 ? Optional.of(deliver(Fate.ARRIVES)) : agent.next();
        Optional<ProofAgent.Request> theirs = switch (random.nextInt(3)) {
            case 0 -> cancel();
            case 1 -> Optional.of(this::expire);
            default -> Optional.of(deliver(Fate.ARRIVES));
        };
        if (mine.isEmpty() || theirs.isEmpty()) {
            return;
        }
        var mineDone = CompletableFuture.supplyAsync(() -> answered(first, one, mine.get(), Fate.ARRIVES), both);
        var theirsDone = CompletableFuture.supplyAsync(() -> answered(second, other, theirs.get(), Fate.ARRIVES), both);
        List.of(theirsDone.get(), mineDone.get()).forEach(Runnable::run);
        count("two at once");
    }

    /// An action as the database has it.
    private record Row(
            String id,
            String type,
            ActionStatus status,
            String late,
            String met,
            int deliveries,
            List<String> commands,
            int wholeFiles,
            int reported) {}

    private List<Row> rows() {
        return first.statements()
                .list(
                        """
                        select id, type, status, late_status, cancelled_in, deliveries,
                            array(select c.status from machine_action_command c
                                where c.tenant_id = a.tenant_id and c.action_id = a.id order by c.position) as commands,
                            (select count(*) from action_file f
                                where f.tenant_id = a.tenant_id and f.action_id = a.id and f.received = f.size) as files,
                            (reported_lease is not null)::int + cardinality(reported_again) as reported
                        from machine_action a where tenant_id = ?
                        """,
                        row -> new Row(
                                row.getString("id"),
                                row.getString("type"),
                                ActionStatus.valueOf(row.getString("status")),
                                row.getString("late_status"),
                                row.getString("cancelled_in"),
                                row.getInt("deliveries"),
                                List.of((String[]) row.getArray("commands").getArray()),
                                row.getInt("files"),
                                row.getInt("reported")),
                        tenant);
    }

    private void holds(String at) throws SQLException {
        Map<String, Integer> audit =
                counted("select target || ' ' || action, count(*) from audit_entry where tenant_id = ?");
        Map<String, Integer> feed =
                counted("select subject || ' ' || kind, count(*) from response_change where tenant_id = ?");
        List<Row> rows = rows();
        first.connection().commit();
        assertThat(rows).as(at).hasSameSizeAs(actions);
        for (Row it : rows) {
            String as = at + ": " + it + " " + agent.disk.get(UUID.fromString(it.id()));
            boolean reported = it.status() == ActionStatus.Succeeded || it.status() == ActionStatus.Failed;
            assertThat(audit.getOrDefault(it.id() + " action.submit", 0)).as(as).isEqualTo(1);
            assertThat(audit.getOrDefault(it.id() + " action.deliver", 0))
                    .as(as)
                    .isEqualTo(it.deliveries());
            assertThat(audit.getOrDefault(it.id() + " action.cancel", 0))
                    .as(as)
                    .isEqualTo(it.status() == ActionStatus.Cancelled ? 1 : 0);
            assertThat(audit.getOrDefault(it.id() + " action.timeout", 0))
                    .as(as)
                    .isEqualTo(it.status() == ActionStatus.TimeOut ? 1 : 0);
            assertThat(audit.getOrDefault(it.id() + " action.report", 0)).as(as).isEqualTo(reported ? 1 : 0);
            assertThat(audit.getOrDefault(it.id() + " action.report-late", 0))
                    .as(as)
                    .isEqualTo(it.late() == null ? 0 : 1);
            assertThat(feed.getOrDefault(it.id() + " Created", 0)).as(as).isEqualTo(1);
            assertThat(feed.getOrDefault(it.id() + " Updated", 0))
                    .as(as + " told of each change")
                    .isGreaterThanOrEqualTo(
                            it.deliveries() + (it.status().isFinal() ? 1 : 0) + (it.late() == null ? 0 : 1));
            assertThat(it.reported())
                    .as(as + ": each delivery that was reported has left a trace")
                    .isEqualTo(agent.reported.getOrDefault(it.id(), Set.of()).size());
            honest(as, it);
        }
        if (!forgetful) {
            assertThat(agent.carriedOut.values())
                    .as(at + ": nothing is done twice")
                    .allMatch(times -> times == 1);
        }
    }

    private void honest(String as, Row it) {
        boolean live = !it.commands().isEmpty();
        long completed = it.commands().stream().takeWhile("Completed"::equals).count();
        assertThat(it.commands().stream().skip(completed + 1))
                .as(as + ": no command before the one before it is done")
                .allMatch("Created"::equals);
        if (it.status() == ActionStatus.Succeeded) {
            assertThat(live ? completed == it.commands().size() : done(it.id()))
                    .as(as + ": a success was carried out")
                    .isTrue();
            boolean collected = it.type().equals(ActionKind.CollectInvestigationPackage.name());
            assertThat(it.wholeFiles())
                    .as(as)
                    .isGreaterThanOrEqualTo(collected ? 1 : it.commands().size());
        }
        for (int i = 0; i < completed; i++) {
            assertThat(agent.carriedOut).as(as).containsKey(it.id() + " " + i);
        }
        if ("Pending".equals(it.met())) {
            assertThat(done(it.id()))
                    .as(as + ": what was ended before its machine heard of it is not done")
                    .isFalse();
            assertThat(agent.carriedOut).as(as).doesNotContainKey(it.id() + " 0");
        }
        if (it.status().isFinal()) {
            assertThat(it.commands()).as(as).doesNotContain("Executing");
        }
    }

    private boolean done(String id) {
        return agent.carriedOut.containsKey(id);
    }

    private Map<String, Integer> counted(String select) {
        Map<String, Integer> counted = new TreeMap<>();
        first.statements().list(select + " group by 1", row -> counted.put(row.getString(1), row.getInt(2)), tenant);
        return counted;
    }

    /// From here on nothing is lost any more: everything ends, and the agent's last word on each is kept.
    private void end(String at) throws SQLException {
        for (int i = 0; i < 8; i++) {
            jump(false);
            ask(first, one, Optional.of(deliver(Fate.ARRIVES)), Fate.ARRIVES);
            for (int most = 0; most < 500 && !agent.isIdle(); most++) {
                ask(first, one, agent.next(), Fate.ARRIVES);
            }
            assertThat(agent.isIdle())
                    .as(at + ": its agent comes to an end: " + agent.disk)
                    .isTrue();
        }
        jump(true);
        ask(first, one, Optional.of(this::expire), Fate.ARRIVES);
        holds(at + ", in the end");
        for (Row it : rows()) {
            ProofAgent.Memory memory = agent.disk.get(UUID.fromString(it.id()));
            assertThat(it.status().isFinal())
                    .as(at + ": nothing is stuck: " + it)
                    .isTrue();
            int times = agent.carriedOut.getOrDefault(it.id(), 0);
            if (times > 1) {
                count("carried out more than once");
                assertThat(it.deliveries())
                        .as(at + ": what was carried out again was given again: " + it)
                        .isGreaterThan(1);
            }
            if (forgetful) {
                continue;
            }
            if (memory != null) {
                String last = it.late() == null ? it.status().name() : it.late();
                assertThat(last)
                        .as(at + ": " + it + " " + memory)
                        .isEqualTo(memory.outcome().name());
                count((it.late() == null ? "" : it.status() + ", late ") + last);
            } else {
                count(it.status() + ", never begun");
            }
        }
        first.connection().commit();
    }
}
