package io.tocsin.indicator;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.LogConfig;
import io.restassured.filter.log.LogDetail;
import io.restassured.response.ValidatableResponse;
import io.tocsin.testkit.Tokens;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/// What any route refuses for its size, and still answers with the envelope.
@QuarkusTest
class BoundsTest extends ApiTest {

    private static final int MEBIBYTE = 1024 * 1024;

    @Test
    void shouldTellBothCountsWhenABatchIsTooLarge() {
        post("/api/indicators/import", "{\"Indicators\":[" + items("{}", 501) + "]}")
                .statusCode(400)
                .body("error.code", is("MaximumBatchSizeExceeded"))
                .body("error.message", is("Received 501 indicators; at most 500 are allowed"));
        post(
                        "/v1/indicators/match",
                        "{\"values\":[" + items("{\"type\":\"IpAddress\",\"value\":\"203.0.113.1\"}", 10_001) + "]}")
                .statusCode(400)
                .body("error.code", is("MaximumBatchSizeExceeded"))
                .body("error.message", is("Received 10001 values; at most 10000 are allowed"));
    }

    @Test
    void shouldRefuseWhenABodyIsLargerThanItsRouteReads() {
        post("/api/indicators", "{\"title\":\"" + "x".repeat(MEBIBYTE) + "\"}")
                .statusCode(413)
                .body("error.code", is("InvalidRequestBody"))
                .body("error.message", containsString("1048576 bytes"));
    }

    @Test
    void shouldRefuseWhenABodyGrowsTooLargeOnlyByUnpacking() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write("{\"title\":\"".getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 64; i++) {
                gzip.write("x".repeat(MEBIBYTE).getBytes(StandardCharsets.UTF_8));
            }
        }

        with("Ti.ReadWrite.All")
                .header("Content-Encoding", "gzip")
                .body(packed.toByteArray())
                .post("/api/indicators")
                .then()
                .statusCode(413)
                .body("error.code", is("InvalidRequestBody"));
    }

    @Test
    void shouldRefuseWhenJsonIsNestedDeeperThanAnyoneNeeds() {
        post("/api/indicators/import", "{\"Indicators\":[" + "[".repeat(100_000) + "]}")
                .statusCode(400)
                .body("error.code", is("InvalidRequestBody"));
        post("/api/indicators", "{\"x\":" + "{\"x\":".repeat(64) + "1" + "}".repeat(64) + "}")
                .statusCode(400)
                .body("error.code", is("InvalidRequestBody"));
    }

    private static ValidatableResponse post(String path, String body) {
        return RestAssured.given()
                .config(RestAssured.config()
                        .logConfig(LogConfig.logConfig()
                                .enableLoggingOfRequestAndResponseIfValidationFails(LogDetail.HEADERS)))
                .contentType("application/json")
                .header("Authorization", "Bearer " + Tokens.application("Ti.ReadWrite.All"))
                .body(body)
                .post(path)
                .then();
    }

    private static String items(String item, int count) {
        return String.join(",", Collections.nCopies(count, item));
    }
}
