package io.tocsin.response.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.response.IndicatorPeer;
import io.tocsin.response.client.indicator.AskedValues;
import io.tocsin.response.client.indicator.Decided;
import io.tocsin.response.client.indicator.NewIndicator;
import io.tocsin.response.client.indicator.StoredIndicator;
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

/// What we ask of indicator-service, and what the tests' stand-in for it answers, is what its own document says.
class IndicatorPeerTest {

    private final IndicatorPeer peer = new IndicatorPeer();
    private final ObjectMapper json =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
    private URI uri;

    @BeforeEach
    void start() {
        IndicatorPeer.forget();
        uri = URI.create(peer.start().get("tocsin.peers.indicator-url") + "/v1/indicators");
    }

    @AfterEach
    void stop() {
        peer.stop();
    }

    @Test
    void shouldAskAndAnswerAsItsDocumentSays() throws Exception {
        PeerContract contract = PeerContract.of("indicator-service");
        String body = json.writeValueAsString(new NewIndicator(
                "a".repeat(40),
                "FileSha1",
                "BlockAndRemediate",
                "Malicious by investigation 331",
                "An alert names the threat: Emotet",
                "High",
                WireTime.now().toString(),
                true,
                "Investigation 331"));
        String key = UUID.randomUUID().toString();

        HttpResponse<String> first = ask(key, body);
        HttpResponse<String> again = ask(key, body);

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(contract.fault("POST", uri, body, first)).isEmpty();
        assertThat(contract.fault("POST", uri, body, again)).isEmpty();
        assertThat(json.readValue(first.body(), StoredIndicator.class).id()).isEqualTo("77");
        assertThat(contract.fault("POST", uri, "{\"indicatorValue\":7}", first)).isPresent();
    }

    @Test
    void shouldBeAskedWhatDecidesAndToTakeOneAwayAsItsDocumentSays() throws Exception {
        PeerContract contract = PeerContract.of("indicator-service");
        String body = json.writeValueAsString(AskedValues.of("DomainName", "c2.example"));
        URI match = URI.create(uri + "/match");

        HttpResponse<String> none = ask(match, "POST", null, body);
        IndicatorPeer.decides("Allowed");
        HttpResponse<String> one = ask(match, "POST", null, body);
        URI gone = URI.create(uri + "/77");
        HttpResponse<String> deleted = ask(gone, "DELETE", null, "");

        assertThat(contract.fault("POST", match, body, none)).isEmpty();
        assertThat(contract.fault("POST", match, body, one)).isEmpty();
        assertThat(json.readValue(none.body(), Decided.class).value().getFirst().matched())
                .isFalse();
        Decided.Verdict verdict =
                json.readValue(one.body(), Decided.class).value().getFirst();
        assertThat(verdict.action()).isEqualTo("Allowed");
        assertThat(verdict.indicator().id()).isEqualTo("412");
        assertThat(deleted.statusCode()).isEqualTo(204);
        assertThat(contract.fault("DELETE", gone, "", deleted)).isEmpty();
        assertThat(IndicatorPeer.deleted()).containsExactly("77");
    }

    private HttpResponse<String> ask(String key, String body) throws Exception {
        return ask(uri, "POST", key, body);
    }

    private static HttpResponse<String> ask(URI uri, String method, String key, String body) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                    .header("Authorization", "Bearer t")
                    .header("Tocsin-Tenant", UUID.randomUUID().toString())
                    .method(method, HttpRequest.BodyPublishers.ofString(body));
            if (key != null) {
                request.header("Idempotency-Key", key);
            }
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
