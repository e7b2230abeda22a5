package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tocsin.testkit.TestMasterKeys;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// A service starts while PostgreSQL is down, says so in its readiness, and becomes ready when it is back (design §5).
class DatabaseLateE2E {

    private static final List<String> SERVICES = List.of("alert-service", "response-service", "indicator-service");
    private static final Duration SOON = Duration.ofSeconds(60);

    /// Writes down what each statement that changes the schema would have waited for its lock.
    private static final String NOTE_BOUNDS = """
            create schema noted;
            create table noted.bound (lock_timeout text);
            create function noted.note() returns event_trigger language plpgsql security definer as $$
            begin
                insert into noted.bound values (current_setting('lock_timeout'));
            end $$;
            create event trigger note_bound on ddl_command_start execute function noted.note();
            """;

    private final Path root =
            Path.of(System.getProperty("tocsin.root")).toAbsolutePath().normalize();
    private final int port = LocalPlatform.freePort();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void shouldBecomeReadyWhenTheDatabaseComesAfterTheServiceAndComesBackAfterAFall() throws Exception {
        migrate();
        var processes = new LinkedHashMap<Integer, Process>();
        try {
            // Given
            for (String service : SERVICES) {
                int management = LocalPlatform.freePort();
                processes.put(management, start(service, management));
            }
            awaitEach(processes.keySet(), 503);
            assertThat(processes.keySet()).allSatisfy(DatabaseLateE2E::showsThatNoJobHasRun);

            for (int fall = 0; fall < 2; fall++) {
                // When
                try (EmbeddedPostgres back = database()) {
                    assertThat(back.getPort()).isEqualTo(port);

                    // Then
                    awaitEach(processes.keySet(), 200);
                }
                awaitEach(processes.keySet(), 503);
            }
        } finally {
            for (Process process : processes.values()) {
                process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
        }
    }

    /// TocsinNothingMeasured rings by a rate of 0, and there is no rate of a series that is not there.
    private static void showsThatNoJobHasRun(int managementPort) {
        var runs = Scrape.of(answer(managementPort, "/q/metrics").body()).named("tocsin_job_run_seconds_count");
        assertThat(runs)
                .allSatisfy(series -> assertThat(series.value()).isZero())
                .extracting(series ->
                        series.labels().get("task") + " " + series.labels().get("outcome"))
                .contains("measuring success", "measuring failure")
                .doesNotHaveDuplicates();
        assertThat(runs)
                .filteredOn(series -> series.labels().get("outcome").equals("success"))
                .hasSize(runs.size() / 2);
    }

    private static void awaitEach(Set<Integer> managementPorts, int status) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(managementPorts)
                        .allSatisfy(port -> assertThat(readiness(port)).isEqualTo(status)));
    }

    /// The schema, by the service's own migrate-and-exit mode, and the logins; then the database goes away. Its role
    /// has no `lock_timeout`, and waits for no lock without one.
    private void migrate() throws IOException, SQLException, InterruptedException {
        try (EmbeddedPostgres first = database()) {
            try (var connection = DriverManager.getConnection(first.getJdbcUrl("postgres", "postgres"));
                    var statement = connection.createStatement()) {
                statement.execute("create role tocsin_owner login createrole password 'test'");
                statement.execute("create database tocsin owner tocsin_owner");
            }
            try (var connection = DriverManager.getConnection(first.getJdbcUrl("postgres", "tocsin"));
                    var statement = connection.createStatement()) {
                statement.execute(NOTE_BOUNDS);
            }
            Process migration = java("alert-service", List.of("-Dquarkus.profile=prod,migrate"), "tocsin_owner", 0);
            assertThat(migration.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(migration.exitValue()).as(log("alert-service")).isZero();
            assertThat(log("alert-service"))
                    .as("it takes no token and asks no issuer")
                    .doesNotContain("OIDC");
            assertThat(notedBounds(first)).contains("10s").doesNotContain("0");
            try (var connection = DriverManager.getConnection(url(), "tocsin_owner", "test");
                    var statement = connection.createStatement()) {
                for (String service : SERVICES) {
                    String name = service.replace("-service", "");
                    statement.execute("create role " + name + "_service login password 'test' in role tocsin_" + name);
                }
            }
        }
    }

    private static List<String> notedBounds(EmbeddedPostgres server) throws SQLException {
        try (var connection = DriverManager.getConnection(server.getJdbcUrl("postgres", "tocsin"));
                var statement = connection.createStatement()) {
            var bounds = new ArrayList<String>();
            try (var rows = statement.executeQuery("select distinct lock_timeout from noted.bound")) {
                while (rows.next()) {
                    bounds.add(rows.getString(1));
                }
            }
            statement.execute("drop event trigger note_bound; drop schema noted cascade");
            return bounds;
        }
    }

    private EmbeddedPostgres database() throws IOException {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(folder.resolve("data"))
                .setCleanDataDirectory(false)
                .start();
    }

    private Process start(String service, int managementPort) throws IOException {
        return java(service, List.of(), service.replace('-', '_'), managementPort);
    }

    private Process java(String service, List<String> options, String login, int managementPort) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(options);
        command.addAll(List.of(
                "-jar",
                root.resolve(service)
                        .resolve("target/quarkus-app/quarkus-run.jar")
                        .toString()));
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(service + ".log").toFile());
        var environment = builder.environment();
        environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        environment.put("QUARKUS_HTTP_PORT", "0");
        environment.put("QUARKUS_MANAGEMENT_HOST", "127.0.0.1");
        environment.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(managementPort));
        environment.put("QUARKUS_DATASOURCE_JDBC_URL", url());
        environment.put("QUARKUS_DATASOURCE_USERNAME", login);
        environment.put("QUARKUS_DATASOURCE_PASSWORD", "test");
        environment.put("TOCSIN_SECRETS_MASTER_KEYS", TestMasterKeys.folder().toString());
        environment.put("QUARKUS_OIDC_PRIMARY_AUTH_SERVER_URL", "http://127.0.0.1:" + LocalPlatform.freePort());
        environment.put("QUARKUS_OIDC_CLIENT_AUTH_SERVER_URL", "http://127.0.0.1:" + LocalPlatform.freePort());
        environment.put("QUARKUS_OIDC_CLIENT_CLIENT_ID", service);
        environment.put("QUARKUS_OIDC_CLIENT_CREDENTIALS_SECRET", "test");
        return builder.start();
    }

    private String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/tocsin";
    }

    private String log(String service) throws IOException {
        return Files.readString(folder.resolve(service + ".log"));
    }

    /// The status of the readiness route; 0 while nothing listens.
    private static int readiness(int managementPort) {
        try {
            return answer(managementPort, "/q/health/ready").statusCode();
        } catch (UncheckedIOException notYet) {
            return 0;
        }
    }

    private static HttpResponse<String> answer(int managementPort, String path) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
                .timeout(Duration.ofSeconds(10))
                .build();
        try {
            return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
