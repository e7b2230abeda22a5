package io.tocsin.bench;

import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import io.tocsin.testkit.Tokens;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// The figures of alerts, all from one run on one machine that also runs PostgreSQL and the load: `make
/// bench-alerts`.
class AlertBench {

    private static final int SECONDS = Integer.getInteger("tocsin.bench.seconds", 20);
    private static final int RATE = Integer.getInteger("tocsin.bench.rate", 3_000);
    private static final int LIST_RATE = Integer.getInteger("tocsin.bench.list-rate", 1_500);
    private static final int BULK = Integer.getInteger("tocsin.bench.bulk", 200_000);
    private static final int ROUNDS = Integer.getInteger("tocsin.bench.rounds", 3);
    private static final int LISTED = Integer.getInteger("tocsin.bench.listed", 1_000_000);
    private static final int STREAMS = 2;
    private static final int PER_TRANSACTION = 1_000;
    /// The first round's number: those below 0 are said and not counted, as the JVM still compiles.
    private static final int WARM_UP = -1;

    private static final boolean JOBS = !"off".equals(System.getProperty("tocsin.bench.jobs"));
    private static final boolean PROFILED = Boolean.getBoolean("tocsin.bench.profiled");
    private static final List<String> PARTS =
            List.of(System.getProperty("tocsin.bench.parts", "single,bulk,list").split(","));

    private static final String FILTER =
            "/api/alerts?$top=50&$filter=severity%20eq%20'High'%20and%20status%20eq%20'New'";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private final List<String> report = new ArrayList<>();
    private String token;
    private ServiceProcess service;
    private TestPostgres postgres;
    private BarePostgres bare;
    private StatementProfile profile;

    @Test
    void shouldSayHowFastAlertsAre() throws Exception {
        postgres = TestPostgres.startDurable(folder.resolve("data"), PROFILED ? StatementProfile.settings() : Map.of());
        profile = PROFILED ? StatementProfile.of(postgres) : null;
        var issuer = TestIssuer.start();
        token = issuer.sign(issuer.claims()
                .claim("tid", Tokens.TENANT)
                .claim("appid", "bench")
                .claim("roles", Set.of("Alert.ReadWrite.All")));
        bare = new BarePostgres(postgres);
        Path log = folder.resolve("alert-service.log");
        service = ServiceProcess.start(
                postgres, issuer, log, jvm(), Map.of("TOCSIN_JOBS_ENABLED", Boolean.toString(JOBS)));
        try {
            say("%s, %d processors, load %s before; Java %s; jobs %s"
                    .formatted(
                            Instant.now(),
                            Runtime.getRuntime().availableProcessors(),
                            load(),
                            Runtime.version(),
                            JOBS ? "on" : "off"));
            warmUp();
            if (PARTS.contains("single")) {
                single();
            }
            if (PARTS.contains("bulk")) {
                bulk();
            }
            if (PARTS.contains("list")) {
                list();
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

    private void warmUp() throws Exception {
        for (int rate = RATE / 4; rate <= RATE; rate += RATE / 4) {
            new OpenLoop(service.port(), 32).run(rate, 6, requests("warm-" + rate));
        }
        stream("warm-bulk", BULK / 10);
        for (int i = 0; i < 3; i++) {
            new OpenLoop(service.port(), 16).run(LIST_RATE / 2, 2, number -> Samples.get(token, FILTER));
        }
        bare.empty();
    }

    /// What a number of things cost the processors, in microseconds each; with `tocsin.bench.profiled` also which
    /// statements took PostgreSQL's.
    private final class Cost {

        private final double ours = CpuTime.of(service.pid());
        private final double postgresql = CpuTime.of(postgres.pid());
        private final double load = CpuTime.ofThis();

        private Cost() throws SQLException {
            if (profile != null) {
                profile.reset();
            }
        }

        private String each(int number) throws SQLException {
            if (profile != null) {
                profile.top(number).forEach(line -> System.out.println("bench statement " + line));
            }
            return "processor time each: service %.0f µs, PostgreSQL %.0f µs, load %.0f µs"
                    .formatted(
                            (CpuTime.of(service.pid()) - ours) * 1e6 / number,
                            (CpuTime.of(postgres.pid()) - postgresql) * 1e6 / number,
                            (CpuTime.ofThis() - load) * 1e6 / number);
        }
    }

    private java.util.function.IntFunction<byte[]> requests(String source) {
        return number -> Samples.post(token, Samples.alert(source, number));
    }

    private void single() throws Exception {
        for (int round = WARM_UP; round < ROUNDS; round++) {
            String source = "single-" + round;
            var cost = new Cost();
            OpenLoop.Result result = new OpenLoop(service.port(), 256).run(RATE, SECONDS, requests(source));
            String each = cost.each(RATE * SECONDS);
            long stored = count("select count(*) from alert where source = '" + source + "'");
            say(
                    round,
                    "single: %,d/s asked for %d s: %,.0f/s, p50 %.1f ms, p99 %.1f ms, max %.1f ms; 201: %,d, 503: %,d; stored %,d; %s"
                            .formatted(
                                    RATE,
                                    SECONDS,
                                    result.achieved(),
                                    result.millis(50),
                                    result.millis(99),
                                    result.millis(100),
                                    result.of(201),
                                    result.of(503),
                                    stored,
                                    each));
        }
        bare.empty();
    }

    private void bulk() throws Exception {
        double[] ours = new double[ROUNDS];
        double[] theirs = new double[ROUNDS];
        for (int round = WARM_UP; round < ROUNDS; round++) {
            String source = "bulk-" + round;
            var cost = new Cost();
            double rate = BULK / stream(source, BULK);
            String each = cost.each(BULK);
            long stored = count("select count(*) from alert where source = '" + source + "'");
            bare.remember(source, BULK, PER_TRANSACTION);
            bare.empty();
            var bareCost = new Cost();
            // Its jobs would take up the copied rows at once, on the same processors.
            double bareRate = BULK / service.whileStopped(() -> bare.copyIn(STREAMS));
            String bareEach = bareCost.each(BULK);
            long copied = count("select count(*) from alert");
            bare.empty();
            if (round >= 0) {
                ours[round] = rate;
                theirs[round] = bareRate;
            }
            say(
                    round,
                    "bulk: %,.0f/s (%,d stored); bare PostgreSQL, the same rows: %,.0f/s (%,d stored); ratio %.2f; %s; bare, %s"
                            .formatted(rate, stored, bareRate, copied, rate / bareRate, each, bareEach));
        }
        say("bulk, median of %d: %,.0f/s, bare %,.0f/s, ratio %.2f"
                .formatted(ROUNDS, median(ours), median(theirs), median(ours) / median(theirs)));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /// @return seconds
    private double stream(String source, int alerts) throws Exception {
        var bodies = new ArrayList<byte[]>();
        for (int stream = 0; stream < STREAMS; stream++) {
            var text = new StringBuilder();
            for (int i = stream; i < alerts; i += STREAMS) {
                text.append(Samples.alert(source, i)).append('\n');
            }
            bodies.add(text.toString().getBytes(StandardCharsets.UTF_8));
        }
        long start = System.nanoTime();
        try (var client = HttpClient.newHttpClient();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpResponse<InputStream>>> running = new ArrayList<>();
            for (byte[] body : bodies) {
                var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + "/v1/alerts"))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/x-ndjson")
                        .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new SequenceInputStream(
                                InputStream.nullInputStream(), new java.io.ByteArrayInputStream(body))))
                        .build();
                running.add(threads.submit(() -> {
                    var answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
                    try (InputStream lines = answer.body()) {
                        lines.transferTo(java.io.OutputStream.nullOutputStream());
                    }
                    return answer;
                }));
            }
            for (var answer : running) {
                if (answer.get().statusCode() != 200) {
                    throw new IOException(
                            "a stream was answered " + answer.get().statusCode());
                }
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private void list() throws Exception {
        seed();
        for (int round = WARM_UP; round < ROUNDS; round++) {
            var cost = new Cost();
            OpenLoop.Result result =
                    new OpenLoop(service.port(), 128).run(LIST_RATE, SECONDS, number -> Samples.get(token, FILTER));
            String each = cost.each(LIST_RATE * SECONDS);
            say(
                    round,
                    "list 50 of %,d: %,d/s asked for %d s: %,.0f/s, p50 %.1f ms, p99 %.1f ms, max %.1f ms; 200: %,d, 503: %,d; %s"
                            .formatted(
                                    LISTED,
                                    LIST_RATE,
                                    SECONDS,
                                    result.achieved(),
                                    result.millis(50),
                                    result.millis(99),
                                    result.millis(100),
                                    result.of(200),
                                    result.of(503),
                                    each));
        }
    }

    private void seed() throws SQLException {
        try (var owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            statement.execute("""
                    insert into alert (id, tenant_id, source, source_ref, severity, status, detection_source, category,
                        title, description, alert_creation_ticks, first_event_ticks, last_event_ticks, last_update_ticks,
                        mitre_techniques, correlated)
                    select 'da' || 639000000000000000 + n || '_' || n, '%s', 'seed', n::text,
                        (array['Informational', 'Low', 'Medium', 'High'])[1 + n %% 4],
                        (array['New', 'InProgress', 'Resolved'])[1 + n %% 3], 'ThirdPartySensors', 'Malware',
                        'Alert ' || n, 'Seeded', 17700000000000000 + n * 1000, 17700000000000000 + n * 1000,
                        17700000000000000 + n * 1000, 17700000000000000 + n * 1000, '{T1071.001}', true
                    from generate_series(1::bigint, %d) n
                    """.formatted(Tokens.TENANT, LISTED));
            statement.execute("analyze alert");
        }
    }

    private long count(String sql) throws SQLException {
        try (var owner = postgres.asOwner();
                var statement = owner.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static String load() throws IOException {
        Path file = Path.of("/proc/loadavg");
        return Files.exists(file) ? Files.readString(file).replaceAll("(\\S+ \\S+) .*\\s*", "$1") : "unknown";
    }

    private void say(int round, String line) {
        say(round < 0 ? "(to warm up) " + line : line);
    }

    private void say(String line) {
        report.add("* " + line);
        System.out.println(String.format(Locale.ROOT, "bench %s", line));
    }
}
