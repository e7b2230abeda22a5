package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// A run of a playbook whose replica is killed by `kill -9` at one step after the other: at those of `make
/// prove-playbooks`, all of them, else at the first three. Another replica goes on, and what each step does outside is
/// done once. Partner and peers answer an indicator under its `Idempotency-Key` as indicator-service does: another body
/// is refused.
class KilledPlaybookE2E {

    private static final String TENANT = "7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10";
    private static final List<String> STEPS = List.of(
            "tell", "block", "isolate", "resolve", "look", "judge", "wait", "fan", "scan", "each", "pause", "ask",
            "last");

    /// The step an action of this type is of.
    private static final Map<String, String> OF_ACTIONS =
            Map.of("Isolate", "isolate", "LiveResponse", "look", "RunAntiVirusScan", "scan");

    private static final int KILLS = Integer.getInteger("tocsin.e2e.playbook-kills", 3);
    private static final Duration SOON = Duration.ofSeconds(120);
    private static final Map<String, String> SETTINGS = Map.of(
            "TOCSIN_IDENTITY_DEFAULT_TENANT", TENANT,
            "TOCSIN_LIMITS_PROFILE", "off",
            "TOCSIN_PLAYBOOKS_ALLOWED", "127.0.0.0/8",
            "TOCSIN_PLAYBOOKS_ALLOW_HTTP", "true",
            // So that the next replica need not wait long for the run of the one that was killed.
            "TOCSIN_PLAYBOOKS_LEASE", "8s",
            "TOCSIN_PLAYBOOKS_TIMEOUT", "2s");
    private static final String DEFINITION = """
            {"name":"Killed","definition":{"start":"tell","steps":{
            "tell":{"type":"Http","method":"POST","url":"%1$s/tell","next":"block"},
            "block":{"type":"Indicator","value":"bad.example","indicatorType":"DomainName","action":"Block","title":"t","expiresInDays":3,"next":"isolate"},
            "isolate":{"type":"Action","action":"Isolate","machineId":"${trigger.machineId}","next":"resolve"},
            "resolve":{"type":"UpdateAlert","alertId":"da1","status":"Resolved","next":"look"},
            "look":{"type":"LiveResponse","machineId":"${trigger.machineId}","commands":[{"type":"GetFile","params":[{"key":"Path","value":"a"}]}],"next":"judge"},
            "judge":{"type":"StartInvestigation","machineId":"${trigger.machineId}","next":"wait"},
            "wait":{"type":"Wait","duration":"PT2S","next":"fan"},
            "fan":{"type":"Parallel","branches":["scan","each"],"next":"ask"},
            "scan":{"type":"Action","action":"RunAntiVirusScan","scanType":"Quick","machineId":"${trigger.machineId}"},
            "each":{"type":"ForEach","items":[1,2],"step":"pause"},
            "pause":{"type":"Wait","duration":"PT3S"},
            "ask":{"type":"Approval","message":"Go on?","next":"last"},
            "last":{"type":"Http","method":"POST","url":"%1$s/last"}}}}""";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, JsonNode> given = new LinkedHashMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final Map<String, JsonNode> indicators = new ConcurrentHashMap<>();
    private TestPostgres postgres;
    private TestIssuer issuer;
    private Replica replica;
    private String peers;
    private String credential;
    private int started;

    @Test
    void shouldGoOnElsewhereAndDoEverythingOnceWhenItsReplicaIsKilledAtAStep() throws Exception {
        postgres = TestPostgres.startDurable(folder.resolve("data"));
        issuer = TestIssuer.start();
        HttpServer partner = partner();
        try {
            // Given
            peers = "http://127.0.0.1:" + partner.getAddress().getPort();
            replica = replica();
            String machine = enrol();
            String playbook = post("/v1/playbooks", DEFINITION.formatted(peers))
                    .path("id")
                    .asText();

            // When
            String run = post("/v1/playbooks/" + playbook + "/runs", "{\"input\":{\"machineId\":\"" + machine + "\"}}")
                    .path("id")
                    .asText();
            for (String step : STEPS.subList(0, Math.min(KILLS, STEPS.size()))) {
                await().atMost(SOON).pollInterval(Duration.ofMillis(10)).until(() -> {
                    work(run, step);
                    return count("playbook_step where name = '" + step + "' and end_ticks is null") > 0;
                });
                replica.kill();
                replica.close();
                replica = replica();
                System.out.printf("playbook kill at %s: another goes on%n", step);
            }

            // Then
            await().atMost(SOON).until(() -> {
                work(run, "");
                return get("/v1/playbook-runs/" + run)
                        .path("run")
                        .path("state")
                        .asText()
                        .equals("Succeeded");
            });
            assertThat(count("playbook_step")).isEqualTo(STEPS.size() + 1); // of the loop two
            assertThat(count("playbook_step where state = 'Succeeded'")).isEqualTo(STEPS.size() + 1);
            assertThat(count("machine_action")).isEqualTo(3);
            assertThat(count("machine_action where type = 'LiveResponse' and status = 'Succeeded'"))
                    .isEqualTo(1);
            assertThat(count("investigation")).isEqualTo(1);
            assertThat(calls.stream()
                            .filter(call -> !call.startsWith("/v1/alerts/")) // what the investigation tells of itself
                            .distinct())
                    .hasSize(4);
            assertThat(indicators).hasSize(1);
            assertThat(count("audit_entry where action = 'playbook-run.end'")).isEqualTo(1);
        } finally {
            if (replica != null) {
                replica.close();
            }
            partner.stop(0);
            issuer.close();
            postgres.close();
        }
    }

    /// What the machine's agent and a person do, but for the step that is about to be killed.
    private void work(String run, String but) throws IOException {
        agent("/agent/v1/actions?wait=0", null)
                .path("value")
                .forEach(action -> given.put(action.path("id").asText(), action));
        for (JsonNode action : List.copyOf(given.values())) {
            if (!but.equals(OF_ACTIONS.get(action.path("type").asText()))) {
                carryOut(action);
                given.remove(action.path("id").asText());
            }
        }
        if (!but.equals("ask")) {
            for (JsonNode step : get("/v1/playbook-runs/" + run).path("steps")) {
                if (step.path("type").asText().equals("Approval")
                        && step.path("state").asText().equals("Waiting")) {
                    post(
                            "/v1/playbook-runs/" + run + "/steps/"
                                    + step.path("id").asText() + "/approve",
                            "{\"comment\":\"c\"}");
                }
            }
        }
    }

    private void carryOut(JsonNode action) throws IOException {
        String place = "/agent/v1/actions/" + action.path("id").asText();
        String lease = action.path("leaseId").asText();
        String done = "{\"leaseId\":\"" + lease + "\",\"status\":\"%s\"}";
        for (JsonNode command : action.path("commands")) {
            String index = command.path("index").asText();
            upload(place + "/files/" + index + "?leaseId=" + lease + "&at=0&size=1");
            agent(place + "/commands/" + index, done.formatted("Completed"));
        }
        agent(place + "/result", done.formatted("Succeeded"));
    }

    private void upload(String path) throws IOException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + replica.port() + path))
                            .header("Authorization", "Bearer " + credential)
                            .header("Content-Type", "application/octet-stream")
                            .PUT(HttpRequest.BodyPublishers.ofString("x"))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// Answers slowly, so that it is asked while its answer is not written down.
    private HttpServer partner() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
            byte[] body = exchange.getRequestBody().readAllBytes();
            calls.add(path + " " + key);
            int status = path.equals("/v1/indicators") ? indicator(key, body) : path.startsWith("/api/") ? 200 : 204;
            try {
                Thread.sleep(500); // a partner takes its time
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            byte[] answer = "{\"id\":\"77\"}".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, status == 204 ? -1 : answer.length);
            try (var out = exchange.getResponseBody()) {
                out.write(status == 204 ? new byte[0] : answer);
            }
        });
        server.start();
        return server;
    }

    private int indicator(String key, byte[] body) throws IOException {
        JsonNode asked = json.readTree(body);
        JsonNode first = indicators.putIfAbsent(key, asked);
        return first == null || first.equals(asked) ? 200 : 422;
    }

    private String enrol() throws IOException {
        String token = post("/agent/v1/enrollment-tokens", "{}").path("token").asText();
        JsonNode enrolled = post(
                "/agent/v1/enroll",
                "{\"token\":\"" + token
                        + "\",\"computerDnsName\":\"ws5.corp.example\",\"osPlatform\":\"Windows11\",\"osBuild\":22631}");
        credential = enrolled.path("credential").asText();
        return enrolled.path("machineId").asText();
    }

    private JsonNode agent(String path, String body) throws IOException {
        return json.readTree(
                (body == null ? replica.get(path, credential) : replica.post(path, credential, null, body)).body());
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
                .claim("appid", "playbooks")
                .claim(
                        "roles",
                        Set.of(
                                "SecurityConfiguration.ReadWrite.All",
                                "Machine.ReadWrite.All",
                                "Machine.Isolate",
                                "Machine.LiveResponse",
                                "Machine.Scan",
                                "Ti.ReadWrite.All",
                                "Alert.ReadWrite.All")));
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
        Path log = folder.resolve("response-service-" + started++ + ".log");
        var settings = new HashMap<>(SETTINGS);
        settings.put("TOCSIN_PEERS_ALERT_URL", peers);
        settings.put("TOCSIN_PEERS_INDICATOR_URL", peers);
        settings.put("TOCSIN_TOKEN_ENDPOINT", issuer.url() + "/token");
        return Replica.start("response-service", postgres, issuer, log, settings);
    }
}
