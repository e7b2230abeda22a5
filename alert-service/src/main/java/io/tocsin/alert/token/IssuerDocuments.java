package io.tocsin.alert.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Reads what the issuer publishes, and keeps it for a while, so that nobody can have it asked at will. When it does
/// not
/// answer, what it said last still holds.
@ApplicationScoped
class IssuerDocuments {

    private static final String DISCOVERY = "/.well-known/openid-configuration";

    private final TokenConfig config;
    private final ObjectMapper json;
    private final HttpClient client;
    private final Map<URI, Kept> kept = new ConcurrentHashMap<>();

    IssuerDocuments(TokenConfig config, ObjectMapper json) {
        this.config = config;
        this.json = json;
        this.client = HttpClient.newBuilder().connectTimeout(config.timeout()).build();
    }

    /// Its discovery document.
    IssuerDocument discovery() throws TokenRefusal {
        URI issuer = config.issuer().orElseThrow(TokenRefusal::unavailable);
        JsonNode document = read(URI.create(issuer.toString().replaceAll("/+$", "") + DISCOVERY));
        return new IssuerDocument(
                document.path("issuer").asText(issuer.toString()),
                document.path("authorization_endpoint").asText(""),
                uri(document, "token_endpoint"),
                uri(document, "jwks_uri"));
    }

    /// Its public keys, as it publishes them.
    JsonNode keys() throws TokenRefusal {
        return read(discovery().keys());
    }

    private static URI uri(JsonNode document, String property) throws TokenRefusal {
        try {
            return URI.create(document.required(property).asText());
        } catch (IllegalArgumentException missing) {
            Log.warnf("Issuer's discovery document is not complete: property=%s", property);
            throw TokenRefusal.unavailable();
        }
    }

    private JsonNode read(URI address) throws TokenRefusal {
        Kept last = kept.get(address);
        if (last != null && last.until() > System.nanoTime()) {
            return last.document();
        }
        try {
            JsonNode document = ask(address);
            kept.put(
                    address,
                    new Kept(document, System.nanoTime() + config.keep().toNanos()));
            return document;
        } catch (IOException unreachable) {
            Log.warnf("Issuer does not answer: address=%s reason=%s", address, unreachable.toString());
            if (last != null) {
                return last.document();
            }
            throw TokenRefusal.unavailable();
        }
    }

    private JsonNode ask(URI address) throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(address).timeout(config.timeout()).build();
        try {
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new IOException("status " + answer.statusCode());
            }
            return json.readTree(answer.body());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException(stopped);
        }
    }

    private record Kept(JsonNode document, long until) {}
}
