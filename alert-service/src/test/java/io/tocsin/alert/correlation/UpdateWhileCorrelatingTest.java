package io.tocsin.alert.correlation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The order of locks (docs/adr/068).
@QuarkusTest
class UpdateWhileCorrelatingTest extends ApiTest {

    private static final int ALERTS = 12;
    private static final int ROUNDS = 60;

    @Test
    void shouldNeverMakeAnUpdateAndCorrelationWaitForEachOther() throws Exception {
        // Given some alerts in incidents of their own
        for (int number = 0; number < ALERTS; number++) {
            submit(number, "198.51.100." + number);
        }
        awaitCorrelation();
        List<String> ids = TestDatabase.column("select id from alert order by id").stream()
                .map(String.class::cast)
                .toList();
        long deadlocks = deadlocks();

        // When they are updated, repeated and linked anew, all at once
        var statuses = new ArrayList<Future<List<Integer>>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int worker = 0; worker < 4; worker++) {
                var random = new Random(worker);
                statuses.add(threads.submit(() -> update(random, ids)));
            }
            var random = new Random(99);
            statuses.add(threads.submit(() -> IntStream.range(0, ROUNDS)
                    .mapToObj(round -> open(ids.get(random.nextInt(ids.size()))))
                    .toList()));
            threads.submit(() -> {
                        var chosen = new Random(17);
                        for (int round = 0; round < ROUNDS; round++) {
                            submit(chosen.nextInt(ALERTS), "203.0.113." + chosen.nextInt(3));
                            submit(ALERTS + round, "203.0.113." + chosen.nextInt(3));
                        }
                        return null;
                    })
                    .get();
        }

        // Then
        for (var status : statuses) {
            assertThat(status.get()).hasSize(ROUNDS).containsOnly(200);
        }
        awaitCorrelation();
        assertThat(deadlocks()).isEqualTo(deadlocks);
    }

    /// A repeat is linked anew by who has the lock from the beginning.
    @Test
    void shouldLinkARepeatAnewWhilePeopleGoOnUpdating() throws Exception {
        // Given
        submit(0, "198.51.100.1");
        awaitCorrelation();
        var stopped = new AtomicBoolean();

        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                Connection one = TestDatabase.open();
                Connection another = TestDatabase.open()) {
            // one of them holds the lock at any time, as long as both get it
            var taken = new Semaphore(0);
            threads.submit(() -> keepOn(one, taken, stopped));
            threads.submit(() -> keepOn(another, taken, stopped));
            taken.acquire(2);

            // When
            submit(0, "198.51.100.2");

            // Then
            try {
                awaitCorrelation();
            } finally {
                stopped.set(true);
            }
        }
    }

    /// Takes the lock of those who update with others, and lets it go when the other one has had it, too.
    private static Void keepOn(Connection connection, Semaphore taken, AtomicBoolean stopped) throws Exception {
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            while (!stopped.get()) {
                statement.execute("select pg_advisory_xact_lock_shared(hashtext('alert.correlation'), hashtext('"
                        + Tokens.TENANT + "'))");
                taken.release();
                statement.execute("select pg_sleep(0.03 + random() * 0.04)");
                connection.commit();
            }
        }
        return null;
    }

    private static int open(String alert) {
        return with("Incident.ReadWrite.All")
                        .body("{\"alertIds\":[\"" + alert + "\"]}")
                        .post("/v1/incidents")
                        .statusCode()
                / 100
                * 100;
    }

    private static List<Integer> update(Random random, List<String> ids) {
        return IntStream.range(0, ROUNDS)
                .mapToObj(round -> round % 2 == 0 ? updateSome(random, ids) : updateOne(random, ids))
                .toList();
    }

    private static int updateSome(Random random, List<String> ids) {
        String some = random.ints(4, 0, ids.size())
                .distinct()
                .mapToObj(i -> '"' + ids.get(i) + '"')
                .collect(Collectors.joining(","));
        return with("Alert.ReadWrite.All")
                .body("{\"alertIds\":[" + some + "],\"status\":\"InProgress\",\"comment\":\"c\"}")
                .post("/api/alerts/batchUpdate")
                .statusCode();
    }

    private static int updateOne(Random random, List<String> ids) {
        return with("Alert.ReadWrite.All")
                .body("{\"assignedTo\":\"m@corp.example\"}")
                .patch("/api/alerts/" + ids.get(random.nextInt(ids.size())))
                .statusCode();
    }

    private static void submit(int number, String address) {
        int status = with("Alert.ReadWrite.All")
                .body("""
                        {"source":"race","sourceRef":"a-%d","title":"Beacon %d","severity":"High","firstEventTime":"2026-02-03T09:15:27Z",
                         "evidence":[{"entityType":"Ip","ipAddress":"%s"}]}""".formatted(number, number, address))
                .post("/v1/alerts")
                .statusCode();
        assertThat(status).isIn(200, 201);
    }

    private static void awaitCorrelation() {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> TestDatabase.column("select id from alert where not correlated")
                        .isEmpty());
    }

    private static long deadlocks() {
        return ((Number)
                        TestDatabase.value("select deadlocks from pg_stat_database where datname = current_database()"))
                .longValue();
    }
}
