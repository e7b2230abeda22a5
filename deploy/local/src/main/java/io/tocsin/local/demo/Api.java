package io.tocsin.local.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// The platform as any client sees it. A service that is away for a moment (503, or a connection that breaks) is asked
/// again for a minute, as every request of the demo may be sent twice.
final class Api {

    static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Set<Integer> TRY_AGAIN = Set.of(429, 502, 503, 504);

    private final HttpClient client;
    private final String base;
    private final @Nullable String bearer;

    private Api(HttpClient client, String base, @Nullable String bearer) {
        this.client = client;
        this.base = base;
        this.bearer = bearer;
    }

    static Api at(String base) {
        return new Api(builder().build(), base, null);
    }

    /// Trusts the certificate authority in that PEM file and no other.
    static Api at(String base, Path authority) throws IOException {
        try {
            var certificate = CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(authority)));
            var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry("ca", certificate);
            var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            var context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return new Api(builder().sslContext(context).build(), base, null);
        } catch (GeneralSecurityException e) {
            throw new IOException("no use can be made of " + authority, e);
        }
    }

    private static HttpClient.Builder builder() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5));
    }

    Api with(String token) {
        return new Api(client, base, token);
    }

    Answer get(String path) {
        return send("GET", path, null, List.of());
    }

    Answer post(String path, Object body) {
        return send("POST", path, json(body), List.of("Content-Type", "application/json"));
    }

    Answer patch(String path, Object body) {
        return send("PATCH", path, json(body), List.of("Content-Type", "application/json"));
    }

    Answer postForm(String path, Map<String, String> form) {
        var text = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        return send(
                "POST",
                path,
                BodyPublishers.ofString(text),
                List.of("Content-Type", "application/x-www-form-urlencoded"));
    }

    Answer postGzip(String path, byte[] body) {
        return send(
                "POST",
                path,
                BodyPublishers.ofByteArray(body),
                List.of("Content-Type", "application/x-ndjson", "Content-Encoding", "gzip"));
    }

    /// Every page of a collection.
    List<JsonNode> collection(String path) {
        var values = new ArrayList<JsonNode>();
        var next = path;
        while (next != null) {
            var page = get(next).expect(200);
            page.path("value").forEach(values::add);
            var link = page.path("@odata.nextLink").asText("");
            next = link.isEmpty() ? null : link.substring(link.indexOf("/api/"));
        }
        return values;
    }

    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private Answer send(String method, String path, @Nullable BodyPublisher body, List<String> headers) {
        var request = HttpRequest.newBuilder(URI.create(base + path))
                .method(method, body == null ? BodyPublishers.noBody() : body)
                .timeout(Duration.ofSeconds(100));
        if (!headers.isEmpty()) {
            request.headers(headers.toArray(String[]::new));
        }
        if (bearer != null) {
            request.header("Authorization", "Bearer " + bearer);
        }
        var what = method + " " + path;
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                var response = client.send(request.build(), BodyHandlers.ofString());
                if (!TRY_AGAIN.contains(response.statusCode()) || System.nanoTime() > deadline) {
                    return new Answer(what, response.statusCode(), response.body());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DemoFailure(what + " was interrupted");
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    throw new DemoFailure("an answer to " + what, e.toString());
                }
            }
            Pause.of(PAUSE);
        }
    }

    private static BodyPublisher json(Object body) {
        try {
            return BodyPublishers.ofString(JSON.writeValueAsString(body));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    record Answer(String request, int status, String body) {

        /// The body, when the status is one of these.
        JsonNode expect(Integer... statuses) {
            if (!Arrays.asList(statuses).contains(status)) {
                throw new DemoFailure(
                        "status "
                                + Arrays.stream(statuses).map(Object::toString).collect(Collectors.joining(" or "))
                                + " for " + request,
                        status + " " + shortened());
            }
            return json();
        }

        JsonNode json() {
            try {
                return body.isBlank() ? JSON.createObjectNode() : JSON.readTree(body);
            } catch (JsonProcessingException e) {
                throw new DemoFailure("JSON as the answer to " + request, shortened());
            }
        }

        String errorCode() {
            return json().path("error").path("code").asText();
        }

        private String shortened() {
            return body.length() > 600 ? body.substring(0, 600) + "…" : body;
        }
    }
}
