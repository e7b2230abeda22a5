package io.tocsin.indicator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A request that came to the wrong service ends at the right one (design §3 Routing).
@QuarkusTest
class ForwardRequestTest extends ApiTest {

    private static final byte[] MANY_LINES = new byte[3 * 1024 * 1024];

    static {
        new Random(7).nextBytes(MANY_LINES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/machines/ABC",
                "/API/Machines/ABC/",
                "//api//machines//ABC",
                "/api/v1.0/machines/ABC?$top=1&%24filter=a%20eq%20'b'",
            })
    void shouldAskTheOwnerWithEverythingTheCallerSaidWhenTheRouteIsAnothers(String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(service(path)).header("Authorization", "Bearer whatever");

            var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(202);
            var echo = new ObjectMapper().readTree(answer.body());
            assertThat(echo.get("method").asText()).isEqualTo("GET");
            assertThat(echo.get("uri").asText()).isEqualTo(path);
            assertThat(echo.get("authorization").asText()).isEqualTo("Bearer whatever");
            assertThat(echo.get("x-forwarded-host").asText()).isEqualTo("localhost:" + RestAssured.port);
            assertThat(echo.get("x-forwarded-proto").asText()).isEqualTo("http");
        }
    }

    @Test
    void shouldKeepOneRequestIdWhenTwoServicesAnswerARequest() {
        var answer = RestAssured.get("/api/machines").then().statusCode(202).extract();

        assertThat(answer.headers().getValues("X-Request-Id"))
                .containsExactly(answer.<String>path("'tocsin-forwarded'"));
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void shouldPassTheBodyByteForByteWhenItIsLong(HttpClient.Version version) throws Exception {
        try (var client = HttpClient.newBuilder().version(version).build()) {
            var stream = HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(MANY_LINES));
            var request = HttpRequest.newBuilder(service("/agent/v1/checkin"));
            client.send(
                    request.copy().POST(HttpRequest.BodyPublishers.noBody()).build(),
                    HttpResponse.BodyHandlers.discarding());

            var answer = client.send(request.POST(stream).build(), HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(202);
            var echo = new ObjectMapper().readTree(answer.body());
            assertThat(echo.get("length").asInt()).isEqualTo(MANY_LINES.length);
            assertThat(echo.get("digest").asText()).isEqualTo(EchoPeer.digest(MANY_LINES));
        }
    }

    @Test
    void shouldAnswerItselfWhenTheMethodOrThePathIsNobodys() {
        RestAssured.delete("/API/machines/ABC").then().statusCode(405).header("Allow", "GET, PATCH");
        RestAssured.get("/api/machinery").then().statusCode(404).body(is(""));
    }

    @Test
    void shouldNotForwardAgainWhenAPeerForwardedAlready() {
        RestAssured.given()
                .header("Tocsin-Forwarded", "0d6e1c7e-6a0f-4c6b-8a51-2f3b4c5d6e7f")
                .get("/api/machines")
                .then()
                .statusCode(404)
                .body(is(""));
    }

    @Test
    void shouldSayUnavailableWhenTheOwnerIsDown() {
        RestAssured.get("/api/alerts")
                .then()
                .statusCode(503)
                .header("Retry-After", "1")
                .body("error.code", is("ServiceUnavailable"))
                .body("error.target", notNullValue());
    }

    private static URI service(String path) {
        return URI.create("http://localhost:" + RestAssured.port + path);
    }
}
