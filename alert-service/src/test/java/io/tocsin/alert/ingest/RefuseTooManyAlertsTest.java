package io.tocsin.alert.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

@QuarkusTest
class RefuseTooManyAlertsTest extends ApiTest {

    private static final int CALLERS = 120;

    /// The tests' service lets 40 wait (`%test.tocsin.intake.queue`), beside those its two writers have taken.
    private static final int QUEUE = 40;

    @Test
    void shouldRefuseAtOnceWhatFindsNoPlaceAndStoreTheOthersWhenTheDatabaseIsSlow() throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            // Given
            List<Future<Response>> running = new ArrayList<>();
            TestDatabase.whileLocked("alert_source", () -> {
                for (int caller = 0; caller < CALLERS; caller++) {
                    String reference = "r" + caller;
                    running.add(callers.submit(() -> submit(reference)));
                }

                // When
                return await().atMost(Duration.ofSeconds(20))
                        .until(
                                () -> running.stream().filter(Future::isDone).count(),
                                done -> done >= CALLERS - 3 * QUEUE + 1);
            });
            List<Response> answers = new ArrayList<>();
            for (Future<Response> answer : running) {
                answers.add(answer.get());
            }

            // Then
            List<Response> refused =
                    answers.stream().filter(it -> it.statusCode() == 503).toList();
            assertThat(answers).extracting(Response::statusCode).containsOnly(201, 503);
            assertThat(refused).isNotEmpty().allSatisfy(answer -> {
                assertThat(answer.header("Retry-After")).isEqualTo("1");
                assertThat(answer.jsonPath().getString("error.code")).isEqualTo("ServiceUnavailable");
            });
            assertThat(TestDatabase.count("alert")).isEqualTo(CALLERS - refused.size());
        }
    }

    /// The tests' service lets a million characters wait (`%test.tocsin.intake.queue-characters`).
    @Test
    void shouldRefuseLargeOnesWhenFewWaitAndForgetWhatItAnswered() throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            // Given
            List<Future<Response>> running = new ArrayList<>();
            TestDatabase.whileLocked("alert_source", () -> {
                for (int caller = 0; caller < 20; caller++) {
                    String reference = "large" + caller;
                    running.add(callers.submit(() -> submit(reference, 100_000)));
                }

                // When
                long done = await().atMost(Duration.ofSeconds(20))
                        .until(() -> running.stream().filter(Future::isDone).count(), it -> it >= 10);

                // Then those that found room wait on: the others were not refused because their turn did not come
                assertThat(done).isLessThanOrEqualTo(14);
                return done;
            });
            List<Integer> answers = new ArrayList<>();
            for (Future<Response> answer : running) {
                answers.add(answer.get().statusCode());
            }

            // Then
            assertThat(answers).containsOnly(201, 503);
            assertThat(answers.stream().filter(it -> it == 503).count()).isGreaterThanOrEqualTo(10);
            for (int i = 0; i < 20; i++) {
                assertThat(submit("later" + i, 100_000).statusCode()).isEqualTo(201);
            }
        }
    }

    private static Response submit(String reference) {
        return submit(reference, 1);
    }

    private static Response submit(String reference, int length) {
        return with("Alert.ReadWrite.All")
                .body("{\"source\":\"crowd\",\"sourceRef\":\"" + reference
                        + "\",\"title\":\"t\",\"severity\":\"Low\",\"evidence\":[{\"entityType\":\"Url\",\"url\":\""
                        + "x".repeat(length) + "\"}]}")
                .post("/v1/alerts");
    }
}
