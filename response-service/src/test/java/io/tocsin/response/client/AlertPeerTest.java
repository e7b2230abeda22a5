package io.tocsin.response.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.response.AlertPeer;
import io.tocsin.response.client.alert.AlertChange;
import io.tocsin.response.client.alert.RaisedAlert;
import io.tocsin.response.client.alert.StartedByHand;
import io.tocsin.response.client.alert.TelemetryReport;
import io.tocsin.testkit.PeerContract;
import io.tocsin.wire.WireTime;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What we ask of alert-service, and what the tests' stand-in for it answers, is what its own document says.
class AlertPeerTest {

    private final AlertPeer peer = new AlertPeer();
    private final ObjectMapper json = new ObjectMapper();
    private URI uri;

    @BeforeEach
    void start() {
        AlertPeer.forget();
        uri = URI.create(peer.start().get("tocsin.peers.alert-url") + "/v1/alerts/manual-investigation");
    }

    @AfterEach
    void stop() {
        peer.stop();
    }

    @Test
    void shouldAskAndAnswerAsItsDocumentSays() throws Exception {
        PeerContract contract = PeerContract.of("alert-service");
        String body = json.writeValueAsString(new StartedByHand(
                "ar639062219000000000_52011", 331, "6".repeat(40), null, WireTime.now(), "ann@corp.example", null));
        String key = UUID.randomUUID().toString();

        HttpResponse<String> first = ask(key, body);
        HttpResponse<String> again = ask(key, body);

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(contract.fault("POST", uri, body, first)).isEmpty();
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(contract.fault("POST", uri, body, again)).isEmpty();
        assertThat(json.readValue(first.body(), RaisedAlert.class).id()).isEqualTo("ar639062219000000000_52011");
        assertThat(contract.fault("POST", uri, "{\"machineId\":7}", first)).isPresent();
    }

    @Test
    void shouldChangeAnAlertAsItsDocumentSays() throws Exception {
        PeerContract contract = PeerContract.of("alert-service");
        URI alert = URI.create(uri.toString().replace("/v1/alerts/manual-investigation", "/api/alerts/da1"));
        String body = json.writeValueAsString(new AlertChange("Resolved", null, null));
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(alert)
                            .header("Authorization", "Bearer t")
                            .method("PATCH", HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(body).isEqualTo("{\"status\":\"Resolved\"}");
            assertThat(contract.fault("PATCH", alert, body, answer)).isEmpty();
        }
    }

    @Test
    void shouldTakeTelemetryAsItsDocumentSays() throws Exception {
        PeerContract contract = PeerContract.of("alert-service");
        URI events = URI.create(
                uri.toString().replace("/v1/alerts/manual-investigation", "/v1/events?machineId=" + "6".repeat(40)));
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(events)
                            .header("Authorization", "Bearer t")
                            .header("Tocsin-Tenant", UUID.randomUUID().toString())
                            .header("Content-Type", "application/x-ndjson")
                            .POST(HttpRequest.BodyPublishers.ofString("{}\n{}\n"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            // The document takes the lines for bytes: it is the answer that is held against it.
            assertThat(contract.fault("POST", events, "\"lines\"", answer)).isEmpty();
            assertThat(json.readValue(answer.body(), TelemetryReport.class).stored())
                    .isEqualTo(2);
        }
    }

    private HttpResponse<String> ask(String key, String body) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(uri)
                            .header("Authorization", "Bearer t")
                            .header("Tocsin-Tenant", UUID.randomUUID().toString())
                            .header("Idempotency-Key", key)
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
