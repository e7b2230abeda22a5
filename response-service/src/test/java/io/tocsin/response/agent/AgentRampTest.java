package io.tocsin.response.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.tocsin.response.ApiTest;
import io.tocsin.response.OtherSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
}
