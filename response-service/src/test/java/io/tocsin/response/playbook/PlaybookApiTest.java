package io.tocsin.response.playbook;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import com.sun.net.httpserver.HttpServer;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.tocsin.response.AlertPeer;
import io.tocsin.response.ApiTest;
import io.tocsin.response.IndicatorPeer;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// A partner that playbooks call, and what tests of playbooks say.
abstract class PlaybookApiTest extends ApiTest {

    protected static final Duration SOON = Duration.ofSeconds(30);
    protected static final String[] AUTHOR = {
        "SecurityConfiguration.ReadWrite.All",
        "Machine.ReadWrite.All",
        "Machine.Isolate",
        "Machine.Scan",
        "Machine.CollectForensics",
        "Machine.RestrictExecution",
        "Machine.StopAndQuarantine",
        "Machine.LiveResponse",
        "Ti.ReadWrite.All",
        "Alert.ReadWrite.All",
        "Incident.Read.All"
    };

    protected final List<String> calls = new CopyOnWriteArrayList<>();
    protected final AtomicInteger answer = new AtomicInteger(200);
    protected HttpServer partner;

    @BeforeEach
    void listen() throws IOException {
        IndicatorPeer.forget();
        AlertPeer.forget();
        partner = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        partner.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        partner.createContext("/", exchange -> {
            calls.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Idempotency-Key") + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] body = "{\"ticket\":4711}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.get(), body.length);
            try (var out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        partner.start();
    }

    @AfterEach
    void hangUp() {
        partner.stop(0);
    }

    protected String address() {
        return "http://127.0.0.1:" + partner.getAddress().getPort();
    }

    protected static String create(String definition) {
        return with(AUTHOR)
                .body("{\"name\":\"P\",\"definition\":" + definition + "}")
                .post("/v1/playbooks")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    protected static String definition(String id) {
        return TestDatabase.value(
                        "select definition::text from playbook_version where playbook_id = cast(? as uuid)", id)
                .toString();
    }

    protected static String run(String id, String body) {
        return with(AUTHOR)
                .body(body)
                .post("/v1/playbooks/" + id + "/runs")
                .then()
                .statusCode(201)
                .body("state", is("Running"))
                .extract()
                .path("id");
    }

    protected static JsonPath detail(String run) {
        return with(AUTHOR)
                .get("/v1/playbook-runs/" + run)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    protected static void ends(String run, String state) {
        await().atMost(SOON)
                .untilAsserted(() ->
                        with(AUTHOR).get("/v1/playbook-runs/" + run).then().body("run.state", is(state)));
    }

    /// The approval of a run that waits.
    protected static String waiting(String run) {
        return await().atMost(SOON)
                .until(
                        () -> detail(run).getString("steps.find { it.state == 'Waiting' }.id"),
                        java.util.Objects::nonNull);
    }

    protected static ValidatableResponse decide(String run, String step, String how, String... permissions) {
        return with(permissions)
                .body("{\"comment\":\"c\"}")
                .post("/v1/playbook-runs/" + run + "/steps/" + step + "/" + how)
                .then();
    }

    protected static ValidatableResponse cancel(String run) {
        return with(AUTHOR)
                .body("{\"comment\":\"c\"}")
                .post("/v1/playbook-runs/" + run + "/cancel")
                .then();
    }

    protected static ValidatableResponse put(String name, String value) {
        return with(AUTHOR)
                .body("{\"value\":\"" + value + "\",\"host\":\"127.0.0.1\"}")
                .put("/v1/playbooks/secrets/" + name.replace(" ", "%20"))
                .then();
    }

    protected static JsonPath given(Agent agent) {
        return await().atMost(SOON)
                .until(
                        () -> agent.actions(0).extract().jsonPath(),
                        it -> !it.getList("value").isEmpty());
    }

    /// Gives a run steps that have ended.
    protected static void fill(String run, int steps) {
        TestDatabase.update("""
                insert into playbook_step (tenant_id, run_id, scope, name, id, type, state, start_ticks, end_ticks, deadline)
                select tenant_id, id, '', 'x' || n, gen_random_uuid(), 'If', 'Succeeded', 0, 1, now()
                from playbook_run, generate_series(1, ?) n where id = cast(? as uuid)
                """, steps, run);
    }

    /// An incident of some alerts, as correlation makes it.
    protected static String incident(String... alerts) {
        TestDatabase.update(
                "insert into incident (tenant_id, incident_name, created_ticks, last_update_ticks, status, severity)"
                        + " values (cast(? as uuid), 'n', 1, 1, 'Active', 'High')",
                Tokens.TENANT);
        String id = TestDatabase.value("select max(incident_id)::text from incident")
                .toString();
        for (String alert : alerts) {
            TestDatabase.update("update alert set incident_id = cast(? as bigint) where id = ?", id, alert);
        }
        return id;
    }

    protected static void on(String alert, String machine) {
        TestDatabase.update("update alert set machine_id = ? where id = ?", machine, alert);
    }

    protected static void alert(String id, String severity, String source) {
        alert(id, severity, source, "t");
    }

    protected static void alert(String id, String severity, String source, String title) {
        TestDatabase.update(
                "insert into alert (id, tenant_id, source, source_ref, severity, status, title, description,"
                        + " alert_creation_ticks, last_update_ticks, detection_source)"
                        + " values (?, cast(? as uuid), ?, ?, ?, 'New', ?, 'd', 1, 1, ?)",
                id,
                Tokens.TENANT,
                source,
                id + UUID.randomUUID(),
                severity,
                title,
                source);
        TestDatabase.update(
                "insert into alert_evidence (tenant_id, alert_id, position, entity_type, evidence_creation_ticks, sha1)"
                        + " values (cast(? as uuid), ?, 0, 'File', 1, repeat('a', 40))",
                Tokens.TENANT,
                id);
    }
}
