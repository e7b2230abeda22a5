package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// The replica that takes a list of indicators is killed in the midst of it: sent again, the list goes on behind
/// what was
/// stored, nothing is there twice, and every replica's index finds what the table has (docs/adr/042, docs/adr/041).
@EnabledIfSystemProperty(named = "tocsin.e2e.import-kills", matches = "\\d+") // make prove-import
class KilledImportE2E {

    private static final String TENANT = "7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10";
    private static final int KILLS = Integer.getInteger("tocsin.e2e.import-kills", 1);
    private static final int LINES = Integer.getInteger("tocsin.e2e.import-lines", 20_000);
    private static final Duration SOON = Duration.ofSeconds(180);
    private static final Pattern MATCHED = Pattern.compile("\"matched\":true");
    private static final Map<String, String> SETTINGS =
            Map.of("TOCSIN_IDENTITY_DEFAULT_TENANT", TENANT, "TOCSIN_LIMITS_PROFILE", "off");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private TestPostgres postgres;
    private TestIssuer issuer;
    private int started;

    @Test
    void shouldGoOnBehindWhatWasStoredWhenTheReplicaThatTakesAListIsKilled() throws Exception {
        postgres = TestPostgres.startDurable(folder.resolve("data"));
        issuer = TestIssuer.start();
        Replica taking = null;
        Replica other = null;
        try {
            // Given
            other = replica();
            taking = replica();
            String list = list();

            // When
            for (int kill = 0; kill < KILLS; kill++) {
                Replica victim = taking;
                long before = stored();
                CompletableFuture<HttpResponse<String>> broken = client.sendAsync(
                        request(
                                victim,
                                "/v1/indicators/import?importId=list&results=numbers",
                                "application/x-ndjson",
                                list),
                        HttpResponse.BodyHandlers.ofString());
                await().atMost(SOON)
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> stored() > before || broken.isDone());
                victim.kill();
                victim.close();
                System.out.printf("import kill %d: %,d of %,d lines are stored%n", kill + 1, stored(), LINES);
                taking = replica();
            }
            HttpResponse<String> whole = client.send(
                    request(
                            taking,
                            "/v1/indicators/import?importId=list&results=numbers",
                            "application/x-ndjson",
                            list),
                    HttpResponse.BodyHandlers.ofString());

            // Then
            assertThat(whole.statusCode()).as(whole.body()).isEqualTo(200);
            assertThat(whole.body()).contains("\"line\":" + LINES, "\"finished\":true", "\"refused\":0");
            assertThat(stored()).isEqualTo(LINES);
            assertThat(count("indicator_change")).isEqualTo(LINES);
            assertThat(count(
                            "audit_entry, jsonb_array_elements(detail -> 'created') where action = 'indicator.import'"))
                    .isEqualTo(LINES);
            assertThat(count("audit_entry where action = 'indicator.submit'")).isZero();
            for (Replica replica : new Replica[] {taking, other}) {
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(matched(replica)).isEqualTo(LINES));
            }
            System.out.printf("import: %,d lines, each once, found by both replicas after %d kills%n", LINES, KILLS);
        } finally {
            for (Replica replica : new Replica[] {taking, other}) {
                if (replica != null) {
                    replica.close();
                }
            }
            issuer.close();
            postgres.close();
        }
    }

    private static String list() {
        var list = new StringBuilder(LINES * 120);
        for (int i = 0; i < LINES; i++) {
            list.append("{\"indicatorValue\":\"h")
                    .append(i)
                    .append(
                            ".bad.example\",\"indicatorType\":\"DomainName\",\"action\":\"Block\",\"title\":\"t\",\"description\":\"d\"}\n");
        }
        return list.toString();
    }

    private int matched(Replica replica) throws IOException, InterruptedException {
        int matched = 0;
        for (int from = 0; from < LINES; from += 10_000) {
            var values = new StringBuilder("{\"values\":[");
            for (int i = from; i < Math.min(LINES, from + 10_000); i++) {
                values.append(i == from ? "" : ",")
                        .append("{\"type\":\"DomainName\",\"value\":\"h")
                        .append(i)
                        .append(".bad.example\"}");
            }
            HttpResponse<String> answer = client.send(
                    request(
                            replica,
                            "/v1/indicators/match",
                            "application/json",
                            values.append("]}").toString()),
                    HttpResponse.BodyHandlers.ofString());
            matched += (int) MATCHED.matcher(answer.body()).results().count();
        }
        return matched;
    }

    private HttpRequest request(Replica replica, String path, String type, String body) {
        String token = issuer.sign(issuer.claims()
                .claim("tid", TENANT)
                .claim("appid", "lists")
                .claim("roles", Set.of("Ti.ReadWrite.All")));
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + replica.port() + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                .build();
    }

    private long stored() {
        return count("indicator");
    }

    private long count(String what) {
        try (var owner = postgres.asOwner();
                var rows = owner.createStatement().executeQuery("select count(*) from " + what)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private Replica replica() {
        Path log = folder.resolve("indicator-service-" + started++ + ".log");
        return Replica.start("indicator-service", postgres, issuer, log, SETTINGS);
    }
}
