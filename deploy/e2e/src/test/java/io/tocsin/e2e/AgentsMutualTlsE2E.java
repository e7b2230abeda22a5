package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import io.tocsin.testkit.Tokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// Agents that must show a certificate, at the packaged service with real ones (docs/adr/025).
class AgentsMutualTlsE2E {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static TestPostgres postgres;
    private static TestIssuer issuer;
    private static Replica service;
    private static TestAuthority servers;
    private static TestAuthority devices;
    private static int port;

    @BeforeAll
    static void start() throws IOException {
        postgres = TestPostgres.start();
        issuer = TestIssuer.start();
        servers = TestAuthority.named("servers", folder);
        devices = TestAuthority.named("devices", folder);
        servers.signServer("server", folder.resolve("server"));
        trust(devices);
        port = LocalPlatform.freePort();
        service = Replica.start(
                "response-service", postgres, issuer, folder.resolve("response-service.log"), settings("required"));
        HttpClient device = client(devices.device("first", servers));
        // The management port, which says that the service is ready, opens before this one.
        await().atMost(Duration.ofSeconds(30)).until(() -> isHeard(device));
    }

    @AfterAll
    static void stop() {
        service.close();
        issuer.close();
        postgres.close();
    }

    /// As the chart sets them.
    private static Map<String, String> settings(String mode) {
        return Map.ofEntries(
                Map.entry("TOCSIN_IDENTITY_DEFAULT_TENANT", Tokens.TENANT),
                Map.entry("TOCSIN_AGENTS_MUTUAL_TLS", mode),
                Map.entry("QUARKUS_HTTP_SSL_PORT", Integer.toString(port)),
                Map.entry("QUARKUS_HTTP_INSECURE_REQUESTS", "enabled"),
                Map.entry("QUARKUS_HTTP_TLS_CONFIGURATION_NAME", "agents"),
                Map.entry(
                        "QUARKUS_TLS_AGENTS_KEY_STORE_PEM_SERVER_CERT",
                        folder.resolve("server/tls.crt").toString()),
                Map.entry(
                        "QUARKUS_TLS_AGENTS_KEY_STORE_PEM_SERVER_KEY",
                        folder.resolve("server/tls.key").toString()),
                Map.entry(
                        "QUARKUS_TLS_AGENTS_TRUST_STORE_PEM_CERTS",
                        folder.resolve("ca.crt").toString()),
                Map.entry("QUARKUS_TLS_AGENTS_RELOAD_PERIOD", "1s"));
    }

    private static void trust(TestAuthority... authorities) throws IOException {
        TestAuthority.replace(
                folder.resolve("ca.crt"),
                Stream.of(authorities).map(TestAuthority::certificate).collect(Collectors.joining()));
    }

    @Test
    void shouldEnrolAndWaitForWorkWhenTheDeviceShowsItsCertificate() throws Exception {
        // Given
        HttpClient device = client(devices.device("ws6.corp.example", servers));
        JsonNode enrolled = enrol(device, "ws6.corp.example");
        String credential = enrolled.get("credential").asText();

        // When: it waits, and is given something to do meanwhile
        var waiting = device.sendAsync(
                agent("/agent/v1/actions?wait=30", credential, request -> request)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        var isolated = service.post(
                "/api/machines/" + enrolled.get("machineId").asText() + "/isolate",
                token(),
                null,
                "{\"Comment\":\"e2e\",\"IsolationType\":\"Full\"}");
        var answer = waiting.get(30, TimeUnit.SECONDS);

        // Then
        assertThat(isolated.statusCode()).as(isolated.body()).isEqualTo(201);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(answer.body()).at("/value/0/type").asText()).isEqualTo("Isolate");
    }

    @Test
    void shouldEndTheHandshakeOfWhoHasNoCertificateOrOneOfAnotherAuthority() {
        // Given
        HttpClient without = client(servers.without());
        HttpClient stranger = client(TestAuthority.named("strangers", folder).device("ws7.corp.example", servers));

        // Then
        for (HttpClient refused : List.of(without, stranger)) {
            assertThatThrownBy(() -> send(refused, agent("/agent/v1/actions", "tad_x.y", request -> request)))
                    .isInstanceOf(IOException.class)
                    .rootCause()
                    .hasMessageMatching(".*(certificate|reset|closed|terminated|Broken).*");
        }
    }

    @Test
    void shouldRefuseAgentsByTheEnvelopeWhereNoCertificateIsAskedFor() throws Exception {
        // Given
        HttpClient device = client(devices.device("ws8.corp.example", servers));
        String credential = enrol(device, "ws8.corp.example").get("credential").asText();

        // When
        var polled = service.get("/agent/v1/actions", credential);
        var forged = service.send(
                "/agent/v1/actions",
                request -> request.header("Authorization", "Bearer " + credential)
                        .header("X-Forwarded-Proto", "https")
                        .header("X-Forwarded-Ssl", "on"));
        var enrolled = service.post(
                "/AGENT/v1/enroll", "", null, "{\"token\":\"" + newToken() + "\",\"computerDnsName\":\"x\"}");

        // Then
        assertThat(List.of(polled, forged, enrolled)).allSatisfy(answer -> {
            assertThat(answer.statusCode()).isEqualTo(401);
            JsonNode error = JSON.readTree(answer.body()).get("error");
            assertThat(error.get("code").asText()).isEqualTo("Unauthorized");
            assertThat(error.get("message").asText()).contains("mutual TLS");
            assertThat(error.get("target").asText())
                    .isEqualTo(answer.headers().firstValue("X-Request-Id").orElseThrow());
        });
        assertThat(send(device, agent("/agent/v1/actions", credential, request -> request))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void shouldAskForTheCredentialBesideTheCertificate() throws Exception {
        HttpClient device = client(devices.device("ws9.corp.example", servers));

        assertThat(send(device, agent("/agent/v1/actions", "tad_x.y", request -> request))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void shouldServeNothingButAgentsOnTheirListenerAndPartnersWhereTheyWere() throws Exception {
        HttpClient device = client(devices.device("ws10.corp.example", servers));

        for (String path :
                new String[] {"/api/machines", "/api/alerts", "/v1/device-groups", "/AGENT/v1/actions", "/"}) {
            var answer = send(device, agent(path, token(), request -> request));
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(answer.body()).isEmpty();
            assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
        }
        assertThat(service.get("/api/machines", token()).statusCode()).isEqualTo(200);
    }

    @Test
    void shouldTakeUpANewCertificateAndANewAuthorityWithoutAStart() throws Exception {
        // Given
        TestAuthority freshServers = TestAuthority.named("fresh-servers", folder);
        TestAuthority freshDevices = TestAuthority.named("fresh-devices", folder);
        HttpClient device = client(freshDevices.device("ws11.corp.example", freshServers));
        HttpClient before = client(devices.device("ws12.corp.example", servers));
        assertThat(isHeard(device)).isFalse();
        assertThat(isHeard(before)).isTrue();

        // When
        freshServers.signServer("fresh", folder.resolve("server"));
        trust(devices, freshDevices);

        // Then
        try {
            await().atMost(Duration.ofSeconds(20)).until(() -> isHeard(device));
            assertThat(isHeard(client(freshServers.without()))).isFalse();
        } finally {
            servers.signServer("server-again", folder.resolve("server"));
            trust(devices);
            HttpClient again = client(devices.device("ws13", servers));
            await().atMost(Duration.ofSeconds(20)).until(() -> isHeard(again));
        }
    }

    /// Whether it gets as far as to be asked for its credential.
    private static boolean isHeard(HttpClient device) throws InterruptedException {
        try {
            return send(device, agent("/agent/v1/actions", "tad_x.y", request -> request))
                            .statusCode()
                    == 401;
        } catch (IOException refused) {
            return false;
        }
    }

    @Test
    void shouldNotStartWhenItCouldCheckNoCertificate() throws Exception {
        // Given
        Path log = folder.resolve("without-trust.log");
        var settings = new HashMap<>(Replica.environment(
                "response-service", postgres, issuer, LocalPlatform.freePort(), LocalPlatform.freePort()));
        settings.put("TOCSIN_AGENTS_MUTUAL_TLS", "offered");
        var builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-jar",
                        Path.of(
                                        System.getProperty("tocsin.root"),
                                        "response-service/target/quarkus-app/quarkus-run.jar")
                                .toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(settings);

        // When
        Process process = builder.start();

        // Then
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isNotZero();
            assertThat(Files.readString(log)).contains("tocsin.agents.mutual-tls needs a TLS listener");
        } finally {
            process.destroyForcibly();
        }
    }

    private static JsonNode enrol(HttpClient device, String name) throws IOException, InterruptedException {
        String body =
                "{\"token\":\"" + newToken() + "\",\"computerDnsName\":\"" + name + "\",\"osPlatform\":\"Windows11\"}";
        var answer = send(
                device,
                agent(
                        "/agent/v1/enroll",
                        "",
                        request -> request.header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return JSON.readTree(answer.body());
    }

    /// Made by a partner's token at the plain listener, which stays open to it.
    private static String newToken() throws IOException {
        var answer = service.post("/agent/v1/enrollment-tokens", token(), null, "{}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return JSON.readTree(answer.body()).get("token").asText();
    }

    private static String token() {
        return issuer.sign(issuer.claims()
                .claim("tid", Tokens.TENANT)
                .claim("appid", "e2e")
                .claim("roles", Set.of("Machine.ReadWrite.All", "Machine.Read.All", "Machine.Isolate")));
    }

    private static HttpClient client(SSLContext context) {
        return HttpClient.newBuilder()
                .sslContext(context)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
    }

    private static HttpRequest.Builder agent(
            String path, String credential, UnaryOperator<HttpRequest.Builder> request) {
        return request.apply(HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + credential)
                .timeout(Duration.ofSeconds(40)));
    }

    private static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
