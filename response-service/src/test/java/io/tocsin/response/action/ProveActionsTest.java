package io.tocsin.response.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.testkit.TestPostgres;
import io.tocsin.wire.WireTime;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Random interleavings of what callers, agents, the deadline job, crashes and the clock do to the actions of a
/// machine,
/// on the statements and the database the service has, held after every step against a model that knows nothing of
/// SQL.
/// Some steps are two at once, and must come out as if one had been first. Full size: `make prove-actions`.
class ProveActionsTest {

    private static final int INTERLEAVINGS = Integer.getInteger("tocsin.prove.actions", 250);
    private static final long SEED = Long.getLong("tocsin.prove.seed", 20261129L);
    private static final int MOST_LIVE = 2;
    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final Duration DAYS = Duration.ofDays(3);
    private static final ActionRepository.Patience PATIENCE = new ActionRepository.Patience(LEASE, LEASE, DAYS);
    private static final long FOUR_DAYS = Duration.ofDays(4).toSeconds() * 10_000_000; // in ticks
    private static final UUID TENANT = UUID.fromString("7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10");
    private static final List<ActionKind> KINDS =
            List.of(ActionKind.Isolate, ActionKind.Unisolate, ActionKind.RunAntiVirusScan, ActionKind.LiveResponse);

    private static TestPostgres postgres;
    private static ExecutorService both;
    private static ProofLine first;
    private static ProofLine second;

    private final Map<String, Integer> steps = new TreeMap<>();
    private int pairs;
    private int crashes;

    @BeforeAll
    static void start() throws SQLException {
        postgres = TestPostgres.start();
        both = Executors.newFixedThreadPool(2);
        first = ProofLine.to(postgres);
        second = ProofLine.to(postgres);
    }

    @AfterAll
    static void stop() throws SQLException {
        both.shutdown();
        first.connection().close();
        second.connection().close();
        postgres.close();
    }

    /// What the model knows of an action.
    private static final class Known {
        private final ActionKind kind;
        private ActionStatus status = ActionStatus.Pending;
        private ActionStatus late;
        private ActionStatus met;
        private boolean told;
        private boolean leaseOver;
        private boolean deadlineOver;
        private final List<String> leases = new ArrayList<>();

        private Known(ActionKind kind) {
            this.kind = kind;
        }

        private Known copy() {
            var copy = new Known(kind);
            copy.status = status;
            copy.late = late;
            copy.met = met;
            copy.told = told;
            copy.leaseOver = leaseOver;
            copy.deadlineOver = deadlineOver;
            copy.leases.addAll(leases);
            return copy;
        }

        private String shown() {
            return kind + " " + status + " late=" + late + " met=" + met + " told=" + told + " deliveries="
                    + leases.size();
        }
    }

    /// A step: the same on the database and in the model; what it answers is compared.
    private interface Step {
        String name();

        String onDatabase(ProofLine line) throws SQLException;

        String inModel(Map<UUID, Known> model);

        /// The action it is about, if it is about one.
        default UUID id() {
            return null;
        }
    }

    private record Submit(String machine, UUID id, ActionKind kind) implements Step {
        @Override
        public String name() {
            return "submit";
        }

        @Override
        public String onDatabase(ProofLine line) {
            return "won="
                    + line.actions()
                            .submit(
                                    new ActionRepository.New(
                                            TENANT,
                                            id,
                                            kind,
                                            kind.lane(),
                                            "app",
                                            null,
                                            null,
                                            null,
                                            ActionRequest.WITHOUT_BODY,
                                            machine,
                                            null),
                                    WireTime.now(),
                                    DAYS)
                            .isPresent();
        }

        @Override
        public String inModel(Map<UUID, Known> model) {
            boolean taken = model.values().stream()
                    .anyMatch(other ->
                            !other.status.isFinal() && other.kind.lane().equals(kind.lane()));
            if (!taken) {
                model.put(id, new Known(kind));
            }
            return "won=" + !taken;
        }
    }

    /// @param alone whether the machine asks alone; among others it gets no live response
    /// @param leases what the database gave, by action: the model takes it over
    /// @param heard what it told of
    private record Deliver(String machine, boolean alone, Map<UUID, String> leases, Set<UUID> heard) implements Step {
        @Override
        public String name() {
            return alone ? "deliver" : "deliver to many";
        }

        @Override
        public String onDatabase(ProofLine line) {
            leases.clear();
            heard.clear();
            Set<String> shown = new HashSet<>();
            List<String> machines = alone ? List.of(machine) : List.of("another", machine);
            for (var it : line.actions().deliver(TENANT, machines, alone ? MOST_LIVE : 0, PATIENCE, WireTime.now())) {
                assertThat(it.machineId()).isEqualTo(machine);
                if (it.action() == null) {
                    shown.add("told " + it.id());
                    heard.add(UUID.fromString(it.id()));
                } else {
                    shown.add("given " + it.id() + " again=" + it.again());
                    leases.put(UUID.fromString(it.id()), it.action().leaseId());
                }
            }
            return shown.stream().sorted().toList().toString();
        }

        @Override
        public String inModel(Map<UUID, Known> model) {
            return inModel(model, Set.of());
        }

        /// @param locked what somebody else has in hands just now: it is there at the next look
        private String inModel(Map<UUID, Known> model, Set<UUID> locked) {
            List<String> shown = new ArrayList<>();
            model.forEach((id, it) -> {
                if (locked.contains(id)) {
                    return;
                }
                if (it.met == ActionStatus.InProgress && !it.told && it.late == null) {
                    it.told = true;
                    shown.add("told " + id);
                }
                boolean free =
                        it.status == ActionStatus.Pending || it.status == ActionStatus.InProgress && it.leaseOver;
                boolean counted = it.kind == ActionKind.LiveResponse;
                if (free && !it.deadlineOver && (alone || !counted)) {
                    shown.add("given " + id + " again=" + !it.leases.isEmpty());
                    it.status = it.status.on(ActionStatus.Event.DELIVER).next();
                    it.leaseOver = false;
                    it.leases.add(Objects.requireNonNullElse(leases.get(id), "none"));
                }
            });
            return shown.stream().sorted().toList().toString();
        }
    }

    /// An agent is gone before it could be told: of this lease, or that this action was cancelled.
    private record GiveBack(String machine, UUID id, String lease) implements Step {
        @Override
        public String name() {
            return "give back";
        }

        @Override
        public String onDatabase(ProofLine line) {
            var action =
                    new DeliveredAction(id.toString(), "any", null, null, lease, WireTime.now(), null, null, List.of());
            line.actions()
                    .giveBack(
                            TENANT,
                            machine,
                            lease == null
                                    ? new Delivered(List.of(), List.of(id.toString()))
                                    : new Delivered(List.of(action), List.of()),
                            DAYS);
            return "";
        }

        @Override
        public String inModel(Map<UUID, Known> model) {
            Known it = model.get(id);
            if (lease == null) {
                it.told &= it.met != ActionStatus.InProgress || it.late != null;
            } else if (it.status == ActionStatus.InProgress
                    && it.leases.getLast().equals(lease)) {
                it.leaseOver = true;
            }
            return "";
        }
    }

    private record Report(String machine, UUID id, String lease, ActionStatus says) implements Step {
        @Override
        public String name() {
            return "report";
        }

        @Override
        public String onDatabase(ProofLine line) {
            boolean won = line.actions().report(TENANT, machine, id, lease, says, 0, "m", WireTime.now());
            boolean beside = !won && line.actions().keepBeside(TENANT, machine, id, lease, says, "m", WireTime.now());
            return "won=" + won + " beside=" + beside;
        }

        @Override
        public String inModel(Map<UUID, Known> model) {
            Known it = model.get(id);
            boolean mine = it.leases.contains(lease);
            var event = says == ActionStatus.Succeeded
                    ? ActionStatus.Event.REPORT_SUCCESS
                    : ActionStatus.Event.REPORT_FAILURE;
            var outcome = it.status.on(event);
            boolean won = mine && outcome.effect() == ActionStatus.Effect.MOVES;
            boolean beside = mine && outcome.effect() == ActionStatus.Effect.KEPT_BESIDE && it.late == null;
            if (won) {
                it.status = outcome.next();
            }
            if (beside) {
                it.late = says;
                it.told = true;
            }
            return "won=" + won + " beside=" + beside;
        }
    }

    private record Cancel(UUID id) implements Step {
        @Override
        public String name() {
            return "cancel";
        }

        @Override
        public String onDatabase(ProofLine line) {
            return line.actions().cancel(TENANT, id, "p", null, WireTime.now()).toString();
        }

        @Override
        public String inModel(Map<UUID, Known> model) {
            Known it = model.get(id);
            if (it.status.on(ActionStatus.Event.CANCEL).effect() != ActionStatus.Effect.MOVES) {
                return Optional.empty().toString();
            }
            it.met = it.status;
            it.status = ActionStatus.Cancelled;
            return Optional.of(it.met).toString();
        }
    }

    private record Expire() implements Step {
        @Override
        public String name() {
            return "deadline job";
        }

        @Override
        public String onDatabase(ProofLine line) {
            return "ended=" + line.actions().timeOut(WireTime.now(), 1_000);
        }

        @Override
        public String inModel(Map<UUID, Known> model) {
            return inModel(model, Set.of());
        }

        /// @param locked what somebody else has in hands just now: its end is at the next look
        private String inModel(Map<UUID, Known> model, Set<UUID> locked) {
            List<Known> late = model.entrySet().stream()
                    .filter(it -> !locked.contains(it.getKey()))
                    .map(Map.Entry::getValue)
                    .filter(it -> it.deadlineOver && !it.status.isFinal())
                    .toList();
            late.forEach(it -> {
                it.met = it.status;
                it.status = it.status.on(ActionStatus.Event.EXPIRE).next();
            });
            return "ended=" + late.size();
        }
    }

    /// The clock jumps: over leases, or over deadlines too.
    private record Jump(String machine, boolean overDeadlines) implements Step {
        @Override
        public String name() {
            return overDeadlines ? "jump over the deadline" : "jump over the lease";
        }

        @Override
        public String onDatabase(ProofLine line) {
            line.statements()
                    .update(
                            "update machine_action set lease_expires_at = lease_expires_at - interval '1 hour',"
                                    + " deadline = deadline - ? * interval '4 days', creation_ticks = creation_ticks - ?"
                                    + " where tenant_id = ? and machine_id = ? and status in ('Pending', 'InProgress')",
                            overDeadlines ? 1 : 0,
                            overDeadlines ? FOUR_DAYS : 0,
                            TENANT,
                            machine);
            return "";
        }

        @Override
        public String inModel(Map<UUID, Known> model) {
            model.values().stream().filter(it -> !it.status.isFinal()).forEach(it -> {
                it.leaseOver = true;
                it.deadlineOver |= overDeadlines;
            });
            return "";
        }
    }

    @Test
    void shouldEndEveryActionOnceAndHonestlyWhateverHappensInWhateverOrder() throws Exception {
        for (int n = 0; n < INTERLEAVINGS; n++) {
            interleave(n, new Random(SEED + n));
        }
        System.out.println("actions: " + INTERLEAVINGS + " interleavings from seed " + SEED + ", " + steps + ", "
                + pairs + " pairs at once, " + crashes + " crashes before a commit");
    }

    @Test
    void shouldEndNoMoreAtOnceThanItIsTold() throws SQLException {
        first.statements().update("insert into machine (tenant_id, id) values (?, 'late')", TENANT);
        for (ActionKind kind : List.of(ActionKind.Isolate, ActionKind.RunAntiVirusScan, ActionKind.LiveResponse)) {
            new Submit("late", UUID.randomUUID(), kind).onDatabase(first);
        }
        new Jump("late", true).onDatabase(first);

        assertThat(first.actions().timeOut(WireTime.now(), 2)).isEqualTo(2);
        assertThat(first.actions().timeOut(WireTime.now(), 2)).isEqualTo(1);
        assertThat(first.actions().timeOut(WireTime.now(), 2)).isZero();
        first.connection().rollback();
    }

    private void interleave(int n, Random random) throws Exception {
        String machine = "m" + n;
        first.statements().update("insert into machine (tenant_id, id) values (?, ?)", TENANT, machine);
        first.connection().commit();
        Map<UUID, Known> model = new LinkedHashMap<>();
        int length = 6 + random.nextInt(14);
        for (int i = 0; i < length; i++) {
            Step step = step(machine, model, random);
            String at = "interleaving " + n + ", step " + i + ": " + step;
            int fate = random.nextInt(10);
            if (fate == 0) { // it dies before it commits: nothing happened
                step.onDatabase(first);
                first.connection().rollback();
                crashes++;
            } else if (fate < 4 && !(step instanceof Submit || step instanceof Jump)) {
                atOnce(at, machine, step, step(machine, model, random), model);
            } else {
                String answer = step.onDatabase(first);
                first.connection().commit();
                assertThat(answer).as(at).isEqualTo(step.inModel(model));
            }
            steps.merge(step.name(), 1, Integer::sum);
            assertThat(database(machine)).as(at).isEqualTo(shown(model));
        }
        new Jump(machine, true).onDatabase(first);
        new Expire().onDatabase(first);
        first.connection().commit();
        assertThat(database(machine).values())
                .as("nothing is stuck after interleaving " + n)
                .noneMatch(it -> it.matches("\\w+ (Pending|InProgress) .*"));
        first.statements().update("delete from machine_action where tenant_id = ? and machine_id = ?", TENANT, machine);
        first.statements().update("delete from machine where tenant_id = ? and id = ?", TENANT, machine);
        first.connection().commit();
    }

    /// Two at once come out as if one had been first; who fetches work passes over what the other has in hands.
    private void atOnce(String at, String machine, Step one, Step other, Map<UUID, Known> model) throws Exception {
        if (other instanceof Jump) {
            return;
        }
        pairs++;
        if (one instanceof Deliver mine && other instanceof Deliver his) {
            bothDeliver(at, mine, his, model);
            return;
        }
        var oneDone = CompletableFuture.supplyAsync(() -> committed(one, first), both);
        var otherDone = CompletableFuture.supplyAsync(() -> committed(other, second), both);
        String answers = oneDone.get() + " | " + otherDone.get();
        var could = new ArrayList<Outcome>();
        Map<UUID, Known> oneFirst = copy(model);
        could.add(new Outcome(one.inModel(oneFirst) + " | " + other.inModel(oneFirst), oneFirst));
        Map<UUID, Known> otherFirst = copy(model);
        String otherAnswer = other.inModel(otherFirst);
        could.add(new Outcome(one.inModel(otherFirst) + " | " + otherAnswer, otherFirst));
        if (one instanceof Expire && other instanceof Expire) { // each ends what the other has not in hands
            Map<UUID, Known> ended = copy(model);
            int all = Integer.parseInt(new Expire().inModel(ended).substring("ended=".length()));
            for (int i = 0; i <= all; i++) {
                could.add(new Outcome("ended=" + i + " | ended=" + (all - i), ended));
            }
        }
        Map<UUID, Known> passed = copy(model);
        if (one instanceof Expire expire && other.id() != null) {
            could.add(new Outcome(expire.inModel(passed, Set.of(other.id())) + " | " + other.inModel(passed), passed));
        }
        if (other instanceof Expire expire && one.id() != null) {
            could.add(new Outcome(one.inModel(passed) + " | " + expire.inModel(passed, Set.of(one.id())), passed));
        }
        if (one instanceof Deliver deliver && other.id() != null) {
            could.add(new Outcome(deliver.inModel(passed, Set.of(other.id())) + " | " + other.inModel(passed), passed));
        }
        if (other instanceof Deliver deliver && one.id() != null) {
            could.add(new Outcome(one.inModel(passed) + " | " + deliver.inModel(passed, Set.of(one.id())), passed));
        }
        var is = answers + " " + database(machine);
        assertThat(could)
                .extracting(it -> it.answers() + " " + shown(it.model()))
                .as(at + " at once with " + other)
                .contains(is);
        model.clear();
        could.stream()
                .filter(it -> is.equals(it.answers() + " " + shown(it.model())))
                .findFirst()
                .ifPresent(it -> model.putAll(it.model()));
    }

    private record Outcome(String answers, Map<UUID, Known> model) {}

    /// Two connections of one agent: each action is given to one of them at most, and to one if neither held it up.
    private void bothDeliver(String at, Deliver mine, Deliver his, Map<UUID, Known> model) throws Exception {
        var mineDone = CompletableFuture.supplyAsync(() -> committed(mine, first), both);
        var hisDone = CompletableFuture.supplyAsync(() -> committed(his, second), both);
        mineDone.get();
        hisDone.get();
        String as = at + " at once with " + his;
        assertThat(Collections.disjoint(mine.leases().keySet(), his.leases().keySet()))
                .as(as)
                .isTrue();
        assertThat(Collections.disjoint(mine.heard(), his.heard())).as(as).isTrue();
        var together = new Deliver(mine.machine(), mine.alone() || his.alone(), new LinkedHashMap<>(), new HashSet<>());
        for (Deliver one : List.of(mine, his)) {
            together.leases().putAll(one.leases());
            together.heard().addAll(one.heard());
        }
        var shown = new ArrayList<String>();
        together.leases().keySet().forEach(id -> shown.add("given " + id));
        together.heard().forEach(id -> shown.add("told " + id));
        assertThat(together.inModel(model).replaceAll(" again=\\w+", ""))
                .as(as)
                .isEqualTo(shown.stream().sorted().toList().toString());
    }

    private static String committed(Step step, ProofLine line) {
        try {
            String answer = step.onDatabase(line);
            line.connection().commit();
            return answer;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static Step step(String machine, Map<UUID, Known> model, Random random) {
        List<UUID> ids = List.copyOf(model.keySet());
        int choice = random.nextInt(ids.isEmpty() ? 4 : 22);
        if (choice < 4) {
            return new Submit(
                    machine, new UUID(random.nextLong(), random.nextLong()), KINDS.get(random.nextInt(KINDS.size())));
        }
        if (choice < 9) {
            return new Deliver(machine, random.nextInt(3) > 0, new LinkedHashMap<>(), new HashSet<>());
        }
        if (choice < 11) {
            return new Expire();
        }
        if (choice < 13) {
            return new Jump(machine, random.nextInt(4) == 0);
        }
        UUID id = ids.get(random.nextInt(ids.size()));
        if (choice < 15) {
            return new Cancel(id);
        }
        List<String> leases = model.get(id).leases;
        if (choice == 15) {
            return new GiveBack(machine, id, leases.isEmpty() || random.nextBoolean() ? null : leases.getLast());
        }
        String lease = leases.isEmpty() || random.nextInt(8) == 0
                ? new UUID(random.nextLong(), random.nextLong()).toString()
                : leases.get(random.nextInt(
                        leases.size())); // also an earlier one: the agent was slow, or died and came back
        return new Report(machine, id, lease, random.nextInt(3) == 0 ? ActionStatus.Failed : ActionStatus.Succeeded);
    }

    private static Map<UUID, Known> copy(Map<UUID, Known> model) {
        Map<UUID, Known> copy = new LinkedHashMap<>();
        model.forEach((id, it) -> copy.put(id, it.copy()));
        return copy;
    }

    private static Map<String, String> shown(Map<UUID, Known> model) {
        Map<String, String> shown = new TreeMap<>();
        model.forEach((id, it) -> shown.put(id.toString(), it.shown()));
        return shown;
    }

    private static Map<String, String> database(String machine) throws SQLException {
        Map<String, String> shown = new TreeMap<>();
        first.statements()
                .list(
                        "select id, type, status, late_status, cancelled_in, cancel_told, deliveries from machine_action"
                                + " where tenant_id = ? and machine_id = ?",
                        row -> shown.put(
                                row.getString("id"),
                                row.getString("type") + " " + row.getString("status") + " late="
                                        + row.getString("late_status") + " met=" + row.getString("cancelled_in")
                                        + " told=" + row.getBoolean("cancel_told") + " deliveries="
                                        + row.getInt("deliveries")),
                        TENANT,
                        machine);
        first.connection().commit();
        return shown;
    }
}
