package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// A replica is stopped while it fetches a list whose server takes its time: another one begins it at once, and not
/// when
/// the claim runs out after half an hour.
class StoppedSourceE2E {

    private static final String TENANT = "7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch goesOn = new CountDownLatch(1);

    @Test
    void shouldLeaveAListToAnotherReplicaWhenItIsStopped() throws Exception {
        HttpServer server = slowServer();
        try (var postgres = TestPostgres.start();
                var issuer = TestIssuer.start()) {
            // Given
            String token = issuer.sign(issuer.claims()
                    .claim("tid", TENANT)
                    .claim("appid", "operator")
                    .claim("roles", Set.of("Ti.ReadWrite.All")));
            String source;
            try (Replica first = replica(postgres, issuer, "first")) {
                var made = first.post(
                        "/v1/indicators/sources",
                        token,
                        null,
                        "{\"name\":\"slow\",\"kind\":\"Lines\",\"url\":\"http://127.0.0.1:"
                                + server.getAddress().getPort()
                                + "/list\",\"indicatorType\":\"DomainName\",\"action\":\"Block\",\"every\":86400}");
                assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
                source = new ObjectMapper().readTree(made.body()).path("id").asText();
                await().atMost(Duration.ofSeconds(30)).until(() -> asked.get() == 1);

                // When
                assertThat(first.stop(Duration.ofSeconds(60))).isTrue();
            }

            // Then
            assertThat(state(postgres)).isEqualTo("Waiting, claimed until null");
            goesOn.countDown();
            try (Replica second = replica(postgres, issuer, "second")) {
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(second.get("/v1/indicators/sources/" + source + "/runs", token)
                                        .body())
                                .contains("\"Stored\""));
                assertThat(second.get("/api/indicators", token).body()).contains("first.example", "second.example");
            }
            assertThat(asked).hasValue(2);
        } finally {
            goesOn.countDown();
            server.stop(0);
        }
    }

    /// Gives the first line at once, and the rest when it may.
    private HttpServer slowServer() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(200, 0);
            try (var out = exchange.getResponseBody()) {
                out.write("first.example\n".getBytes(StandardCharsets.UTF_8));
                out.flush();
                goesOn.await(5, TimeUnit.MINUTES);
                out.write("second.example\n".getBytes(StandardCharsets.UTF_8));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        return server;
    }

    private static String state(TestPostgres postgres) throws SQLException {
        try (var owner = postgres.asOwner();
                var rows = owner.createStatement()
                        .executeQuery(
                                "select state || ', claimed until ' || coalesce(claimed_until_ticks::text, 'null') from indicator_source_run")) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static Replica replica(TestPostgres postgres, TestIssuer issuer, String name) {
        return Replica.start(
                "indicator-service",
                postgres,
                issuer,
                folder.resolve(name + ".log"),
                Map.of(
                        "TOCSIN_IDENTITY_DEFAULT_TENANT", TENANT,
                        "TOCSIN_INDICATORS_SOURCES_ALLOWED", "127.0.0.1",
                        "TOCSIN_INDICATORS_SOURCES_ALLOW_HTTP", "true",
                        "TOCSIN_INDICATORS_SOURCES_TIMEOUT", "PT2M"));
    }
}
