package io.tocsin.alert.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/// Asks the configured issuer for a token by client credentials.
@ApplicationScoped
class TokenIssuer {

    private final TokenConfig config;
    private final IssuerDocuments documents;
    private final ObjectMapper json;
    private final HttpClient client;

    TokenIssuer(TokenConfig config, IssuerDocuments documents, ObjectMapper json) {
        this.config = config;
        this.documents = documents;
        this.json = json;
        this.client = HttpClient.newBuilder().connectTimeout(config.timeout()).build();
    }

    IssuedToken issue(String clientId, String secret) throws TokenRefusal {
        HttpResponse<String> answer = ask(clientId, secret);
        if (answer.statusCode() == 400 || answer.statusCode() == 401) {
            throw new TokenRefusal(
                    TokenProblem.INVALID_CLIENT, "Invalid client secret provided for application '" + clientId + "'.");
        }
        if (answer.statusCode() != 200) {
            Log.warnf("Issuer answered unexpectedly: status=%d", answer.statusCode());
            throw TokenRefusal.unavailable();
        }
        return read(answer.body());
    }

    private HttpResponse<String> ask(String clientId, String secret) throws TokenRefusal {
        HttpRequest request = HttpRequest.newBuilder(
                        config.endpoint().isPresent()
                                ? config.endpoint().get()
                                : documents.discovery().tokenEndpoint())
                .timeout(config.timeout())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials&client_id=" + encoded(clientId)
                        + "&client_secret=" + encoded(secret)))
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException unreachable) {
            Log.warnf("Issuer does not answer: reason=%s", unreachable.toString());
            throw TokenRefusal.unavailable();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw TokenRefusal.unavailable();
        }
    }

    private IssuedToken read(String body) throws TokenRefusal {
        try {
            JsonNode answer = json.readTree(body);
            String token = answer.required("access_token").asText();
            long expiresIn = answer.path("expires_in").asLong(3600);
            return new IssuedToken(token, expiresIn, Instant.now().getEpochSecond(), tenant(token));
        } catch (IOException | IllegalArgumentException unreadable) {
            Log.warn("Issuer answered no token");
            throw TokenRefusal.unavailable();
        }
    }

    /// The `tid` of a token that came straight from the issuer; it is verified where it is used.
    private Optional<String> tenant(String token) throws IOException {
        String[] parts = token.split("\\.");
        if (parts.length < 2) {
            return Optional.empty();
        }
        JsonNode tid = json.readTree(Base64.getUrlDecoder().decode(parts[1])).path("tid");
        return tid.isTextual() ? Optional.of(tid.asText()) : Optional.empty();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
