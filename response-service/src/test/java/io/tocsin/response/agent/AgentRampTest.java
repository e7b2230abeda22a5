package io.tocsin.response.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.tocsin.response.ApiTest;
import io.tocsin.response.OtherSettings;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// How agents that come all at once are spread (docs/adr/056): twenty may come in a second.
@QuarkusTest
@WithTestResource(OtherSettings.class)
class AgentRampTest extends ApiTest {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void shouldTellAFleetThatComesAllAtOnceToComeAgainAtDifferentTimes() {
        // Given
        Agent agent = enrol("ws5.corp.example");
        HttpRequest ask = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + RestAssured.port + "/agent/v1/actions"))
                .header("Authorization", "Bearer " + agent.credential())
                .build();

        // When
        List<HttpResponse<Void>> answers = IntStream.range(0, 300)
                .mapToObj(one -> HTTP.sendAsync(ask, HttpResponse.BodyHandlers.discarding()))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        // Then
        List<Integer> waits = answers.stream()
                .filter(answer -> answer.statusCode() == 429)
                .map(answer -> answer.headers()
                        .firstValue("Retry-After")
                        .map(Integer::parseInt)
                        .orElseThrow())
                .distinct()
                .toList();
        assertThat(waits)
                .hasSizeGreaterThan(1)
                .allSatisfy(wait -> assertThat(wait).isBetween(1, 60));
        assertThat(answers).extracting(HttpResponse::statusCode).contains(200).isSubsetOf(200, 429, 503);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> agent.actions(0).statusCode(200));
    }

    @Test
    void shouldBringAFleetBackOnARampThatWasToldSomethingAtOnce() throws Exception {
        // Given
        Agent agent = enrol("ws5.corp.example");
        String cursor = agent.indicators("").extract().path("cursor");
        HttpRequest ask = HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + RestAssured.port + "/agent/v1/indicators?wait=60&cursor=" + cursor))
                .header("Authorization", "Bearer " + agent.credential())
                .build();
        var asking = new AtomicInteger();
        try (var fleet = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> returns = IntStream.range(0, 300)
                    .mapToObj(one -> fleet.submit(() -> toldAndBackAfter(ask, asking)))
                    .toList();
            await().atMost(Duration.ofSeconds(40))
                    .during(Duration.ofSeconds(2))
                    .until(() -> asking.get() == 300); // nobody is sent away any more

            // When
            TestDatabase.update("insert into indicator_change (tenant_id, indicator_id, removed, at_ticks) values ('"
                    + Tokens.TENANT + "', 1, true, 0)");

            // Then: a second's worth comes back at once, the others later
            var seconds = new ArrayList<Integer>();
            for (Future<Integer> one : returns) {
                seconds.add(one.get());
            }
            assertThat(seconds)
                    .contains(0)
                    .allSatisfy(after -> assertThat(after).isBetween(0, 60));
            assertThat(seconds.stream().filter(after -> after > 0)).hasSizeGreaterThan(50);
        }
    }

    /// Asks as the protocol wants it, until it is told something.
    ///
    /// @return after how many seconds it is to ask again
    private static int toldAndBackAfter(HttpRequest ask, AtomicInteger asking) throws Exception {
        while (true) {
            asking.incrementAndGet();
            var answer = HTTP.send(ask, HttpResponse.BodyHandlers.ofString());
            int after = answer.headers()
                    .firstValue("Retry-After")
                    .map(Integer::parseInt)
                    .orElse(0);
            if (answer.statusCode() == 200) {
                return after;
            }
            asking.decrementAndGet();
            Thread.sleep(Duration.ofSeconds(after)); // as it was told
        }
    }
}
