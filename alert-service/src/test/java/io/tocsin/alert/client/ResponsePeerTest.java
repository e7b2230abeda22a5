package io.tocsin.alert.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.alert.ResponsePeer;
import io.tocsin.alert.client.response.InvestigationRequest;
import io.tocsin.alert.client.response.StartedInvestigation;
import io.tocsin.testkit.PeerContract;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What we ask of response-service, and what the tests' stand-in for it answers, is what its own document says.
class ResponsePeerTest {

    private final ResponsePeer peer = new ResponsePeer();
    private final ObjectMapper json = new ObjectMapper();
    private URI uri;

    @BeforeEach
    void start() {
        ResponsePeer.forget();
        uri = URI.create(peer.start().get("tocsin.peers.response-url") + "/v1/investigations");
    }

    @AfterEach
    void stop() {
        peer.stop();
    }

    @Test
    void shouldAskAndAnswerAsItsDocumentSays() throws Exception {
        PeerContract contract = PeerContract.of("response-service");
        String body = json.writeValueAsString(
                new InvestigationRequest("6".repeat(40), "da639062217274338211_-1180432207", null, "By a policy"));
        String key = UUID.randomUUID().toString();

        HttpResponse<String> first = ask(key, body);
        HttpResponse<String> again = ask(key, body);

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(contract.fault("POST", uri, body, first)).isEmpty();
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(contract.fault("POST", uri, body, again)).isEmpty();
        assertThat(json.readValue(again.body(), StartedInvestigation.class))
                .isEqualTo(json.readValue(first.body(), StartedInvestigation.class));
        assertThat(contract.fault("POST", uri, "{\"machineId\":7}", first)).isPresent();
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
