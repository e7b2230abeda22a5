package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestMasterKeys;
import io.tocsin.testkit.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// A master key is gone for good, and the operator does what docs/keys.md says, word for word.
class LostKeyE2E {

    private static final String TENANT = "7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private final List<String> delivered = new CopyOnWriteArrayList<>();

    @Test
    void shouldServeFeedsAndWebhooksAgainWhenAMasterKeyIsLostForGood() throws Exception {
        HttpServer target = target();
        Path keys = TestMasterKeys.make();
        try (var postgres = TestPostgres.start();
                var issuer = TestIssuer.start()) {
            String token = token(issuer);
            String cursor;
            String webhook;
            try (Replica before = replica(postgres, issuer, keys, "before")) {
                // Given
                webhook = JSON.readTree(before.post(
                                        "/v1/webhooks",
                                        token,
                                        null,
                                        "{\"name\":\"n\",\"kinds\":[\"Alerts\"],\"from\":\"beginning\",\"url\":\"http://127.0.0.1:"
                                                + target.getAddress().getPort() + "/\"}")
                                .body())
                        .path("id")
                        .asText();
                push(before, token, "1");
                await().atMost(Duration.ofSeconds(60)).until(() -> !delivered.isEmpty());
                cursor = cursor(before, token, "from=beginning");
            }

            // When
            Files.delete(keys.resolve("first"));
            TestMasterKeys.add(keys, "second");
            TestMasterKeys.use(keys, "second");
            doAsThePageSays(postgres, "first");

            // Then
            try (Replica after = replica(postgres, issuer, keys, "after")) {
                assertThat(after.get("/v1/feeds/alerts?cursor=" + cursor, token).statusCode())
                        .isEqualTo(400);
                assertThat(cursor(after, token, "from=now")).isNotEmpty();
                int known = delivered.size();
                push(after, token, "2");
                assertThat(after.post("/v1/webhooks/" + webhook + "/secret", token, null, "{\"overlapHours\":0}")
                                .statusCode())
                        .isEqualTo(200);
                await().atMost(Duration.ofSeconds(90))
                        .untilAsserted(() -> assertThat(delivered).hasSizeGreaterThan(known));
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
        target.start();
        return target;
    }

    private static void push(Replica replica, String token, String reference) throws IOException {
        assertThat(replica.post(
                                "/v1/alerts",
                                token,
                                null,
                                "{\"source\":\"s\",\"sourceRef\":\"" + reference
                                        + "\",\"title\":\"t\",\"severity\":\"Low\",\"evidence\":[{\"entityType\":\"Ip\",\"ipAddress\":\"198.51.100.1\"}]}")
                        .statusCode())
                .isEqualTo(201);
    }

    private static String cursor(Replica replica, String token, String query) throws IOException {
        var answer = replica.get("/v1/feeds/alerts?" + query, token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body().lines().toList().getLast())
                .path("cursor")
                .asText();
    }

    /// The statements of the page's paragraph on a key that is lost, with this key's name.
    private static void doAsThePageSays(TestPostgres postgres, String key) throws Exception {
        String page = Files.readString(Path.of(System.getProperty("tocsin.root"), "docs/keys.md"));
        var block = Pattern.compile("lost for good.*?```sql\n(.*?)```", Pattern.DOTALL)
                .matcher(page);
        assertThat(block.find()).isTrue();
        try (var owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            for (String sql : block.group(1).replace("'k1'", "'" + key + "'").split(";")) {
                if (!sql.isBlank()) {
                    statement.execute(sql);
                }
            }
        }
    }

    private static Replica replica(TestPostgres postgres, TestIssuer issuer, Path keys, String name) {
        return Replica.start(
                "alert-service",
                postgres,
                issuer,
                folder.resolve(name + ".log"),
                Map.of(
                        "TOCSIN_IDENTITY_DEFAULT_TENANT",
                        TENANT,
                        "TOCSIN_SECRETS_MASTER_KEYS",
                        keys.toString(),
                        "TOCSIN_WEBHOOKS_ALLOWED",
                        "127.0.0.1",
                        "TOCSIN_WEBHOOKS_ALLOW_HTTP",
                        "true"));
    }

    private static String token(TestIssuer issuer) {
        return issuer.sign(issuer.claims()
                .claim("tid", TENANT)
                .claim("appid", "operator")
                .claim("roles", Set.of("Alert.ReadWrite.All", "Webhook.ReadWrite.All")));
    }
}
