package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// The second agent, `docs/examples/agent.py`, which knows nothing but docs/agent-protocol.md, at work with the
/// packaged
/// service: what that page says is enough to write one.
class PythonAgentE2E {

    private static final String TENANT = "7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10";
    private static final Duration SOON = Duration.ofSeconds(120);
    private static final Map<String, String> SETTINGS =
            Map.of("TOCSIN_IDENTITY_DEFAULT_TENANT", TENANT, "TOCSIN_LIMITS_PROFILE", "off");
    private static final String SCRIPT = "import sys; print('hello', sys.argv[1])";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient client = HttpClient.newHttpClient();
    private TestIssuer issuer;
    private Replica replica;
    private String machine;

    @Test
    void shouldCarryOutReportAndSurviveWithNothingButThePageThatSaysHow() throws Exception {
        assumeThat(hasPython()).as("python3 is there").isTrue();
        TestPostgres postgres = TestPostgres.startDurable(folder.resolve("data"));
        issuer = TestIssuer.start();
        replica = Replica.start("response-service", postgres, issuer, folder.resolve("service.log"), SETTINGS);
        Process agent = null;
        try {
            // Given
            String token =
                    post("/agent/v1/enrollment-tokens", "{}").path("token").asText();
            agent = agent(token);
            await().atMost(SOON).until(() -> get("/api/machines").path("value").size() == 1);
            machine = get("/api/machines").path("value").path(0).path("id").asText();
            library();

            // When, then
            ends(act("isolate", "{\"Comment\":\"c\",\"IsolationType\":\"Full\"}"), "Succeeded");
            ends(act("restrictCodeExecution", "{\"Comment\":\"c\"}"), "Failed"); // it says that it cannot
            String collected = act("collectInvestigationPackage", "{\"Comment\":\"c\"}");
            ends(collected, "Succeeded");
            assertThat(fetched("/api/machineactions/" + collected + "/getPackageUri"))
                    .contains("\"python\"");
            String live = act("runliveresponse", """
                    {"Comment":"c","Commands":[{"type":"PutFile","params":[{"key":"FileName","value":"hello.py"}]},
                    {"type":"RunScript","params":[{"key":"ScriptName","value":"hello.py"},{"key":"Args","value":"world"}]},
                    {"type":"GetFile","params":[{"key":"Path","value":"%s"}]}]}
                    """.formatted(folder.resolve("agent/hello.py")));
            ends(live, "Succeeded");
            assertThat(fetched("/api/machineactions/" + live + "/GetLiveResponseResultDownloadLink(index=1)"))
                    .contains("hello world", "\"exit_code\": 0");
            assertThat(fetched("/api/machineactions/" + live + "/GetLiveResponseResultDownloadLink(index=2)"))
                    .isEqualTo(SCRIPT);

            // It holds what is to be blocked, and no longer what is not.
            indicator(postgres, 1, "bad.example");
            indicator(postgres, 2, "worse.example");
            holds("Block DomainName bad.example", "Block DomainName worse.example");
            sql(postgres, "delete from indicator where id = 1");
            sql(
                    postgres,
                    "insert into indicator_change (tenant_id, indicator_id, removed, at_ticks) values ('" + TENANT
                            + "', 1, true, 0)");
            holds("Block DomainName worse.example");

            // It goes on with the credential it has when it is started again, and changes it in time.
            agent.destroyForcibly().waitFor();
            String waiting = act("unisolate", "{\"Comment\":\"c\"}");
            agent = agent("used up");
            ends(waiting, "Succeeded");
            await().atMost(SOON)
                    .until(() -> number(postgres, "select count(*) from agent") > 1
                            && number(postgres, "select count(*) from agent where not revoked") == 1);
            ends(act("offboard", "{\"Comment\":\"c\"}"), "Succeeded");
            assertThat(agent.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(agent.exitValue()).isZero();
            assertThat(Files.readAllLines(folder.resolve("agent/done")))
                    .extracting(line -> line.split(" ")[0])
                    .containsExactly("Isolate", "CollectInvestigationPackage", "LiveResponse", "Unisolate", "Offboard");
        } finally {
            if (agent != null) {
                agent.destroyForcibly();
            }
            replica.close();
            issuer.close();
            postgres.close();
        }
    }

    private static boolean hasPython() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
        } catch (IOException none) {
            return false;
        }
    }

    private Process agent(String token) throws IOException {
        var builder = new ProcessBuilder(
                "python3",
                Path.of(System.getProperty("tocsin.root"), "docs/examples/agent.py")
                        .toString(),
                "http://127.0.0.1:" + replica.port(),
                folder.resolve("agent").toString(),
                token);
        builder.environment().put("AGENT_NAME", "py1.corp.example");
        builder.environment().put("AGENT_ROTATE_SECONDS", "1");
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("agent.log").toFile()))
                .start();
    }

    private static void indicator(TestPostgres postgres, int id, String domain) throws SQLException {
        sql(postgres, """
                insert into indicator (id, tenant_id, indicator_value, indicator_type, match_value, action, created_by,
                    severity, title, description, creation_ticks, last_update_ticks)
                values (%1$d, '%2$s', '%3$s', 'DomainName', '%3$s', 'Block', 'x', 'High', 't', 'd', 1, 1);
                insert into indicator_change (tenant_id, indicator_id, removed, at_ticks) values ('%2$s', %1$d, false, 0)
                """.formatted(id, TENANT, domain));
    }

    private static void sql(TestPostgres postgres, String statements) throws SQLException {
        try (Connection owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            statement.execute(statements);
        }
    }

    private static long number(TestPostgres postgres, String query) throws SQLException {
        try (Connection owner = postgres.asOwner();
                var statement = owner.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private void holds(String... lines) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(json.readValue(
                                folder.resolve("agent/indicators").toFile(), String[].class))
                        .containsExactly(lines));
    }

    private void library() throws IOException {
        String form = "--x\r\nContent-Disposition: form-data; name=\"File\"; filename=\"hello.py\"\r\n\r\n" + SCRIPT
                + "\r\n--x--\r\n";
        HttpResponse<String> stored = replica.send(
                "/api/libraryfiles",
                request -> request.header("Authorization", "Bearer " + token())
                        .header("Content-Type", "multipart/form-data; boundary=x")
                        .POST(HttpRequest.BodyPublishers.ofString(form)));
        assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
    }

    private String act(String verb, String body) throws IOException {
        JsonNode action = post("/api/machines/" + machine + "/" + verb, body);
        assertThat(action.path("id").asText()).as(action.toString()).isNotEmpty();
        return action.path("id").asText();
    }

    private void ends(String action, String status) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(get("/api/machineactions/" + action)
                                .path("status")
                                .asText())
                        .isEqualTo(status));
    }

    /// What the link of an answer leads to; its host is the service's, since that has no other name here.
    private String fetched(String path) throws IOException, InterruptedException {
        String link = get(path).path("value").asText();
        URI uri = URI.create(link);
        var here = URI.create("http://127.0.0.1:" + replica.port() + uri.getRawPath()
                + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()));
        return client.send(HttpRequest.newBuilder(here).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private JsonNode get(String path) throws IOException {
        return json.readTree(replica.get(path, token()).body());
    }

    private JsonNode post(String path, String body) throws IOException {
        return json.readTree(replica.post(path, token(), null, body).body());
    }

    private String token() {
        return issuer.sign(issuer.claims()
                .claim("tid", TENANT)
                .claim("appid", "operator")
                .claim(
                        "roles",
                        Set.of(
                                "Machine.ReadWrite.All",
                                "Machine.Isolate",
                                "Machine.RestrictExecution",
                                "Machine.CollectForensics",
                                "Machine.LiveResponse",
                                "Machine.Offboard",
                                "Library.Manage")));
    }
}
