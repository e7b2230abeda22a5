package io.tocsin.response.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.response.AlertPeer;
import io.tocsin.response.ApiTest;
import io.tocsin.testkit.Tokens;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Telemetry by the agents' channel (docs/adr/056).
@QuarkusTest
class AgentTelemetryTest extends ApiTest {

    private static final String LINES = "{\"EventID\":1}\n{\"EventID\":3}\n";

    @BeforeEach
    void listen() {
        AlertPeer.forget();
    }

    @Test
    void shouldHandTheLinesOnAsTheyAreForItsOwnMachineAlone() {
        Agent agent = enrol("ws5.corp.example");

        send(agent, LINES.getBytes(StandardCharsets.UTF_8))
                .statusCode(200)
                .body("received", is(2))
                .body("stored", is(2))
                .body("failed", is(0));

        assertThat(AlertPeer.asked())
                .containsExactly(
                        "machineId=" + agent.machineId() + " application/x-ndjson {\"EventID\":1}|{\"EventID\":3}");
    }

    @Test
    void shouldReadWhatIsCompressed() throws IOException {
        Agent agent = enrol("ws5.corp.example");
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(LINES.getBytes(StandardCharsets.UTF_8));
        }

        by(agent.credential())
                .contentType("application/x-ndjson")
                .header("Content-Encoding", "gzip")
                .body(bytes.toByteArray())
                .post("/agent/v1/events")
                .then()
                .statusCode(200)
                .body("stored", is(2));
    }

    /// What alert-service has against response-service is no fault of the agent's.
    @ParameterizedTest
    @CsvSource({"429", "500", "503", "401", "403"})
    void shouldSayTryAgainWhenItIsNotTaken(int status) {
        Agent agent = enrol("ws5.corp.example");
        AlertPeer.answers(status);

        ValidatableResponse answer = send(agent, LINES.getBytes(StandardCharsets.UTF_8))
                .statusCode(503)
                .body("error.code", is("ServiceUnavailable"))
                .header("Retry-After", notNullValue());

        if (status == 429) {
            answer.header("Retry-After", is("7"));
        }
    }

    @Test
    void shouldRefuseNothingAndTooMuchAndWhoHasNoCredential() {
        Agent agent = enrol("ws5.corp.example");

        send(agent, new byte[0]).statusCode(400).body("error.code", is("InvalidRequestBody"));
        send(agent, new byte[8 * 1024 * 1024 + 1]).statusCode(413);
        for (String credential : List.of("tad_x", Tokens.application(ALL))) {
            by(credential)
                    .contentType("application/x-ndjson")
                    .body(LINES.getBytes(StandardCharsets.UTF_8))
                    .post("/agent/v1/events")
                    .then()
                    .statusCode(401);
        }
        assertThat(AlertPeer.asked()).isEmpty();
    }

    private static ValidatableResponse send(Agent agent, byte[] lines) {
        return by(agent.credential())
                .contentType("application/x-ndjson")
                .body(lines)
                .post("/agent/v1/events")
                .then();
    }
}
