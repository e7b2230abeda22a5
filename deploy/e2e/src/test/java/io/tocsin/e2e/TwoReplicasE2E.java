package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// Two processes of one service share limits and idempotency keys (docs/adr/013 and 014).
class TwoReplicasE2E {

    private static final String TENANT = "7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10";
    private static final int KILLS = Integer.getInteger("tocsin.e2e.kills", 1);
    private static final Map<String, String> SETTINGS = Map.of(
            "TOCSIN_IDENTITY_DEFAULT_TENANT", TENANT,
            "TOCSIN_LIMITS_PROFILE", "defender",
            "TOCSIN_LIMITS_OVERRIDES", "GET /api/alerts 1200/min,POST /v1/alerts off");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static TestPostgres postgres;
    private static TestIssuer issuer;
    private static Replica one;
    private static Replica other;
    private static int started;

    @BeforeAll
    static void start() {
        postgres = TestPostgres.start();
        issuer = TestIssuer.start();
        one = replica();
        other = replica();
    }

    @AfterAll
    static void stop() {
        one.close();
        other.close();
        issuer.close();
        postgres.close();
    }

    @Test
    void shouldLetExactlyTheLimitThroughWhenItIsSmallAndBothAreCalledAtOnce() throws Exception {
        String token = token("small");

        List<HttpResponse<String>> answers =
                atOnce(40, call -> replicaOf(call).post("/api/alerts/CreateAlertByReference", token, null, "{}"));

        assertThat(answers).filteredOn(answer -> answer.statusCode() == 400).hasSize(15);
        assertThat(answers)
                .filteredOn(answer -> answer.statusCode() == 429)
                .hasSize(25)
                .allSatisfy(answer -> {
                    assertThat(seconds(answer)).isBetween(1L, 60L);
                    assertThat(answer.body()).contains("\"TooManyRequests\"").contains("15 calls a minute");
                });
    }

    @Test
    void shouldStayWithinTheBoundWhenTheLimitIsLargeAndBothAreCalledAtOnce() throws Exception {
        String token = token("large");

        List<HttpResponse<String>> answers =
                atOnce(1_600, call -> replicaOf(call).get("/api/alerts?$top=1", token));

        // Never more than the limit; a replica's last unused lease, at most a twentieth of it, may be missing.
        assertThat(answers)
                .extracting(HttpResponse::statusCode)
                .containsOnly(200, 429)
                .filteredOn(status -> status == 200)
                .hasSizeBetween(1_200 - 60, 1_200);
    }

    @Test
    void shouldLetTheCallThroughOnBothWhenTheWaitItWasToldIsOver() throws Exception {
        // Given: a minute that began 57 seconds ago and is used up
        String token = token("patient");
        execute(
                "insert into rate_bucket (tenant_id, service, application, route, minute_opened, minute_used, hour_opened)"
                        + " values ('" + TENANT
                        + "', 'alert-service', 'patient', 'POST /api/alerts/CreateAlertByReference',"
                        + " now() - interval '57 seconds', 15, now())");
        HttpResponse<String> refused = one.post("/api/alerts/CreateAlertByReference", token, null, "{}");
        HttpResponse<String> alsoRefused = other.post("/api/alerts/CreateAlertByReference", token, null, "{}");

        // When
        Thread.sleep(Duration.ofSeconds(seconds(refused)));

        // Then
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(seconds(refused)).isBetween(1L, 3L);
        assertThat(alsoRefused.statusCode()).isEqualTo(429);
        assertThat(one.post("/api/alerts/CreateAlertByReference", token, null, "{}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(other.post("/api/alerts/CreateAlertByReference", token, null, "{}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void shouldCountNothingWhenTheCallerMayNotCallTheRoute() throws Exception {
        String forbidden = issuer.sign(issuer.claims()
                .claim("tid", TENANT)
                .claim("appid", "forbidden")
                .claim("roles", Set.of("Machine.Read.All")));

        List<HttpResponse<String>> answers =
                atOnce(30, call -> replicaOf(call).post("/api/alerts/CreateAlertByReference", forbidden, null, "{}"));

        assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(403);
    }

    @Test
    void shouldHaveOneEffectAndOneAnswerWhenTheSameKeyComesToBothAtOnce() throws Exception {
        String token = token("keys");
        String run = UUID.randomUUID().toString();

        List<HttpResponse<String>> answers = atOnce(
                60, call -> replicaOf(call).post("/v1/alerts", token, run + call / 2, alert("keys", "r" + call / 2)));

        assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(201);
        for (int pair = 0; pair < 30; pair++) {
            assertThat(answers.get(2 * pair).body())
                    .isEqualTo(answers.get(2 * pair + 1).body());
        }
        assertThat(audited("keys")).isEqualTo("alert.create 30");
    }

    @Test
    void shouldHaveOneEffectWhenAReplicaIsKilledAndTheOtherGetsWhatWasNotAnswered() throws Exception {
        String token = token("killed");
        String run = UUID.randomUUID().toString();
        Set<Integer> answered = ConcurrentHashMap.newKeySet();
        var next = new AtomicInteger();
        for (int kill = 0; kill < KILLS; kill++) {
            // Given: sixteen callers in the middle of it
            int before = answered.size();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int caller = 0; caller < 16; caller++) {
                    threads.submit(() -> pushUntilGone(token, run, next, answered));
                }
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(answered.size()).isGreaterThan(before + 300));

                // When
                one.kill();
            }
            List<Integer> unanswered = IntStream.range(0, next.get())
                    .filter(number -> !answered.contains(number))
                    .boxed()
                    .toList();
            int done = 0;
            for (int number : unanswered) {
                HttpResponse<String> again =
                        other.post("/v1/alerts", token, run + number, alert("killed", "r" + number));
                assertThat(again.statusCode()).isEqualTo(201); // 200 would be a second effect
                done += again.headers().firstValue("Idempotency-Replayed").isPresent() ? 1 : 0;
                answered.add(number);
            }
            System.out.printf("kill %d: %d unanswered, %d of them had been done%n", kill + 1, unanswered.size(), done);

            // Then
            assertThat(unanswered).isNotEmpty();
            assertThat(audited("killed")).isEqualTo("alert.create " + next.get());
            one.close();
            one = replica();
        }
    }

    private static void pushUntilGone(String token, String run, AtomicInteger next, Set<Integer> answered) {
        while (true) {
            int number = next.getAndIncrement();
            try {
                var answer = one.post("/v1/alerts", token, run + number, alert("killed", "r" + number));
                if (answer.statusCode() == 201) {
                    answered.add(number);
                }
            } catch (IOException gone) {
                return;
            }
        }
    }

    private static Replica replica() {
        Path log = folder.resolve("alert-service-" + started++ + ".log");
        return Replica.start("alert-service", postgres, issuer, log, SETTINGS);
    }

    private static Replica replicaOf(int call) {
        return call % 2 == 0 ? one : other;
    }

    private static String token(String application) {
        return issuer.sign(issuer.claims()
                .claim("tid", TENANT)
                .claim("appid", application)
                .claim("roles", Set.of("Alert.ReadWrite.All")));
    }

    private static String alert(String source, String reference) {
        return "{\"source\":\"" + source + "\",\"sourceRef\":\"" + reference
                + "\",\"title\":\"Beacon\",\"severity\":\"High\"}";
    }

    private static long seconds(HttpResponse<String> refused) {
        return Long.parseLong(refused.headers().firstValue("Retry-After").orElseThrow());
    }

    /// The audited actions on the alerts of a source, each with its number.
    private static String audited(String source) throws SQLException {
        try (var owner = postgres.asOwner();
                var statement = owner.createStatement();
                var rows = statement.executeQuery("""
                        select string_agg(action || ' ' || number, ', ' order by action) from (
                            select action, count(*) as number from audit_entry
                            where detail ->> 'source' = '%s' group by action) counted
                        """.formatted(source))) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void execute(String sql) throws SQLException {
        try (var owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }

    private interface Call {
        HttpResponse<String> send(int number) throws IOException;
    }

    private static List<HttpResponse<String>> atOnce(int calls, Call call) throws Exception {
        try (var threads = Executors.newFixedThreadPool(16)) {
            var tasks = new ArrayList<Callable<HttpResponse<String>>>();
            for (int i = 0; i < calls; i++) {
                int number = i;
                tasks.add(() -> call.send(number));
            }
            var answers = new ArrayList<HttpResponse<String>>();
            for (var done : threads.invokeAll(tasks)) {
                answers.add(done.get());
            }
            return answers;
        }
    }
}
