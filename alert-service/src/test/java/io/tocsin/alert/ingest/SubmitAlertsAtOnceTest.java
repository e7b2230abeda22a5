package io.tocsin.alert.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

@QuarkusTest
class SubmitAlertsAtOnceTest extends ApiTest {

    private static final int CALLERS = 12;

    @Test
    void shouldBeOneAlertWithAllEvidenceWhenManyRepeatItAtOnce() throws Exception {
        List<Integer> answers = atOnce(caller -> submit("app", caller));

        assertThat(answers).containsOnly(200, 201).containsOnlyOnce(201);
        assertThat(TestDatabase.count("alert")).isEqualTo(1);
        assertThat(TestDatabase.count("alert_evidence")).isEqualTo(CALLERS);
    }

    @Test
    void shouldGiveTheSourceToOneApplicationWhenManyClaimItAtOnce() throws Exception {
        List<Integer> answers = atOnce(caller -> submit("app-" + caller, caller));

        assertThat(answers).containsOnly(201, 403).containsOnlyOnce(201);
        assertThat(TestDatabase.count("alert")).isEqualTo(1);
    }

    @Test
    void shouldStoreEachEventOnceWhenTheSameStreamComesManyTimesAtOnce() throws Exception {
        var lines = new StringBuilder();
        for (int i = 0; i < 1_500; i++) {
            lines.append(connection("203.0.113.5", "2026-02-0" + (1 + i % 5) + "T09:15:27Z", i))
                    .append('\n');
        }

        List<Integer> stored = atOnce(
                caller -> events(lines.toString()).statusCode(200).extract().path("stored"));

        assertThat(stored.stream().mapToInt(Integer::intValue).sum()).isEqualTo(1_500);
        assertThat(TestDatabase.count("device_event")).isEqualTo(1_500);
        assertThat(TestDatabase.count("machine_sighting")).isEqualTo(1);
    }

    private static int submit(String application, int caller) {
        return RestAssured.given()
                .contentType("application/json")
                .header("Authorization", "Bearer " + Tokens.of(Tokens.TENANT, application, "Alert.ReadWrite.All"))
                .body(
                        "{\"source\":\"s\",\"sourceRef\":\"1\",\"title\":\"t\",\"severity\":\"Low\",\"evidence\":[{\"entityType\":\"Ip\",\"ipAddress\":\"203.0.113."
                                + caller + "\"}]}")
                .post("/v1/alerts")
                .statusCode();
    }

    private static List<Integer> atOnce(IntFunction<Integer> call) throws InterruptedException, ExecutionException {
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> running = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                int number = caller;
                running.add(callers.submit(() -> call.apply(number)));
            }
            List<Integer> answers = new ArrayList<>();
            for (Future<Integer> answer : running) {
                answers.add(answer.get());
            }
            return answers;
        }
    }
}
