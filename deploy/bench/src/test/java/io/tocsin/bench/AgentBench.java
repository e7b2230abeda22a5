package io.tocsin.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import io.tocsin.testkit.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// What a fleet of agents costs one replica, how soon it hears of what is to be done, and what happens when the replica
/// goes away, all in one run on one machine that also runs PostgreSQL and the agents: `make bench-agents`.
class AgentBench {

    private static final int AGENTS = Integer.getInteger("tocsin.bench.agents", 10_000);
    private static final int SECONDS = Integer.getInteger("tocsin.bench.seconds", 60);
    private static final int RATE = Integer.getInteger("tocsin.bench.rate", 20);
    private static final int INDICATORS = Integer.getInteger("tocsin.bench.indicators", 4);
    private static final int CHECK_IN = Integer.getInteger("tocsin.bench.check-in", 60);
    private static final boolean PROFILED = Boolean.getBoolean("tocsin.bench.profiled");
    private static final List<String> PARTS =
            List.of(System.getProperty("tocsin.bench.parts", "stream,poll,indicators,fanout,herd,kill")
                    .split(","));

    private static final int CALLERS = 32;

    private static final int MOST_AT_ONCE = 1_000;
    /// Beside what agents wait on: check-ins and reports, the pool, jars, the JVM's own.
    private static final int OTHER_FILES = 3_000;
    private static final Duration MOST = Duration.ofMinutes(5);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SCAN = "{\"Comment\":\"bench\",\"ScanType\":\"Quick\"}";

    /// Connections of callers that go on: one at most for each of them.
    private static final Queue<AgentConnection> KEPT = new ConcurrentLinkedQueue<>();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private final List<String> report = new ArrayList<>();
    private List<Fleet.Member> members;
    private String token;
    private TestIssuer issuer;
    private ServiceProcess service;
    private TestPostgres postgres;
    private StatementProfile profile;

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void shouldSayWhatAFleetCosts() throws Exception {
        requireFiles();
        postgres = TestPostgres.startDurable(folder.resolve("data"), PROFILED ? StatementProfile.settings() : Map.of());
        profile = PROFILED ? StatementProfile.of(postgres) : null;
        issuer = TestIssuer.start();
        token = issuer.sign(issuer.claims()
                .claim("tid", Tokens.TENANT)
                .claim("appid", "bench")
                .claim("roles", Set.of("Machine.ReadWrite.All", "Machine.Scan", "Ti.ReadWrite.All")));
        service = ServiceProcess.start(
                "response-service", postgres, issuer, folder.resolve("response-service.log"), jvm(), Map.of());
        try {
            say("%s, %d agents, %d processors, load %s before; Java %s"
                    .formatted(
                            Instant.now(),
                            AGENTS,
                            Runtime.getRuntime().availableProcessors(),
                            load(),
                            Runtime.version()));
            enrol();
            for (String part : PARTS) {
                switch (part) {
                    case "stream" -> waiting(Fleet.Channel.STREAM);
                    case "poll" -> waiting(Fleet.Channel.POLL);
                    case "indicators" -> indicators();
                    case "fanout" -> fanOut(Fleet.Channel.STREAM);
                    case "fanout-poll" -> fanOut(Fleet.Channel.POLL);
                    case "burst" -> burst(Fleet.Channel.STREAM);
                    case "burst-poll" -> burst(Fleet.Channel.POLL);
                    case "herd" -> herd();
                    case "kill" -> kill();
                    default -> throw new IllegalArgumentException("no such part: " + part);
                }
            }
            say("load %s after".formatted(load()));
        } finally {
            service.close();
            issuer.close();
            postgres.close();
        }
        String results = System.getProperty("tocsin.bench.results");
        if (results != null) {
            Files.writeString(Path.of(results), String.join("\n", report) + "\n");
        }
    }

    private static List<String> jvm() {
        String recording = System.getProperty("tocsin.bench.recording");
        return recording == null
                ? List.of()
                : List.of("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + recording);
    }

    /// A JVM raises its own limit as far as it may; children inherit the same bound.
    private static void requireFiles() throws IOException {
        Path limits = Path.of("/proc/self/limits");
        if (!Files.exists(limits)) {
            return;
        }
        String hard = Files.readAllLines(limits).stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.strip().split("\\s+")[4])
                .findFirst()
                .orElse("unlimited");
        if (!hard.equals("unlimited") && Long.parseLong(hard) < AGENTS + OTHER_FILES) {
            throw new IllegalStateException(
                    "%d agents need %d open files in a process and this shell allows %s: raise it (ulimit -Hn) or ask for fewer (AGENTS=)"
                            .formatted(AGENTS, AGENTS + OTHER_FILES, hard));
        }
    }

    /// What the processors and PostgreSQL had to do from here on.
    private final class Cost {

        private final long start = System.nanoTime();
        private final double ours = CpuTime.of(service.pid());
        private final double postgresql = CpuTime.of(postgres.pid());
        private final double load = CpuTime.ofThis();
        private final long commits = commits();

        private Cost() throws SQLException {
            if (profile != null) {
                profile.reset();
            }
        }

        private double seconds() {
            return (System.nanoTime() - start) / 1e9;
        }

        /// Of one processor.
        private String share() throws SQLException {
            double seconds = seconds();
            profiled((int) Math.max(1, seconds));
            return "service %.1f %%, PostgreSQL %.1f %%, agents %.1f %% of one processor; %,.0f transactions a second"
                    .formatted(
                            (CpuTime.of(service.pid()) - ours) * 100 / seconds,
                            (CpuTime.of(postgres.pid()) - postgresql) * 100 / seconds,
                            (CpuTime.ofThis() - load) * 100 / seconds,
                            (commits() - commits) / seconds);
        }

        private String each(int number) throws SQLException {
            profiled(number);
            return "processor time each: service %.0f µs, PostgreSQL %.0f µs, load %.0f µs"
                    .formatted(
                            (CpuTime.of(service.pid()) - ours) * 1e6 / number,
                            (CpuTime.of(postgres.pid()) - postgresql) * 1e6 / number,
                            (CpuTime.ofThis() - load) * 1e6 / number);
        }

        private void profiled(int number) throws SQLException {
            if (profile != null) {
                profile.top(number).forEach(line -> System.out.println("bench statement " + line));
            }
        }

        private long commits() throws SQLException {
            return number("select xact_commit from pg_stat_database where datname = current_database()");
        }
    }

    private long number(String sql) throws SQLException {
        try (Connection owner = postgres.asOwner();
                var statement = owner.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private void enrol() throws Exception {
        var cost = new Cost();
        String[] tokens = new String[AGENTS];
        all(number -> {
            String body = "{\"expiresInSeconds\":86400}";
            JsonNode answer = made(number, "/agent/v1/enrollment-tokens", token, body);
            tokens[number] = answer.path("token").asText();
        });
        say("tokens for %,d agents by %d connections: %,.0f/s (%s)"
                .formatted(AGENTS, CALLERS, AGENTS / cost.seconds(), cost.each(AGENTS)));
        cost = new Cost();
        Fleet.Member[] enrolled = new Fleet.Member[AGENTS];
        all(number -> {
            JsonNode answer = made(number, "/agent/v1/enroll", null, """
                            {"token":"%s","computerDnsName":"ws%d.corp.example","osPlatform":"Windows11","osBuild":22631,
                             "osProcessor":"x64","agentVersion":"10.8760.1.0","ipAddresses":[{"ipAddress":"10.%d.%d.%d",
                             "macAddress":"00155D0A1B2C","type":"Ethernet","operationalStatus":"Up"}]}
                            """.formatted(
                            tokens[number], number, number >> 16, number >> 8 & 255, number & 255));
            enrolled[number] = new Fleet.Member(
                    number,
                    answer.path("machineId").asText(),
                    answer.path("credential").asText());
        });
        members = List.of(enrolled);
        say("enrolment of %,d by %d connections: %.1f s, %,.0f/s (%s)"
                .formatted(AGENTS, CALLERS, cost.seconds(), AGENTS / cost.seconds(), cost.each(AGENTS)));
        assertEquals(AGENTS, number("select count(*) from agent where not revoked"));
    }

    /// Waits until the whole fleet is there.
    private double awaitAll(Fleet fleet, Fleet.Channel channel) throws Exception {
        long start = System.nanoTime();
        // Of polls a few are always between two requests.
        int enough = channel == Fleet.Channel.STREAM ? AGENTS : AGENTS - AGENTS / 1_000;
        await("all agents wait", () -> {
            if (channel == Fleet.Channel.STREAM && fleet.listening() < enough) {
                return false;
            }
            return waitingAtTheService() >= enough;
        });
        return (System.nanoTime() - start) / 1e9;
    }

    private double waitingAtTheService() {
        try {
            return service.figure("tocsin_agents_waiting");
        } catch (UncheckedIOException closed) { // a kept connection that ended just now: it is asked again
            return 0;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private static void await(String what, BooleanSupplier there) throws InterruptedException {
        long end = System.nanoTime() + MOST.toNanos();
        while (!there.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not within " + MOST + ": " + what);
            }
            Thread.sleep(100);
        }
    }

    private void waiting(Fleet.Channel channel) throws Exception {
        long heap = service.liveHeap();
        long resident = service.resident();
        try (var fleet = new Fleet(members, service.port(), channel)) {
            var connecting = new Cost();
            fleet.connect();
            double took = awaitAll(fleet, channel);
            say("%s: %,d agents wait after %.1f s (%s); answers %s"
                    .formatted(channel, AGENTS, took, connecting.each(AGENTS), fleet.answers()));
            long heapThen = service.liveHeap();
            long residentThen = service.resident();
            say("%s: live heap %d MB, %d MB before them: %.1f KB an agent; resident %d MB, %d MB before"
                    .formatted(
                            channel,
                            heapThen >> 20,
                            heap >> 20,
                            (heapThen - heap) / 1024.0 / AGENTS,
                            residentThen >> 20,
                            resident >> 20));
            var idle = new Cost();
            Thread.sleep(SECONDS * 1_000L);
            say("%s, nothing but waiting: %s; answers %s".formatted(channel, idle.share(), fleet.answers()));
            fleet.checkInEvery(CHECK_IN);
            var checking = new Cost();
            Thread.sleep(SECONDS * 1_000L);
            say("%s, a check-in every %d s ± 10 %%: %s; answers %s"
                    .formatted(channel, CHECK_IN, checking.share(), fleet.answers()));
            fleet.forget();
            deliver(channel, fleet);
        }
        await("the service notices that they have gone", () -> waitingAtTheService() == 0);
    }

    private void deliver(Fleet.Channel channel, Fleet fleet) throws Exception {
        int all = Math.max(RATE, Math.min(RATE * SECONDS, AGENTS) / RATE * RATE);
        int step = Math.max(1, AGENTS / all);
        var cost = new Cost();
        var answered = new OpenLoop(service.port(), CALLERS)
                .run(
                        RATE,
                        all / RATE,
                        number -> Samples.post(token, scanOf(members.get(number * step % AGENTS)), SCAN),
                        (number, moment) -> fleet.asked(members.get(number * step % AGENTS), moment));
        int asked = (int) answered.of(201);
        await("all that was asked for is reported", () -> fleet.reported() >= asked);
        say("%s: %,d actions, %d a second, asked of the API: answered p50 %.1f ms, p99 %.1f ms; at their agents %s; %s"
                .formatted(
                        channel,
                        asked,
                        RATE,
                        answered.millis(50),
                        answered.millis(99),
                        shown(fleet.delays()),
                        cost.share()));
        assertHonest(fleet, asked);
    }

    private static String scanOf(Fleet.Member member) {
        return "/api/machines/" + member.machineId() + "/runAntiVirusScan";
    }

    private static String shown(Histogram micros) {
        return "p50 %.0f ms, p99 %.0f ms, longest %.0f ms (%,d)"
                .formatted(
                        micros.getValueAtPercentile(50) / 1e3,
                        micros.getValueAtPercentile(99) / 1e3,
                        micros.getMaxValue() / 1e3,
                        micros.getTotalCount());
    }

    /// Everything has ended as its agent said, and nothing was carried out that nobody asked for.
    private void assertHonest(Fleet fleet, int asked) throws SQLException {
        assertEquals(asked, fleet.begun(), "actions carried out");
        assertEquals(0, fleet.afterItsReport(), "actions delivered again after their report");
        assertEquals(0, number("select count(*) from machine_action where status <> 'Succeeded'"), "not Succeeded");
    }

    /// One action for every agent, as fast as the API takes them.
    private void fanOut(Fleet.Channel channel) throws Exception {
        try (var fleet = new Fleet(members, service.port(), channel)) {
            fleet.connect();
            awaitAll(fleet, channel);
            fleet.forget();
            long before = number("select count(*) from machine_action");
            var cost = new Cost();
            all(number -> askFor(fleet, number));
            double asked = cost.seconds();
            await("all are delivered", () -> fleet.begun() >= AGENTS);
            double delivered = cost.seconds();
            await("all are reported", () -> fleet.reported() >= AGENTS);
            say(
                    "%s: one action for each of %,d agents: asked of the API in %.1f s (%,.0f/s), all delivered after %.1f s, all reported after %.1f s; at their agents %s; %s; answers %s"
                            .formatted(
                                    channel,
                                    AGENTS,
                                    asked,
                                    AGENTS / asked,
                                    delivered,
                                    cost.seconds(),
                                    shown(fleet.delays()),
                                    cost.each(AGENTS),
                                    fleet.answers()));
            assertEquals(AGENTS, number("select count(*) from machine_action") - before);
            assertHonest(fleet, AGENTS);
        }
        await("the service notices that they have gone", () -> waitingAtTheService() == 0);
    }

    /// An action for each, ordered for a thousand at once.
    private void burst(Fleet.Channel channel) throws Exception {
        try (var fleet = new Fleet(members, service.port(), channel)) {
            fleet.connect();
            awaitAll(fleet, channel);
            fleet.forget();
            var cost = new Cost();
            for (int from = 0; from < AGENTS; from += MOST_AT_ONCE) {
                scanAll(fleet, members.subList(from, Math.min(AGENTS, from + MOST_AT_ONCE)));
            }
            double made = cost.seconds();
            await("all are delivered", () -> fleet.begun() >= AGENTS);
            double delivered = cost.seconds();
            await("all are reported", () -> fleet.reported() >= AGENTS);
            say(
                    "%s: an action for each of %,d agents, ordered for %,d at once in %.1f s (%,.0f/s): all delivered after %.1f s, all reported after %.1f s; at their agents %s; %s; answers %s"
                            .formatted(
                                    channel,
                                    AGENTS,
                                    MOST_AT_ONCE,
                                    made,
                                    AGENTS / made,
                                    delivered,
                                    cost.seconds(),
                                    shown(fleet.delays()),
                                    cost.each(AGENTS),
                                    fleet.answers()));
            assertHonest(fleet, AGENTS);
        }
        await("the service notices that they have gone", () -> waitingAtTheService() == 0);
    }

    private void scanAll(Fleet fleet, List<Fleet.Member> some) throws Exception {
        some.forEach(it -> fleet.asked(it, System.nanoTime()));
        String machines = some.stream().map(it -> '"' + it.machineId() + '"').collect(Collectors.joining(","));
        String body = "{\"type\":\"RunAntiVirusScan\",\"scanType\":\"Quick\",\"comment\":\"bench\",\"machineIds\":["
                + machines + "]}";
        JsonNode answer = made(some.getFirst().number(), "/v1/machineactions", token, body);
        assertEquals(some.size(), answer.path("ordered").asInt(), answer::toString);
    }

    private void askFor(Fleet fleet, int number) throws Exception {
        Fleet.Member member = members.get(number);
        fleet.asked(member, System.nanoTime());
        made(number, scanOf(member), token, SCAN);
    }

    /// An orderly restart of the only replica there is.
    private void herd() throws Exception {
        try (var fleet = new Fleet(members, service.port(), Fleet.Channel.STREAM)) {
            fleet.connect();
            awaitAll(fleet, Fleet.Channel.STREAM);
            fleet.checkInEvery(CHECK_IN);
            fleet.answers();
            long start = System.nanoTime();
            service.close();
            double stopped = (System.nanoTime() - start) / 1e9;
            service.start();
            double ready = (System.nanoTime() - start) / 1e9;
            var cost = new Cost();
            double all = awaitAll(fleet, Fleet.Channel.STREAM);
            say(
                    "restart: stopped in %.1f s, ready %.1f s later, all %,d agents wait again %.1f s after that (%s); answers %s"
                            .formatted(stopped, ready - stopped, AGENTS, all, cost.share(), fleet.answers()));
        }
        await("the service notices that they have gone", () -> waitingAtTheService() == 0);
    }

    /// `kill -9` of the only replica while it hands out an action for every agent.
    private void kill() throws Exception {
        try (var fleet = new Fleet(members, service.port(), Fleet.Channel.STREAM)) {
            fleet.connect();
            awaitAll(fleet, Fleet.Channel.STREAM);
            fleet.forget();
            long before = number("select count(*) from machine_action");
            var asking = CompletableFuture.runAsync(() -> {
                try {
                    all(number -> askFor(fleet, number));
                } catch (Exception failed) {
                    throw new IllegalStateException(failed);
                }
            });
            await("half are delivered", () -> fleet.begun() >= AGENTS / 2);
            service.kill();
            long killed = System.nanoTime();
            service.start();
            double ready = (System.nanoTime() - killed) / 1e9;
            double all = awaitAll(fleet, Fleet.Channel.STREAM);
            asking.join();
            int made = (int) (number("select count(*) from machine_action") - before);
            await("all are reported", () -> fleet.reported() >= made);
            say(
                    "kill -9 half way through an action for each of %,d (%,d were made): ready again after %.1f s, all wait %.1f s later, all reported %.1f s after the kill; %,d came a second time and were not begun again, %d after their report; answers %s"
                            .formatted(
                                    AGENTS,
                                    made,
                                    ready,
                                    all,
                                    (System.nanoTime() - killed) / 1e9,
                                    fleet.again(),
                                    fleet.afterItsReport(),
                                    fleet.answers()));
            assertTrue(made >= AGENTS, made + " actions for " + AGENTS + " agents");
            assertHonest(fleet, made);
        }
        await("the service notices that they have gone", () -> waitingAtTheService() == 0);
    }

    /// From an indicator asked of indicator-service to every agent's hands.
    private void indicators() throws Exception {
        try (var other = ServiceProcess.start(
                        "indicator-service",
                        postgres,
                        issuer,
                        folder.resolve("indicator-service.log"),
                        List.of(),
                        Map.of());
                var fleet = new Fleet(members, service.port(), Fleet.Channel.INDICATORS)) {
            var connecting = new Cost();
            fleet.connect();
            double took = awaitAll(fleet, Fleet.Channel.INDICATORS);
            say("INDICATORS: %,d agents wait after %.1f s (%s); answers %s"
                    .formatted(AGENTS, took, connecting.each(AGENTS), fleet.answers()));
            var idle = new Cost();
            Thread.sleep(SECONDS * 1_000L / 2);
            say("INDICATORS, nothing but waiting: %s; answers %s".formatted(idle.share(), fleet.answers()));
            for (int i = 0; i < INDICATORS; i++) {
                awaitAll(fleet, Fleet.Channel.INDICATORS);
                fleet.forget();
                indicator(other, fleet, i);
            }
        }
        await("the service notices that they have gone", () -> waitingAtTheService() == 0);
    }

    private void indicator(ServiceProcess other, Fleet fleet, int number) throws Exception {
        String title = "bench " + number;
        var cost = new Cost();
        fleet.asked(title, System.nanoTime());
        try (var connection = new AgentConnection(number, other.port())) {
            AgentConnection.Answer answer =
                    connection.ask(AgentConnection.post("/api/indicators", token, null, """
                    {"indicatorValue":"bench-%d.example","indicatorType":"DomainName","action":"Block","title":"%s","description":"bench"}
                    """.formatted(number, title)));
            assertEquals(200, answer.status(), answer.body());
        }
        await("all have it", () -> fleet.delays().getTotalCount() >= AGENTS);
        String first = shown(fleet.delays());
        double back = awaitAll(fleet, Fleet.Channel.INDICATORS);
        say(
                "INDICATORS: one, asked of indicator-service, at %,d agents: %s; all wait again %.1f s later (%s); answers %s"
                        .formatted(AGENTS, first, back, cost.each(AGENTS), fleet.answers()));
    }

    @FunctionalInterface
    private interface Work {
        void of(int number) throws Exception;
    }

    /// One after the other on each of some connections.
    private static void all(Work work) throws Exception {
        var next = new AtomicInteger();
        var running = new ArrayList<Future<Void>>();
        Callable<Void> caller = () -> {
            for (int number = next.getAndIncrement(); number < AGENTS; number = next.getAndIncrement()) {
                work.of(number);
            }
            return null;
        };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CALLERS; i++) {
                running.add(threads.submit(caller));
            }
            for (Future<Void> one : running) {
                one.get();
            }
        } finally {
            KEPT.forEach(AgentConnection::close);
            KEPT.clear();
        }
    }

    /// What was made by a request that is repeated with its key until it is answered. The partner API knows no keys:
    /// there
    /// a repetition may be told that there is one already, which is what was wanted.
    private JsonNode made(int number, String path, String credential, String body) throws Exception {
        String request =
                AgentConnection.post(path, credential, UUID.randomUUID().toString(), body);
        long end = System.nanoTime() + MOST.toNanos();
        for (boolean again = false; System.nanoTime() < end; again = true) {
            AgentConnection connection = null;
            try {
                connection = KEPT.poll();
                if (connection == null) {
                    connection = new AgentConnection(number, service.port());
                }
                AgentConnection.Answer answer = connection.ask(request);
                KEPT.add(connection);
                if (answer.status() == 201 || answer.status() == 200) {
                    return JSON.readTree(answer.body());
                }
                if (again && answer.body().contains("ActiveRequestAlreadyExists")) {
                    return JSON.nullNode();
                }
                if (answer.status() != 503 && answer.status() != 429 && answer.status() != 409) {
                    throw new IllegalStateException(answer.status() + " " + answer.body());
                }
            } catch (IOException broken) {
                if (connection != null) {
                    connection.close();
                }
            }
            Thread.sleep(500);
        }
        throw new IllegalStateException("no answer within " + MOST + ": " + path);
    }

    private static String load() throws IOException {
        Path file = Path.of("/proc/loadavg");
        return Files.exists(file) ? Files.readString(file).replaceAll("(\\S+ \\S+) .*\\s*", "$1") : "unknown";
    }

    private void say(String line) {
        report.add("* " + line);
        System.out.println(String.format(Locale.ROOT, "bench %s", line));
    }
}
