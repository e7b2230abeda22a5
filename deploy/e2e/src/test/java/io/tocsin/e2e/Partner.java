package io.tocsin.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/// A partner's application as it is in the field: it knows a base URL, a tenant, an id and a secret, and gets its token
/// where it got Defender's.
final class Partner {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private final String url;
    private final String token;

    private Partner(String url, String token) {
        this.url = url;
        this.token = token;
    }

    /// The application whose settings begin with `prefix` in the platform's `env`: empty, `READER_` or `OTHER_`.
    static Partner of(LocalPlatform platform, String prefix) {
        String url = platform.client("TOCSIN_URL");
        String tenant = platform.client(prefix.equals("OTHER_") ? "TOCSIN_OTHER_TENANT" : "TOCSIN_TENANT");
        String form =
                "grant_type=client_credentials&client_id=" + encoded(platform.client("TOCSIN_" + prefix + "CLIENT_ID"))
                        + "&client_secret=" + encoded(platform.client("TOCSIN_" + prefix + "CLIENT_SECRET"))
                        + "&scope=" + encoded("https://api.securitycenter.microsoft.com/.default");
        Answer answer = send(HttpRequest.newBuilder(URI.create(url + "/" + tenant + "/oauth2/v2.0/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
        if (answer.status() != 200) {
            throw new IllegalStateException("no token: " + answer);
        }
        return new Partner(url, answer.json().get("access_token").asText());
    }

    /// The same application at another address, for example a service's own beside the gateway.
    Partner at(String address) {
        return new Partner(address, token);
    }

    /// Its access token.
    String token() {
        return token;
    }

    Answer get(String path) {
        return send(request(path).GET());
    }

    Answer post(String path, Object body) {
        return send(request(path).header("Content-Type", "application/json").POST(json(body)));
    }

    Answer patch(String path, Object body) {
        return send(request(path).header("Content-Type", "application/json").method("PATCH", json(body)));
    }

    Answer postLines(String path, String lines) {
        return send(request(path)
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(lines)));
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).header("Authorization", "Bearer " + token);
    }

    private static HttpRequest.BodyPublisher json(Object body) {
        try {
            return HttpRequest.BodyPublishers.ofString(
                    body instanceof String text ? text : JSON.writeValueAsString(body));
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    /// Status 0 stands for a connection that broke before an answer: the caller does not know what happened.
    private static Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer =
                    HTTP.send(request.timeout(Duration.ofSeconds(40)).build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        } catch (IOException broken) {
            return new Answer(0, String.valueOf(broken));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static Map<String, Object> alert(String source, String reference, String title) {
        return Map.of(
                "source", source, "sourceRef", reference, "title", title, "severity", "Low", "description", "e2e");
    }

    static Map<String, Object> indicator(String address) {
        return Map.of(
                "indicatorValue",
                address,
                "indicatorType",
                "IpAddress",
                "action",
                "Block",
                "title",
                "e2e " + address,
                "description",
                "e2e",
                "generateAlert",
                false);
    }

    /// What came back.
    record Answer(int status, String body) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException notJson) {
                throw new IllegalStateException(this.toString(), notJson);
            }
        }
    }
}
