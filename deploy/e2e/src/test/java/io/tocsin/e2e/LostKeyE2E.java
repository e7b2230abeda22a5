package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestMasterKeys;
import io.tocsin.testkit.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// A master key is gone for good, and the operator does what docs/keys.md says, word for word, for all three services.
class LostKeyE2E {

    private static final String TENANT = "7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, List<String>> FEEDS = Map.of(
            "alert-service", List.of("alerts", "incidents"),
            "response-service", List.of("actions", "investigations", "playbook-runs"),
            "indicator-service", List.of("indicators"));

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private final List<String> delivered = new CopyOnWriteArrayList<>();

    /// What partners were told by a playbook and by a source, each with the secret that came along.
    private final List<String> calls = new CopyOnWriteArrayList<>();

    private TestPostgres postgres;
    private TestIssuer issuer;
    private String token;

    @Test
    void shouldServeAllThatWasSealedAgainWhenAMasterKeyIsLostForGood() throws Exception {
        HttpServer target = target();
        String address = "http://127.0.0.1:" + target.getAddress().getPort();
        Path keys = TestMasterKeys.make();
        try (var database = TestPostgres.start();
                var signer = TestIssuer.start()) {
            postgres = database;
            issuer = signer;
            token = token();
            Map<String, String> cursors = new HashMap<>();
            String webhook;
            String playbook;
            String source;
            String list = "{\"name\":\"l\",\"kind\":\"Lines\",\"url\":\"" + address
                    + "/list\",\"indicatorType\":\"DomainName\",\"action\":\"Block\",\"every\":86400,"
                    + "\"login\":{\"kind\":\"Bearer\",\"secret\":\"%s\"}}";
            try (Replica alerts = replica("alert-service", keys, "alerts-before");
                    Replica response = replica("response-service", keys, "response-before");
                    Replica indicators = replica("indicator-service", keys, "indicators-before")) {
                // Given
                webhook = made(
                                alerts,
                                "/v1/webhooks",
                                "{\"name\":\"n\",\"kinds\":[\"Alerts\"],\"from\":\"beginning\",\"url\":\"" + address
                                        + "/\"}")
                        .path("id")
                        .asText();
                push(alerts, "1");
                await().atMost(Duration.ofSeconds(60)).until(() -> !delivered.isEmpty());
                put(response, "/v1/playbooks/secrets/partner", "{\"value\":\"first\",\"host\":\"127.0.0.1\"}");
                playbook = made(response, "/v1/playbooks", """
                                {"name":"Tell","definition":{"start":"tell","steps":{"tell":{"type":"Http","method":"POST",
                                "url":"%s/playbook","headers":{"X-Key":"${secret.partner}"}}}}}""".formatted(address))
                        .path("id")
                        .asText();
                awaitEnd(response, run(response, playbook));
                source = made(indicators, "/v1/indicators/sources", list.formatted("first"))
                        .path("id")
                        .asText();
                awaitPull(indicators, source, "Stored");
                assertThat(calls).contains("/playbook first", "/list Bearer first");
                for (Replica each : List.of(alerts, response, indicators)) {
                    for (String feed : FEEDS.get(each.service())) {
                        cursors.put(feed, cursor(each, feed, "from=beginning"));
                    }
                }
            }

            // When
            Files.delete(keys.resolve("first"));
            TestMasterKeys.add(keys, "second");
            TestMasterKeys.use(keys, "second");
            doAsThePageSays("first");

            // Then
            assertThat(toGiveAgain())
                    .containsExactlyInAnyOrder(
                            "webhook " + webhook, "playbook secret partner", "indicator source " + source);
            try (Replica alerts = replica("alert-service", keys, "alerts-after");
                    Replica response = replica("response-service", keys, "response-after");
                    Replica indicators = replica("indicator-service", keys, "indicators-after")) {
                for (Replica each : List.of(alerts, response, indicators)) {
                    for (String feed : FEEDS.get(each.service())) {
                        assertThat(each.get("/v1/feeds/" + feed + "?cursor=" + cursors.get(feed), token)
                                        .statusCode())
                                .as(feed)
                                .isEqualTo(400);
                        assertThat(cursor(each, feed, "from=now")).as(feed).isNotEmpty();
                    }
                }
                int known = delivered.size();
                push(alerts, "2");
                assertThat(alerts.post("/v1/webhooks/" + webhook + "/secret", token, null, "{\"overlapHours\":0}")
                                .statusCode())
                        .isEqualTo(200);
                await().atMost(Duration.ofSeconds(90))
                        .untilAsserted(() -> assertThat(delivered).hasSizeGreaterThan(known));

                // And what waits for its secret goes on with it
                String waiting = run(response, playbook);
                awaitPull(indicators, source, "Failed");
                assertThat(JSON.readTree(response.get("/v1/playbook-runs/" + waiting, token)
                                        .body())
                                .path("run")
                                .path("state")
                                .asText())
                        .isEqualTo("Running");
                put(response, "/v1/playbooks/secrets/partner", "{\"value\":\"second\",\"host\":\"127.0.0.1\"}");
                awaitEnd(response, waiting);
                put(indicators, "/v1/indicators/sources/" + source, list.formatted("second"));
                awaitPull(indicators, source, "Stored");
                assertThat(calls).contains("/playbook second", "/list Bearer second");
                assertThat(toGiveAgain()).isEmpty();
            }
        } finally {
            target.stop(0);
        }
    }

    private HttpServer target() throws IOException {
        HttpServer target = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        target.createContext("/", exchange -> {
            delivered.add(new String(exchange.getRequestBody().readAllBytes()));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        target.createContext("/playbook", exchange -> {
            calls.add("/playbook " + exchange.getRequestHeaders().getFirst("X-Key"));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        target.createContext("/list", exchange -> {
            calls.add("/list " + exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] lines = "bad.example\n".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, lines.length);
            exchange.getResponseBody().write(lines);
            exchange.close();
        });
        target.start();
        return target;
    }

    private void push(Replica replica, String reference) throws IOException {
        made(
                replica,
                "/v1/alerts",
                "{\"source\":\"s\",\"sourceRef\":\"" + reference
                        + "\",\"title\":\"t\",\"severity\":\"Low\",\"evidence\":[{\"entityType\":\"Ip\",\"ipAddress\":\"198.51.100.1\"}]}");
    }

    private JsonNode made(Replica replica, String path, String body) throws IOException {
        var answer = replica.post(path, token, null, body);
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 202);
        return JSON.readTree(answer.body());
    }

    private void put(Replica replica, String path, String body) throws IOException {
        var answer = replica.send(
                path,
                request -> request.header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private String run(Replica response, String playbook) throws IOException {
        return made(response, "/v1/playbooks/" + playbook + "/runs", "{\"input\":{}}")
                .path("id")
                .asText();
    }

    private void awaitEnd(Replica response, String run) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(JSON.readTree(response.get("/v1/playbook-runs/" + run, token)
                                        .body())
                                .path("run")
                                .path("state")
                                .asText())
                        .isEqualTo("Succeeded"));
    }

    /// Has the list fetched, and waits for how that ends.
    private void awaitPull(Replica indicators, String source, String outcome) throws IOException {
        String path = "/v1/indicators/sources/" + source;
        assertThat(indicators.post(path + "/pull", token, null, "{}").statusCode())
                .isEqualTo(202);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(JSON.readTree(
                                        indicators.get(path + "/runs", token).body())
                                .at("/value/0/state")
                                .asText())
                        .isEqualTo(outcome));
    }

    private String cursor(Replica replica, String feed, String query) throws IOException {
        var answer = replica.get("/v1/feeds/" + feed + "?" + query, token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body().lines().toList().getLast())
                .path("cursor")
                .asText();
    }

    /// The statements of the page's paragraph on a key that is lost, with this key's name.
    private void doAsThePageSays(String key) throws Exception {
        try (var owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            for (String sql :
                    blocks().getFirst().replace("'k1'", "'" + key + "'").split(";")) {
                if (!sql.isBlank()) {
                    statement.execute(sql);
                }
            }
        }
    }

    /// What the page's query finds.
    private List<String> toGiveAgain() throws Exception {
        var found = new ArrayList<String>();
        try (var owner = postgres.asOwner();
                var rows = owner.createStatement().executeQuery(blocks().get(1))) {
            while (rows.next()) {
                assertThat(rows.getString("tenant_id")).isEqualTo(TENANT);
                found.add(rows.getString("kind") + " " + rows.getString("name"));
            }
        }
        return found;
    }

    private static List<String> blocks() throws IOException {
        String page = Files.readString(Path.of(System.getProperty("tocsin.root"), "docs/keys.md"));
        String paragraph = page.substring(page.indexOf("### When one is lost for good"));
        return Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL)
                .matcher(paragraph)
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    private Replica replica(String service, Path keys, String name) {
        return Replica.start(
                service,
                postgres,
                issuer,
                folder.resolve(name + ".log"),
                Map.ofEntries(
                        Map.entry("TOCSIN_IDENTITY_DEFAULT_TENANT", TENANT),
                        Map.entry("TOCSIN_SECRETS_MASTER_KEYS", keys.toString()),
                        Map.entry("TOCSIN_WEBHOOKS_ALLOWED", "127.0.0.1"),
                        Map.entry("TOCSIN_WEBHOOKS_ALLOW_HTTP", "true"),
                        Map.entry("TOCSIN_PLAYBOOKS_ALLOWED", "127.0.0.1"),
                        Map.entry("TOCSIN_PLAYBOOKS_ALLOW_HTTP", "true"),
                        Map.entry("TOCSIN_INDICATORS_SOURCES_ALLOWED", "127.0.0.1"),
                        Map.entry("TOCSIN_INDICATORS_SOURCES_ALLOW_HTTP", "true")));
    }

    private String token() {
        return issuer.sign(issuer.claims()
                .claim("tid", TENANT)
                .claim("appid", "operator")
                .claim(
                        "roles",
                        Set.of(
                                "Alert.ReadWrite.All",
                                "Incident.ReadWrite.All",
                                "Webhook.ReadWrite.All",
                                "SecurityConfiguration.ReadWrite.All",
                                "Machine.ReadWrite.All",
                                "Ti.ReadWrite.All")));
    }
}
