package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// What may take hours – lists that come in, values that are looked up, everything that goes out – when its replica of
/// indicator-service is told to stop: each says by itself how far it came, and goes on with another replica.
class ReplacedIndicatorsE2E {

    private static final String TENANT = "7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10";
    private static final int ROWS = 60_000; // more than sockets take by themselves
    private static final String LINES = "application/x-ndjson";
    private static final Duration GRACE = Duration.ofSeconds(40);
    private static final Pattern UP_TO = Pattern.compile("everything is (?:stored|answered) up to line (\\d+)");
    private static final Pattern ID = Pattern.compile("^.*?\"id\":\"(\\d+)\"", Pattern.MULTILINE);
    private static final Pattern AFTER = Pattern.compile(
            "\\{\"after\":\"(\\d+)\",\"error\":\\{\"code\":\"ServiceUnavailable\",\"message\":\"[^\"]+after=\\1\"}}\n\\z");
    private static final Pattern CURSOR = Pattern.compile("tocsin-next-cursor: (\\S+)");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static TestPostgres postgres;
    private static TestIssuer issuer;
    private static Replica old;
    private static Replica other;

    @BeforeAll
    static void start() throws SQLException {
        postgres = TestPostgres.start();
        issuer = TestIssuer.start();
        try (var owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            // As long as they may be, so that no buffer between the service and a slow reader holds them all.
            statement.execute("""
                    insert into indicator (tenant_id, indicator_value, indicator_type, match_value, action, created_by, severity,
                        title, description, creation_ticks, last_update_ticks)
                    select '%s', 'h' || i || '.example', 'DomainName', 'h' || i || '.example', 'Block', 'test', 'Low',
                        repeat('t', 500), 'd', 1, 1 from generate_series(1, %d) i
                    """.formatted(TENANT, ROWS));
        }
        CompletableFuture<Replica> second = CompletableFuture.supplyAsync(() -> replica("other"));
        old = replica("old");
        other = second.join();
    }

    @AfterAll
    static void stop() {
        old.close();
        other.close();
        issuer.close();
        postgres.close();
    }

    @Test
    void shouldSayHowFarEachCameAndGoOnElsewhereWhenTheReplicaIsReplaced() throws Exception {
        String token = token();
        try (var numbers = listing("results=numbers", token);
                var lines = listing("results=lines", token);
                var match = new SlowCall(old.port(), "POST /v1/indicators/match", token, LINES);
                var export = new SlowCall(old.port(), "GET /v1/indicators/export", token, null);
                var table = new SlowCall(old.port(), "GET /v1/indicators/export?format=csv", token, null);
                var snapshot = new SlowCall(old.port(), "GET /v1/feeds/indicators/snapshot", token, null)) {
            // Given
            for (int i = 1; i <= 3; i++) {
                numbers.send(line("numbers", i));
                lines.send(line("lines", i));
                match.send("{\"type\":\"DomainName\",\"value\":\"h" + i + ".example\"}\n");
            }
            assertThat(export.head()).startsWith("HTTP/1.1 200");
            assertThat(table.head()).startsWith("HTTP/1.1 200");
            String head = snapshot.head();
            await().atMost(Duration.ofSeconds(30)).until(() -> places("imports") == 2 && places("match-streams") == 1);

            // When
            CompletableFuture<Boolean> stopped = CompletableFuture.supplyAsync(() -> old.stop(GRACE));

            // Then
            assertThat(numbers.head()).startsWith("HTTP/1.1 503").contains("retry-after: ");
            long stored = told(numbers.body());
            assertThat(stored).isEqualTo(count("numbers"));
            assertThat(lines.head()).startsWith("HTTP/1.1 200");
            long storedByLine = told(lines.body());
            assertThat(storedByLine).isEqualTo(count("lines"));
            assertThat(match.head()).startsWith("HTTP/1.1 200");
            String answered = match.body();
            assertThat(answered.lines().filter(it -> it.contains("\"matched\":true")))
                    .hasSize((int) told(answered));
            List<Long> exported = ids("/v1/indicators/export", export.body(), token);
            List<Long> held = ids("/v1/feeds/indicators/snapshot", snapshot.body(), token);
            assertThatThrownBy(table::body).as("a table that is not whole").isInstanceOf(IOException.class);
            assertThat(stopped.get()).as("ended within its grace period").isTrue();

            sendRest("numbers", stored, token);
            sendRest("lines", storedByLine, token);
            List<Long> all = LongStream.rangeClosed(1, ROWS).boxed().toList();
            assertThat(exported).startsWith(all.toArray(Long[]::new)).doesNotHaveDuplicates();
            assertThat(held).startsWith(all.toArray(Long[]::new)).doesNotHaveDuplicates();
            Matcher cursor = CURSOR.matcher(head);
            assertThat(cursor.find()).isTrue();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(other.get("/v1/feeds/indicators?cursor=" + cursor.group(1), token)
                                    .body())
                            .as("changes since the snapshot began")
                            .contains("numbers1.example", "lines5.example"));
        }
    }

    private static SlowCall listing(String query, String token) throws IOException {
        return new SlowCall(old.port(), "POST /v1/indicators/import?" + query, token, LINES);
    }

    private static double places(String kind) throws IOException {
        return Scrape.of(old.managed("/q/metrics")).series().stream()
                .filter(it -> it.name().equals("tocsin_places_taken")
                        && kind.equals(it.labels().get("kind")))
                .mapToDouble(Scrape.Series::value)
                .sum();
    }

    private static long told(String answer) {
        Matcher line = UP_TO.matcher(answer);
        assertThat(line.find()).as(answer).isTrue();
        return Long.parseLong(line.group(1));
    }

    /// What was told, and behind it what the other replica tells.
    private static List<Long> ids(String path, String told, String token) throws IOException {
        Matcher after = AFTER.matcher(told);
        assertThat(after.find())
                .as("ends with %s", told.substring(Math.max(0, told.length() - 300)))
                .isTrue();
        var ids = new ArrayList<>(ids(told));
        assertThat(ids).hasSizeBetween(1, ROWS - 1);
        assertThat(ids.getLast()).isEqualTo(Long.parseLong(after.group(1)));
        String rest = other.get(path + "?after=" + after.group(1), token).body();
        assertThat(rest.lines().toList().getLast()).doesNotContain("error");
        ids.addAll(ids(rest));
        return ids;
    }

    private static List<Long> ids(String lines) {
        return ID.matcher(lines)
                .results()
                .map((MatchResult id) -> Long.parseLong(id.group(1)))
                .toList();
    }

    /// Five lines there are in all.
    private static void sendRest(String list, long stored, String token) throws IOException {
        try (var call = new SlowCall(other.port(), "POST /v1/indicators/import?results=numbers", token, LINES)) {
            for (long i = stored + 1; i <= 5; i++) {
                call.send(line(list, i));
            }
            call.end();
            assertThat(call.head()).startsWith("HTTP/1.1 200");
            assertThat(call.body()).contains("\"created\":" + (5 - stored));
        }
        assertThat(count(list)).isEqualTo(5);
    }

    private static String line(String list, long number) {
        return "{\"indicatorValue\":\"" + list + number
                + ".example\",\"indicatorType\":\"DomainName\",\"action\":\"Block\",\"title\":\"t\",\"description\":\"d\"}\n";
    }

    private static long count(String list) {
        try (var owner = postgres.asOwner();
                var rows = owner.createStatement()
                        .executeQuery("select count(*) from indicator where match_value like '" + list + "%'")) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static String token() {
        return issuer.sign(issuer.claims()
                .claim("tid", TENANT)
                .claim("appid", "lists")
                .claim("roles", Set.of("Ti.ReadWrite.All")));
    }

    private static Replica replica(String name) {
        return Replica.start(
                "indicator-service",
                postgres,
                issuer,
                folder.resolve(name + ".log"),
                Map.of(
                        "TOCSIN_IDENTITY_DEFAULT_TENANT",
                        TENANT,
                        "TOCSIN_LIMITS_PROFILE",
                        "off",
                        "TOCSIN_STREAMS_PATIENCE",
                        "1s",
                        "QUARKUS_SHUTDOWN_DELAY",
                        "1s",
                        "QUARKUS_SHUTDOWN_TIMEOUT",
                        "20s"));
    }
}
