package io.tocsin.response;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The service under test has a pool of two connections, and so eight seats (`application.properties`).
@QuarkusTest
class FewConnectionsTest extends ApiTest {

    private static final int POLLS = 100;
    private static final int CALLS = 40;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    @Test
    void shouldAnswerOthersWhenAHundredAgentsWaitAndTellOneOfThemOfItsAction() {
        // Given
        Agent waiting = enrol("ws6.corp.example");
        Agent isolated = enrol("ws7.corp.example");
        var polls = IntStream.range(0, POLLS)
                .mapToObj(i -> send(get("/agent/v1/actions?wait=10", waiting.credential())))
                .toList();
        var one = send(get("/agent/v1/actions?wait=30", isolated.credential()));

        // When
        List<Integer> answers = new ArrayList<>();
        for (int call = 0; call < CALLS; call++) {
            answers.add(
                    send(get("/api/machines", Tokens.application(ALL))).join().statusCode());
        }
        boolean stillWaiting = polls.stream().noneMatch(CompletableFuture::isDone);
        String action = isolate(isolated);

        // Then
        assertThat(answers).containsOnly(200);
        assertThat(stillWaiting).isTrue();
        assertThat(one.join().body()).contains(action);
        assertThat(polls).extracting(poll -> poll.join().statusCode()).containsOnly(200);
    }

    @Test
    void shouldAnswerOthersWhenAHundredAgentsHoldAStreamOpen() {
        // Given
        Agent streaming = enrol("ws6.corp.example");
        var streams = IntStream.range(0, POLLS)
                .mapToObj(i -> client.sendAsync(
                                HttpRequest.newBuilder(
                                                get("/agent/v1/actions", streaming.credential()), (name, value) -> true)
                                        .header("Accept", "text/event-stream")
                                        .build(),
                                HttpResponse.BodyHandlers.ofInputStream())
                        .join())
                .toList();

        // When
        int answer = send(get("/api/machines", Tokens.application(ALL))).join().statusCode();
        String action = isolate(streaming);

        // Then
        assertThat(streams).extracting(HttpResponse::statusCode).containsOnly(200);
        assertThat(answer).isEqualTo(200);
        await().dontCatchUncaughtExceptions()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(
                                TestDatabase.column("select deliveries from machine_action where id = ?::uuid", action))
                        .containsExactly(1));
        streams.forEach(FewConnectionsTest::close);
    }

    private static void close(HttpResponse<InputStream> stream) {
        try (InputStream body = stream.body()) {
            assertThat(body).isNotNull();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Test
    void shouldSayTryLaterAndNeverFailWhenNoConnectionComesFree() {
        // Given
        var calls = TestDatabase.whileLocked("machine", () -> {
            // When: every call that gets a connection waits with it for the table
            var running = IntStream.range(0, CALLS)
                    .mapToObj(i -> send(get("/api/machines", Tokens.application(ALL))))
                    .toList();
            await().dontCatchUncaughtExceptions()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(running.stream()
                                    .filter(CompletableFuture::isDone)
                                    .count())
                            .isGreaterThanOrEqualTo(CALLS - 2)); // but those two
            return running;
        });

        // Then
        assertThat(calls)
                .extracting(call -> call.join().statusCode())
                .isSubsetOf(200, 503); // jobs take connections, too
        assertThat(calls)
                .filteredOn(call -> call.join().statusCode() == 503)
                .hasSizeGreaterThanOrEqualTo(CALLS - 2)
                .allSatisfy(call -> {
                    assertThat(call.join().headers().firstValue("Retry-After").orElseThrow())
                            .matches("[1-9]|[12]\\d|30");
                    assertThat(call.join().body()).contains("\"ServiceUnavailable\"");
                });
        await().dontCatchUncaughtExceptions()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(send(get("/api/machines", Tokens.application(ALL)))
                                .join()
                                .statusCode())
                        .isEqualTo(200));
    }

    private CompletableFuture<HttpResponse<String>> send(HttpRequest request) {
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest get(String path, String token) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + RestAssured.port + path))
                .header("Authorization", "Bearer " + token)
                .timeout(Duration.ofSeconds(60))
                .build();
    }
}
