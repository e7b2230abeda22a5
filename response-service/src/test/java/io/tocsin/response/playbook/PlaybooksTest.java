package io.tocsin.response.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.junit.QuarkusTest;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `/v1/playbooks`, `/v1/playbook-runs` and what runs do (docs/api.md).
@QuarkusTest
class PlaybooksTest extends ApiTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String[] AUTHOR = {
        "SecurityConfiguration.ReadWrite.All",
        "Machine.ReadWrite.All",
        "Machine.Isolate",
        "Machine.Scan",
        "Machine.CollectForensics",
        "Machine.RestrictExecution",
        "Machine.StopAndQuarantine",
        "Ti.ReadWrite.All",
        "Alert.ReadWrite.All",
        "Incident.Read.All"
    };

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final AtomicInteger answer = new AtomicInteger(200);
    private HttpServer partner;

    @BeforeEach
    void open() throws IOException {
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
    void close() {
        partner.stop(0);
    }

    @Test
    void shouldDoOneStepAfterTheOtherAndShowWhatEachWasToldAndWhatCameOfIt() {
        // Given
        Agent agent = enrol("ws5.corp.example");
        put("hooks", "s3cret").statusCode(200).body("value", nullValue());
        String id = create("""
                {"start":"tell","steps":{
                "tell":{"type":"Http","method":"POST","url":"%s/a?b=c","headers":{"Authorization":"Bearer ${secret.hooks}"},
                    "body":{"text":"${trigger.title}"},"next":"isolate"},
                "isolate":{"type":"Action","action":"Isolate","machineId":"${trigger.machineId}","comment":"Ticket ${steps.tell.output.body.ticket}","next":"wait"},
                "wait":{"type":"Wait","duration":"PT1S","next":"block"},
                "block":{"type":"Indicator","value":"bad.example","indicatorType":"DomainName","action":"Block","title":"t","expiresInDays":3,"next":"alert"},
                "alert":{"type":"UpdateAlert","alertId":"${trigger.alertId}","status":"Resolved"}}}""".formatted(address()));

        // When
        String run = run(
                id, "{\"input\":{\"title\":\"T\",\"machineId\":\"" + agent.machineId() + "\",\"alertId\":\"da1\"}}");
        JsonPath given = given(agent);
        assertThat(given.getString("value[0].type")).isEqualTo("Isolate");
        assertThat(given.getString("value[0].comment")).isEqualTo("Ticket 4711");
        ends(run, "Running");
        agent.report(given.getString("value[0].id"), given.getString("value[0].leaseId"), "Succeeded");

        // Then
        ends(run, "Succeeded");
        assertThat(calls).singleElement().asString().contains("POST /a?b=c", "Bearer s3cret", "{\"text\":\"T\"}");
        assertThat(IndicatorPeer.asked()).singleElement().asString().contains("bad.example", "expirationTime\":\"2");
        assertThat(AlertPeer.asked()).singleElement().asString().contains("Resolved");
        JsonPath detail = detail(run);
        assertThat(detail.getList("steps.path")).containsExactly("tell", "isolate", "wait", "block", "alert");
        assertThat(detail.getList("steps.state")).containsOnly("Succeeded");
        assertThat(detail.getString("steps[0].input.headers.Authorization")).isEqualTo("Bearer ${secret.hooks}");
        assertThat(detail.getInt("steps[0].output.status")).isEqualTo(200);
        assertThat(detail.getString("steps[1].output.status")).isEqualTo("Succeeded");
        assertThat(TestDatabase.column("select encode(sealed, 'escape') from playbook_secret")
                        .toString())
                .doesNotContain("s3cret");
        assertThat(TestDatabase.column("select action from audit_entry where target = ? order by id", run))
                .containsExactly("playbook-run.start", "playbook-run.end");
    }

    @Test
    void shouldGoTheOtherWayWhenAStepFailsAndFailWhenThereIsNone() {
        Agent agent = enrol("ws5.corp.example");
        String id = create("""
                {"start":"isolate","steps":{
                "isolate":{"type":"Action","action":"Isolate","machineId":"${trigger.machineId}","onFailure":"look"},
                "look":{"type":"If","condition":{"value":"${steps.isolate.state}","operator":"Equals","of":"Failed"},"then":"tell"},
                "tell":{"type":"Http","method":"GET","url":"%s/failed"}}}""".formatted(address()));

        String handled = run(id, "{\"input\":{\"machineId\":\"" + agent.machineId() + "\"}}");
        JsonPath given = given(agent);
        agent.report(given.getString("value[0].id"), given.getString("value[0].leaseId"), "Failed");
        ends(handled, "Succeeded");
        answer.set(400);
        String unknown = run(id, "{\"input\":{\"machineId\":\"nobody\"}}");

        ends(unknown, "Failed");
        assertThat(detail(unknown).getString("run.error")).isEqualTo("Step tell ended as Failed");
        assertThat(detail(unknown).getString("steps[0].error")).contains("nobody was not found");
        assertThat(detail(unknown).getString("steps[2].error")).isEqualTo("the target answered 400");
        ends(run(id, "{}"), "Failed"); // nothing is at ${trigger.machineId}
    }

    @Test
    void shouldWorkOnBranchesAtOnceAndOnEachOfAList() {
        Agent one = enrol("ws5.corp.example");
        Agent other = enrol("ws6.corp.example");
        for (Agent agent : List.of(one, other)) {
            TestDatabase.update(
                    "insert into entity_sighting (tenant_id, kind, value, machine_id, first_seen_ticks, last_seen_ticks, hours)"
                            + " values (cast(? as uuid), 'Domain', 'bad.example', ?, 1, 1, repeat('0', 768)::bit(768))",
                    Tokens.TENANT,
                    agent.machineId());
        }
        String id = create("""
                {"start":"find","steps":{
                "find":{"type":"FindMachines","kind":"Domain","value":"Bad.example","next":"fan"},
                "fan":{"type":"Parallel","branches":["each","none"],"next":"tell"},
                "none":{"type":"ForEach","items":[],"step":"never"},
                "never":{"type":"Wait","duration":"PT1S"},
                "each":{"type":"ForEach","items":"${steps.find.output.machineIds}","step":"scan"},
                "scan":{"type":"Action","action":"RunAntiVirusScan","machineId":"${item}","scanType":"Quick"},
                "tell":{"type":"Http","method":"POST","url":"%s/done","body":"${steps.find.output.count} machines"}}}""".formatted(address()));

        String run = run(id, "{}");
        for (Agent agent : List.of(one, other)) {
            JsonPath given = given(agent);
            assertThat(given.getString("value[0].type")).isEqualTo("RunAntiVirusScan");
            agent.report(given.getString("value[0].id"), given.getString("value[0].leaseId"), "Succeeded");
        }

        ends(run, "Succeeded");
        assertThat(detail(run).getList("steps.path"))
                .containsExactlyInAnyOrder(
                        "find", "fan", "fan.0/each", "fan.1/none", "fan.0/each.0/scan", "fan.0/each.1/scan", "tell");
        assertThat(calls).singleElement().asString().endsWith("2 machines");
    }

    @Test
    void shouldWaitForWhomTheStepAsksAndTakeNoForAnAnswer() {
        String id = create("""
                {"start":"ask","steps":{
                "ask":{"type":"Approval","message":"Go on with ${trigger.name}?","permission":"Machine.Isolate","next":"wait","onRejected":"tell"},
                "wait":{"type":"Wait","duration":"PT1S"},
                "tell":{"type":"Http","method":"GET","url":"%s/no"}}}""".formatted(address()));
        String yes = run(id, "{\"input\":{\"name\":\"N\"}}");
        String no = run(id, "{\"input\":{\"name\":\"N\"}}");
        String step = waiting(yes);
        assertThat(detail(yes).getString("steps[0].input.message")).isEqualTo("Go on with N?");

        decide(yes, step, "approve", "Machine.ReadWrite.All")
                .statusCode(403)
                .body("error.message", containsString("Machine.Isolate"));
        decide(no, step, "approve", AUTHOR).statusCode(404);
        decide(yes, step, "approve", AUTHOR).statusCode(200).body("steps[0].decidedBy", is("test-app"));
        decide(yes, step, "approve", AUTHOR).statusCode(404);
        decide(no, waiting(no), "reject", AUTHOR).statusCode(200);

        ends(yes, "Succeeded");
        ends(no, "Succeeded");
        assertThat(detail(no).getList("steps.state")).containsExactly("Rejected", "Succeeded");
        assertThat(calls).hasSize(1);
    }

    @Test
    void shouldHangNowhereWhenNobodyAnswers() {
        String id = create("""
                {"start":"ask","steps":{"ask":{"type":"Approval","message":"m","timeout":"PT1H","onTimeout":"wait"},
                "wait":{"type":"Wait","duration":"PT1S"}}}""");
        String forgotten = run(id, "{}");
        String late = run(id, "{}");
        waiting(forgotten);
        String step = waiting(late);

        TestDatabase.update("update playbook_step set deadline = now() where run_id = cast(? as uuid)", forgotten);
        TestDatabase.update("update playbook_run set deadline = now() where id = cast(? as uuid)", late);

        ends(forgotten, "Succeeded");
        assertThat(detail(forgotten).getList("steps.state")).containsExactly("TimedOut", "Succeeded");
        ends(late, "TimedOut");
        assertThat(detail(late).getList("steps.state")).containsExactly("Cancelled");
        decide(late, step, "approve", AUTHOR).statusCode(404);
    }

    @Test
    void shouldTryAgainWithTheSameKeyWhenAPartnerIsDownAndNeverLetItLeadInside() {
        String id = create("""
                {"start":"tell","steps":{"tell":{"type":"Http","method":"PUT","url":"%s/x","body":{"a":1}}}}""".formatted(address()));
        answer.set(503);
        String run = run(id, "{}");
        await().atMost(SOON).until(() -> calls.size() >= 2);
        answer.set(201);

        ends(run, "Succeeded");
        assertThat(calls.stream().map(call -> call.split(" ")[2]).distinct()).hasSize(1);
        assertThat(detail(run).getInt("steps[0].attempts")).isGreaterThanOrEqualTo(2);
        String inside = create(
                "{\"start\":\"tell\",\"steps\":{\"tell\":{\"type\":\"Http\",\"method\":\"GET\",\"url\":\"http://169.254.169.254/latest\"}}}");
        String refused = run(inside, "{}");
        TestDatabase.update("update playbook_step set attempts = 4 where run_id = cast(? as uuid)", refused);
        ends(refused, "Failed");
        assertThat(detail(refused).getString("steps[0].error")).contains("not public");
    }

    @Test
    void shouldSendASecretToItsHostAloneAndShowItToNobody() {
        put("other", "s3cret").statusCode(200);
        TestDatabase.update("update playbook_secret set host = 'elsewhere.example'");
        String id = create("""
                {"start":"tell","steps":{"tell":{"type":"Http","method":"GET","url":"%s/x","headers":{"X-Key":"${secret.other}"}}}}""".formatted(address()));

        String run = run(id, "{}");

        ends(run, "Failed");
        assertThat(detail(run).getString("steps[0].error")).isEqualTo("Secret other is for another host");
        assertThat(calls).isEmpty();
        with(AUTHOR)
                .get("/v1/playbooks/secrets")
                .then()
                .body("value[0].name", is("other"))
                .body(not(containsString("s3cret")));
        with(AUTHOR).delete("/v1/playbooks/secrets/other").then().statusCode(204);
        with(AUTHOR).delete("/v1/playbooks/secrets/other").then().statusCode(404);
        put("no name", "x").statusCode(400);
    }

    @Test
    void shouldRevealNoSecretThatDataNamesAndShowNoneThatAPartnerRepeats() {
        put("hooks", "s3cret-4711").statusCode(200);
        partner.createContext("/echo", exchange -> {
            String key = exchange.getRequestHeaders().getFirst("X-Key");
            calls.add(key + "|" + exchange.getRequestHeaders().getFirst("X-Title"));
            byte[] body = ("{\"" + key + "\":[\"I got " + key + "\"]}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(400, body.length);
            try (var out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        String run =
                run(create("""
                        {"start":"tell","steps":{"tell":{"type":"Http","method":"GET","url":"%s/echo",
                        "headers":{"X-Key":"${secret.hooks} for ${trigger.name}","X-Title":"T ${trigger.title}"}}}}""".formatted(address())), "{\"input\":{\"name\":\"N\",\"title\":\"${secret.hooks}\"}}");

        ends(run, "Failed");
        assertThat(calls).containsExactly("s3cret-4711 for N|T ${secret.hooks}");
        JsonPath detail = detail(run);
        assertThat(detail.getString("steps[0].input.headers.X-Key")).isEqualTo("${secret.hooks} for N");
        assertThat(detail.getMap("steps[0].output.body"))
                .containsEntry("${secret.hooks} for N", List.of("I got ${secret.hooks} for N"));
        assertThat(TestDatabase.column("select output::text from playbook_step").toString())
                .doesNotContain("s3cret-4711");
    }

    @Test
    void shouldNotCallACallWellWhoseAnswerDidNotComeWhole() {
        partner.createContext("/long", exchange -> {
            calls.add("long");
            exchange.sendResponseHeaders(200, 0);
            try (var out = exchange.getResponseBody()) {
                out.write(new byte[70_000]);
            }
        });
        partner.createContext("/broken", exchange -> {
            boolean first = calls.stream().noneMatch(call -> call.startsWith("broken"));
            calls.add("broken " + exchange.getRequestHeaders().getFirst("Idempotency-Key"));
            exchange.sendResponseHeaders(200, 7);
            try {
                exchange.getResponseBody().write("{\"a\":1}".getBytes(StandardCharsets.UTF_8), 0, first ? 3 : 7);
                exchange.getResponseBody().flush();
            } finally {
                exchange.close();
            }
        });
        String definition =
                "{\"start\":\"tell\",\"steps\":{\"tell\":{\"type\":\"Http\",\"method\":\"GET\",\"url\":\"%s\"}}}";

        String tooLong = run(create(definition.formatted(address() + "/long")), "{}");
        String broken = run(create(definition.formatted(address() + "/broken")), "{}");

        ends(tooLong, "Failed");
        assertThat(detail(tooLong).getString("steps[0].error")).isEqualTo("the answer is too long");
        ends(broken, "Succeeded");
        assertThat(detail(broken).getInt("steps[0].output.body.a")).isEqualTo(1);
        assertThat(calls.stream().filter("long"::equals)).hasSize(1);
        assertThat(calls.stream().filter(call -> call.startsWith("broken")))
                .hasSize(2)
                .allMatch(calls.getLast()::equals);
    }

    @Test
    void shouldKeepAnAnswerThatHoldsWhatTheDatabaseDoesNot() {
        partner.createContext("/nul", exchange -> {
            byte[] body = "{\"a\":\"x\\u0000y\",\"b\":\"\\\\u0000\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            try (var out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        String run = run(
                create("{\"start\":\"tell\",\"steps\":{\"tell\":{\"type\":\"Http\",\"method\":\"GET\",\"url\":\""
                        + address() + "/nul\"}}}"),
                "{}");

        ends(run, "Succeeded");
        assertThat(detail(run).getString("steps[0].output.body.a")).isEqualTo("xy");
        assertThat(detail(run).getString("steps[0].output.body.b")).isEqualTo("\\u0000");
    }

    @Test
    void shouldOnlySayWhatItWouldDoInADryRun() {
        Agent agent = enrol("ws5.corp.example");
        String id = create("""
                {"start":"tell","steps":{"tell":{"type":"Http","method":"GET","url":"%s/x","next":"ask"},
                "ask":{"type":"Approval","message":"m","next":"isolate"},
                "isolate":{"type":"Action","action":"Isolate","machineId":"${trigger.machineId}","next":"wait"},
                "wait":{"type":"Wait","duration":"P1D"}}}""".formatted(address()));

        String run = run(id, "{\"dryRun\":true,\"input\":{\"machineId\":\"" + agent.machineId() + "\"}}");

        ends(run, "Succeeded");
        assertThat(detail(run).getBoolean("run.dryRun")).isTrue();
        assertThat(detail(run).getString("steps[2].input.machineId")).isEqualTo(agent.machineId());
        assertThat(detail(run).getBoolean("steps[2].output.dryRun")).isTrue();
        assertThat(calls).isEmpty();
        agent.actions(0).body("value", hasSize(0));
    }

    @Test
    void shouldBeginOnceForEachNewAlertThatItsTriggerAsksFor() {
        String id = create("""
                {"triggers":[{"type":"Alert","condition":{"value":"${trigger.severity}","operator":"AtLeast","of":"High"}},
                {"type":"IndicatorMatch"}],"start":"ask","steps":{"ask":{"type":"Approval","message":"${trigger.title}: ${trigger.sha1s}"}}}""");
        await().atMost(SOON).until(() -> TestDatabase.count("playbook_position") == 1);

        alert("da1", "High", "ids");
        alert("da2", "Low", "ids");
        alert("da3", "Low", "CustomerTI");
        TestDatabase.update("update alert set last_update_ticks = last_update_ticks + 1");

        await().atMost(SOON)
                .untilAsserted(() -> with(AUTHOR)
                        .get("/v1/playbook-runs?playbookId=" + id)
                        .then()
                        .body("value.subject", org.hamcrest.Matchers.containsInAnyOrder("da1", "da3")));
        await().during(Duration.ofSeconds(2)).atMost(SOON).until(() -> TestDatabase.count("playbook_run") == 2);
        with(AUTHOR)
                .get("/v1/playbook-runs?state=running")
                .then()
                .body("value.find { it.subject == 'da1' }.trigger", is("Alert"))
                .body("value.find { it.subject == 'da1' }.input.sha1s", hasSize(1))
                .body("value.find { it.subject == 'da3' }.trigger", is("IndicatorMatch"));
        with(AUTHOR)
                .body("{\"name\":\"Off\",\"enabled\":false,\"definition\":" + definition(id) + "}")
                .put("/v1/playbooks/" + id)
                .then()
                .statusCode(200)
                .body("version", is(1));
        alert("da4", "High", "ids");
        await().during(Duration.ofSeconds(2)).atMost(SOON).until(() -> TestDatabase.count("playbook_run") == 2);
    }

    @Test
    void shouldBeginByItsScheduleAndByAnIncident() {
        create("""
                {"triggers":[{"type":"Schedule","every":"PT1H"},{"type":"Incident"}],"start":"wait","steps":{"wait":{"type":"Wait","duration":"PT1S"}}}""");
        await().atMost(SOON).until(() -> TestDatabase.count("playbook_position") == 1);
        TestDatabase.update("update playbook set next_at = now()");

        await().atMost(SOON)
                .untilAsserted(() ->
                        with(AUTHOR).get("/v1/playbook-runs").then().body("value.trigger", is(List.of("Schedule"))));
        TestDatabase.update(
                "insert into incident (tenant_id, incident_name, created_ticks, last_update_ticks, status, severity)"
                        + " values (cast(? as uuid), 'n', 1, 1, 'Active', 'High')",
                Tokens.TENANT);

        await().atMost(SOON)
                .untilAsserted(() -> with(AUTHOR)
                        .get("/v1/playbook-runs")
                        .then()
                        .body("value.trigger", is(List.of("Incident", "Schedule"))));
        assertThat(TestDatabase.value("select next_at > now() + interval '50 minutes' from playbook"))
                .isEqualTo(true);
    }

    @Test
    void shouldGoOnByTheVersionItBeganWithAndWithoutItsPlaybook() {
        String id = create("{\"start\":\"ask\",\"steps\":{\"ask\":{\"type\":\"Approval\",\"message\":\"one\"}}}");
        String run = run(id, "{}");
        String step = waiting(run);
        with(AUTHOR)
                .body(
                        "{\"name\":\"P\",\"definition\":{\"start\":\"other\",\"steps\":{\"other\":{\"type\":\"Wait\",\"duration\":\"PT1S\"}}}}")
                .put("/v1/playbooks/" + id)
                .then()
                .statusCode(200)
                .body("version", is(2));
        with(AUTHOR).get("/v1/playbooks/" + id + "/versions").then().body("value.version", is(List.of(2, 1)));
        with(AUTHOR).delete("/v1/playbooks/" + id).then().statusCode(204);
        with(AUTHOR).get("/v1/playbooks/" + id).then().statusCode(404);

        decide(run, step, "approve", AUTHOR).statusCode(200);

        ends(run, "Succeeded");
        assertThat(detail(run).getInt("run.version")).isEqualTo(1);
    }

    @Test
    void shouldEndWithWhatIsOpenWhenItIsCancelled() {
        String run = run(
                create("{\"start\":\"ask\",\"steps\":{\"ask\":{\"type\":\"Approval\",\"message\":\"one\"}}}"), "{}");
        waiting(run);

        cancel(run)
                .statusCode(200)
                .body("state", is("Cancelled"))
                .body("cancelledBy", is("test-app"))
                .body("endTime", notNullValue());

        cancel(run).statusCode(400).body("error.code", is("BadRequest"));
        assertThat(detail(run).getList("steps.state")).containsExactly("Cancelled");
        await().atMost(SOON)
                .until(() ->
                        with(AUTHOR).get("/v1/feeds/playbook-runs").asString().contains("Cancelled"));
    }

    /// Every third statement that moves a step fails after what it is about was done: what is done again is done with
    /// the same key, and a machine action is made once.
    @Test
    void shouldDoEverythingOnceWhenWhoeverDoesItDiesBeforeItIsWrittenDown() {
        Agent agent = enrol("ws5.corp.example");
        String id = create("""
                {"start":"tell","steps":{
                "tell":{"type":"Http","method":"POST","url":"%s/a","next":"fan"},
                "fan":{"type":"Parallel","branches":["isolate","each"],"next":"block"},
                "isolate":{"type":"Action","action":"Isolate","machineId":"${trigger.machineId}"},
                "each":{"type":"ForEach","items":[1,2],"step":"wait"},
                "wait":{"type":"Wait","duration":"PT1S"},
                "block":{"type":"Indicator","value":"bad.example","indicatorType":"DomainName","action":"Block","title":"t","expiresInDays":3,"next":"alert"},
                "alert":{"type":"UpdateAlert","alertId":"da1","status":"Resolved"}}}""".formatted(address()));
        TestDatabase.update("create sequence test_crash");
        TestDatabase.update("""
                create function test_crash() returns trigger language plpgsql as $$
                begin
                    if nextval('test_crash') % 3 = 1 then raise exception 'the replica dies here'; end if;
                    return new;
                end $$""");
        TestDatabase.update("grant usage on sequence test_crash to public");
        TestDatabase.update("create trigger test_crash before update on playbook_step for each row"
                + " when (new.state <> old.state or new.attempts <> old.attempts) execute function test_crash()");
        try {
            String run = run(id, "{\"input\":{\"machineId\":\"" + agent.machineId() + "\"}}");
            JsonPath given = given(agent);
            agent.report(given.getString("value[0].id"), given.getString("value[0].leaseId"), "Succeeded");

            ends(run, "Succeeded");
            assertThat(TestDatabase.count("machine_action")).isEqualTo(1);
            assertThat(calls.stream().map(call -> call.split(" ")[2]).distinct())
                    .hasSize(1);
            assertThat(IndicatorPeer.asked().stream()
                            .map(call -> call.split(" ")[0])
                            .distinct())
                    .hasSize(1);
            assertThat(detail(run).getList("steps.path")).hasSize(8).doesNotHaveDuplicates();
        } finally {
            TestDatabase.update("drop trigger test_crash on playbook_step");
            TestDatabase.update("drop function test_crash()");
            TestDatabase.update("drop sequence test_crash");
        }
    }

    @Test
    void shouldTakeNothingFromWhoMayNotDoItHimselfOrCannotReachEverything() {
        String isolate =
                "{\"name\":\"P\",\"definition\":{\"start\":\"a\",\"steps\":{\"a\":{\"type\":\"Action\",\"action\":\"Isolate\",\"machineId\":\"m\"}}}}";
        with("SecurityConfiguration.ReadWrite.All")
                .body(isolate)
                .post("/v1/playbooks")
                .then()
                .statusCode(403)
                .body("error.message", containsString("Machine.Isolate"));
        TestDatabase.update("""
                insert into device_group (tenant_id, id, rank, name, automation_level, last_update_ticks, user_group_ids,
                    user_group_names, rules)
                values (cast(? as uuid), 7, 1, 'closed', 'NoAutomatedResponse', 1, '{admins}', '{Admins}', '[]')
                """, Tokens.TENANT);
        by(Tokens.member(Set.of("others"), "kim@corp.example", "SecurityConfiguration.ReadWrite", "Machine.Isolate"))
                .body(isolate)
                .post("/v1/playbooks")
                .then()
                .statusCode(403)
                .body("error.code", is("DisallowedOperation"));
        with(AUTHOR).get("/v1/playbooks").then().body("value", empty());
    }

    @Test
    void shouldAskOnlyOnceForAnIndicatorThatExpiresAlthoughItsFirstAnswerIsLost() {
        IndicatorPeer.answers(0);
        String run = run(
                create(
                        "{\"start\":\"block\",\"steps\":{\"block\":{\"type\":\"Indicator\",\"value\":\"bad.example\",\"indicatorType\":\"DomainName\",\"action\":\"Block\",\"title\":\"t\",\"expiresInDays\":3}}}"),
                "{}");
        await().atMost(SOON).until(() -> !IndicatorPeer.asked().isEmpty());
        IndicatorPeer.answers(200);

        ends(run, "Succeeded");
        assertThat(IndicatorPeer.asked()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(IndicatorPeer.asked().stream().distinct()).hasSize(1);
    }

    @Test
    void shouldSayWhyAnotherServiceRefuses() {
        IndicatorPeer.refuses("InvalidInput");
        String run = run(
                create(
                        "{\"start\":\"block\",\"steps\":{\"block\":{\"type\":\"Indicator\",\"value\":\"bad\",\"indicatorType\":\"DomainName\",\"action\":\"Block\",\"title\":\"t\"}}}"),
                "{}");

        ends(run, "Failed");
        assertThat(detail(run).getString("steps[0].error"))
                .isEqualTo("The other service answered 400, InvalidInput: m");
    }

    @Test
    void shouldShowWhatAlertsAndIncidentsSayOnlyToWhoMayReadThem() {
        String plain =
                "{\"start\":\"ask\",\"steps\":{\"ask\":{\"type\":\"Approval\",\"message\":\"Go on?\",\"next\":\"if\"},"
                        + "\"if\":{\"type\":\"If\",\"condition\":{\"value\":\"${trigger.title}\",\"operator\":\"Exists\"},\"then\":\"tell\"},"
                        + "\"tell\":{\"type\":\"Http\",\"method\":\"POST\",\"url\":\"" + address()
                        + "/a\",\"body\":\"${trigger.title}\"}}";
        for (String type : List.of("Alert", "IndicatorMatch", "Incident")) {
            with("SecurityConfiguration.ReadWrite.All")
                    .body("{\"name\":\"P\",\"definition\":" + plain + ",\"triggers\":[{\"type\":\"" + type + "\"}]}}")
                    .post("/v1/playbooks")
                    .then()
                    .statusCode(403)
                    .body(
                            "error.message",
                            containsString(type.equals("Incident") ? "Incident.Read.All" : "Alert.Read.All"));
        }
        alert("da1", "High", "ids");
        String id = create(plain + "}");
        String runs = "/v1/playbooks/" + id + "/runs";
        with("SecurityConfiguration.ReadWrite.All")
                .body("{\"alertId\":\"da1\"}")
                .post(runs)
                .then()
                .statusCode(403);
        with("SecurityConfiguration.ReadWrite.All")
                .body("{\"incidentId\":1}")
                .post(runs)
                .then()
                .statusCode(403);
        String run = run(id, "{\"alertId\":\"da1\"}");
        decide(run, waiting(run), "approve", AUTHOR).statusCode(200);
        ends(run, "Succeeded");

        assertThat(detail(run).getString("run.input.title")).isEqualTo("t");
        assertThat(detail(run).getString("steps[2].input.body")).isEqualTo("t");
        with("SecurityConfiguration.Read.All")
                .get("/v1/playbook-runs/" + run)
                .then()
                .body("run.input", nullValue())
                .body("run.subject", is("da1"))
                .body("steps[0].input.message", is("Go on?"))
                .body("steps[1].output", nullValue())
                .body("steps[2].input", nullValue())
                .body("steps[2].state", is("Succeeded"));
        with("SecurityConfiguration.Read.All").get("/v1/playbook-runs").then().body("value[0].input", nullValue());
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(with("SecurityConfiguration.Read.All")
                                .get("/v1/feeds/playbook-runs")
                                .asString())
                        .contains("\"input\":null")
                        .doesNotContain("\"title\":"));
    }

    @Test
    void shouldNotLetHimApproveWhoStartedItWhereThatTakesFourEyes() {
        String id = create("{\"start\":\"ask\",\"steps\":{\"ask\":{\"type\":\"Approval\",\"message\":\"m\"}}}");
        String approved = run(id, "{}");
        String rejected = run(id, "{}");
        String free = run(id, "{}");
        decide(free, waiting(free), "approve", AUTHOR).statusCode(200);
        TestDatabase.update("""
                insert into remediation_policy (tenant_id, four_eyes, server_approvals, share_verdicts, share_days,
                    last_updated_by, last_update_ticks) values (cast(? as uuid), true, 1, false, 7, 'a', 1)
                """, Tokens.TENANT);

        decide(approved, waiting(approved), "approve", AUTHOR)
                .statusCode(403)
                .body("error.code", is("DisallowedOperation"));
        decide(rejected, waiting(rejected), "reject", AUTHOR).statusCode(200);
        by(Tokens.member(Set.of(), "kim@corp.example", "Machine.ReadWrite"))
                .body("{\"comment\":\"c\"}")
                .post("/v1/playbook-runs/" + approved + "/steps/" + waiting(approved) + "/approve")
                .then()
                .statusCode(200);

        ends(approved, "Succeeded");
    }

    @Test
    void shouldResolveTheOlderOfTwoEqualAlertsAndNeverBoth() {
        String id = create("""
                {"start":"find","steps":{"find":{"type":"FindAlerts","title":"${trigger.title}","except":"${trigger.alertId}","next":"each"},
                "each":{"type":"ForEach","items":"${steps.find.output.alertIds}","step":"resolve"},
                "resolve":{"type":"UpdateAlert","alertId":"${item}","status":"Resolved"}}}""");
        alert("da1", "Low", "ids");
        alert("da2", "Low", "ids");

        ends(run(id, "{\"alertId\":\"da1\"}"), "Succeeded");
        ends(run(id, "{\"input\":{\"title\":\"t\",\"alertId\":\"da2\"}}"), "Succeeded");
        String run = with("SecurityConfiguration.Read.All")
                .get("/v1/playbook-runs")
                .jsonPath()
                .getString("value.find { it.subject == null }.id");
        with("SecurityConfiguration.Read.All")
                .get("/v1/playbook-runs/" + run)
                .then()
                .body("steps[0].path", is("find"))
                .body("steps[0].output", nullValue())
                .body("run.input.title", is("t"));
        assertThat(detail(run).getList("steps[0].output.alertIds")).containsExactly("da1");

        assertThat(AlertPeer.asked()).singleElement().asString().contains("/api/alerts/da1");
    }

    /// A loop in a loop has no bound but this one.
    @Test
    void shouldBeginNoMoreStepsThanARunMayHave() {
        String id = create("""
                {"start":"ask","steps":{"ask":{"type":"Approval","message":"m","next":"outer"},
                "outer":{"type":"ForEach","items":[1,2,3],"step":"inner"},
                "inner":{"type":"ForEach","items":[1,2,3,4],"step":"if"},
                "if":{"type":"If","condition":{"value":"${index}","operator":"AtLeast","of":0},"then":"then"},
                "then":{"type":"If","condition":{"value":"${steps.if.output.holds}","operator":"Equals","of":"true"}}}}""");
        String few = run(id, "{}");
        String many = run(id, "{}");
        decide(few, waiting(few), "approve", AUTHOR).statusCode(200);
        ends(few, "Succeeded");
        assertThat(detail(few).getList("steps.path")).hasSize(1 + 1 + 3 + 12 + 12);
        String step = waiting(many);
        fill(many, 9_987);

        decide(many, step, "approve", AUTHOR).statusCode(200);

        ends(many, "Failed");
        assertThat(detail(many).getString("run.error")).isEqualTo("Step outer ended as Failed");
        assertThat(TestDatabase.count("playbook_step where name not like 'x%' and run_id = '" + many + "'"))
                .isEqualTo(1 + 1 + 3 + 8);
        assertThat(TestDatabase.column(
                        "select distinct error from playbook_step where run_id = cast(? as uuid) and name in ('inner', 'if')"
                                + " and state = 'Failed' or error like 'It does not go on%'",
                        many))
                .contains(
                        "It does not begin 4 branches: a run has at most 10000 steps",
                        "It does not go on to then: a run has at most 10000 steps");
        with(AUTHOR)
                .get("/v1/playbook-runs/" + many + "?$top=2&$skip=9990")
                .then()
                .body("stepCount", is(10_000))
                .body("steps", hasSize(2));
        with(AUTHOR).get("/v1/playbook-runs/" + many).then().body("steps", hasSize(5_000));
        for (String query : List.of("?$top=5001", "?$top=x", "?$skip=-1")) {
            with(AUTHOR).get("/v1/playbook-runs/" + many + query).then().statusCode(400);
        }
    }

    @Test
    void shouldNotCallARunWellOfWhichItCannotSeeEverything() {
        String run = run(
                create("{\"start\":\"ask\",\"steps\":{\"ask\":{\"type\":\"Approval\",\"message\":\"one\"}}}"), "{}");
        waiting(run);
        fill(run, 20_001);

        ends(run, "Failed");
        assertThat(with(AUTHOR)
                        .get("/v1/playbook-runs/" + run + "?$top=0")
                        .jsonPath()
                        .getString("run.error"))
                .isEqualTo("It has more than 10000 steps");
    }

    @Test
    void shouldWaitAsLongAsItMay() {
        String run = run(
                create(
                        "{\"start\":\"wait\",\"steps\":{\"wait\":{\"type\":\"Wait\",\"duration\":\"PT1S\",\"timeout\":\"PT1S\"}}}"),
                "{}");

        ends(run, "Succeeded");
        assertThat(detail(run).getList("steps.state")).containsExactly("Succeeded");
    }

    @Test
    void shouldSayThatMoreMachinesHaveSeenItThanItNames() {
        TestDatabase.update("""
                with made as (insert into machine (tenant_id, id)
                    select cast(? as uuid), 'm' || n from generate_series(1, 1003) n returning tenant_id, id)
                insert into entity_sighting (tenant_id, kind, value, machine_id, first_seen_ticks, last_seen_ticks, hours)
                select tenant_id, 'Domain', 'bad.example', id, 1, 1, repeat('0', 768)::bit(768) from made
                """, Tokens.TENANT);
        String run = run(
                create(
                        "{\"start\":\"find\",\"steps\":{\"find\":{\"type\":\"FindMachines\",\"kind\":\"Domain\",\"value\":\"bad.example\"}}}"),
                "{}");

        ends(run, "Succeeded");
        with(AUTHOR)
                .get("/v1/playbook-runs/" + run)
                .then()
                .body("steps[0].output.count", is(1000))
                .body("steps[0].output.total", is(1003))
                .body("steps[0].output.truncated", is(true));
    }

    @Test
    void shouldTellThatMoreWasToBeginThanAnHourAllows() {
        String id = create("""
                {"triggers":[{"type":"Alert"}],"start":"wait","steps":{"wait":{"type":"Wait","duration":"PT1S"}}}""");
        await().atMost(SOON).until(() -> TestDatabase.count("playbook_position") == 1);
        TestDatabase.update("""
                insert into playbook_run (tenant_id, id, playbook_id, playbook_name, version, trigger, dry_run, state, start_ticks,
                    end_ticks, deadline, input)
                select p.tenant_id, gen_random_uuid(), p.id, p.name, 1, 'Schedule', false, 'Succeeded', p.created_ticks, 1, now(), '{}'
                from playbook p, generate_series(1, 100) n
                """);

        alert("da1", "High", "ids");
        alert("da2", "High", "ids");

        await().atMost(SOON)
                .untilAsserted(() -> with(AUTHOR)
                        .get("/v1/playbooks/" + id)
                        .then()
                        .body("suppressed", is(2))
                        .body("lastSuppressedTime", notNullValue()));
        assertThat(TestDatabase.count("playbook_run")).isEqualTo(100);
        assertThat(TestDatabase.column(
                        "select detail::text from audit_entry where target = ? and action = 'playbook-run.suppress'",
                        id))
                .isNotEmpty() // two where the hour strikes between them
                .allSatisfy(detail -> assertThat(detail.toString()).contains("da"));
    }

    @Test
    void shouldHoldAllOthersAgainstAnAlertOneOfThemCannotBeHeldAgainst() {
        String broken = create("""
                {"triggers":[{"type":"Alert","condition":{"value":"${trigger.title}${trigger.title}","operator":"Contains","of":"x"}}],
                "start":"wait","steps":{"wait":{"type":"Wait","duration":"PT1S"}}}""");
        String unreadable = create("""
                {"triggers":[{"type":"Alert"},{"type":"Schedule","every":"PT1H"}],"start":"wait","steps":{"wait":{"type":"Wait","duration":"PT1S"}}}""");
        String good = create("""
                {"triggers":[{"type":"Alert"}],"start":"wait","steps":{"wait":{"type":"Wait","duration":"PT1S"}}}""");
        TestDatabase.update(
                "update playbook_version set definition = '{\"steps\":7}' where playbook_id = cast(? as uuid)",
                unreadable);
        TestDatabase.update("update playbook set next_at = now() where id = cast(? as uuid)", unreadable);
        await().atMost(SOON).until(() -> TestDatabase.count("playbook_position") == 1);

        alert("da1", "High", "ids", "t".repeat(40_000));

        await().atMost(SOON)
                .untilAsserted(() -> with(AUTHOR)
                        .get("/v1/playbook-runs")
                        .then()
                        .body("value.playbookId", is(List.of(good)))
                        .body("value.subject", is(List.of("da1"))));
        with(AUTHOR)
                .get("/v1/playbooks/" + broken)
                .then()
                .body("problem", is("Alert da1: The text is longer than 65536"))
                .body("problemTime", notNullValue());
        with(AUTHOR).get("/v1/playbooks/" + unreadable).then().body("problem", containsString("steps is no object"));
        await().atMost(SOON)
                .until(() -> TestDatabase.value(
                                "select next_at > now() from playbook where id = cast(? as uuid)", unreadable)
                        .equals(true));
        with(AUTHOR)
                .body("{\"name\":\"P\",\"enabled\":false,\"definition\":" + definition(good) + "}")
                .put("/v1/playbooks/" + broken)
                .then()
                .statusCode(200)
                .body("problem", nullValue());
    }

    @Test
    void shouldEndARunWhoseVersionCannotBeRead() {
        String id = create("{\"start\":\"ask\",\"steps\":{\"ask\":{\"type\":\"Approval\",\"message\":\"one\"}}}");
        String late = run(id, "{}");
        String other = run(id, "{}");
        waiting(late);
        waiting(other);
        TestDatabase.update("update playbook_run set deadline = now() where id = cast(? as uuid)", late);
        TestDatabase.update("update playbook_version set definition = '{\"steps\":7}'");
        TestDatabase.update("update playbook_run set due = now() where lease is null");

        ends(late, "TimedOut");
        ends(other, "Failed");
        assertThat(detail(other).getString("run.error"))
                .isEqualTo("The version it began with cannot be read: steps is no object of 1 to 200 steps");
    }

    /// One tenant's partner answers nobody: 20 of its runs wait for it, each for ten seconds.
    @Test
    void shouldLetNoTenantsSlowRunsHoldUpAnothers() throws Exception {
        var held = new CountDownLatch(1);
        partner.createContext("/slow", exchange -> {
            calls.add("slow");
            try {
                held.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        create("{\"start\":\"tell\",\"steps\":{\"tell\":{\"type\":\"Http\",\"method\":\"GET\",\"url\":\"" + address()
                + "/slow\",\"next\":\"if\"},"
                + "\"if\":{\"type\":\"If\",\"condition\":{\"value\":\"1\",\"operator\":\"Exists\"}}}}");
        UUID other = UUID.randomUUID();
        TestDatabase.update(
                "insert into playbook_version (tenant_id, playbook_id, version, definition, created_by, created_ticks)"
                        + " select cast(? as uuid), playbook_id, version, definition, created_by, created_ticks from playbook_version",
                other.toString());
        try {
            TestDatabase.update("""
                    with runs as (
                        insert into playbook_run (tenant_id, id, playbook_id, playbook_name, version, trigger, dry_run, state, start_ticks,
                            deadline, due, input)
                        select case when n = 21 then cast(? as uuid) else p.tenant_id end, gen_random_uuid(), p.id, 'P', 1, 'Manual', false,
                            'Running', n, now() + interval '1 hour', now() - (100 - n) * interval '1 second', '{}'
                        from playbook p, generate_series(1, 21) n returning tenant_id, id, start_ticks)
                    insert into playbook_step (tenant_id, run_id, scope, name, id, type, state, start_ticks, deadline)
                    select tenant_id, id, '', case start_ticks when 21 then 'if' else 'tell' end, gen_random_uuid(),
                        case start_ticks when 21 then 'If' else 'Http' end, 'Ready', 1, now() + interval '1 hour' from runs
                    """, other.toString());

            await().atMost(SOON)
                    .until(() -> TestDatabase.value("select state from playbook_run where start_ticks = 21")
                            .equals("Succeeded"));
            assertThat(calls).hasSizeLessThanOrEqualTo(12); // none was given up, and a quarter of the places was left
        } finally {
            held.countDown();
        }
    }

    /// A step ends, and the next begins, while somebody cancels the run.
    @Test
    void shouldLeaveNothingOpenInARunThatIsCancelledWhileAStepEnds() throws Exception {
        String id = create("""
                {"start":"one","steps":{"one":{"type":"If","condition":{"value":"1","operator":"Exists"},"then":"two"},
                "two":{"type":"Approval","message":"m"}}}""");
        try (var holder = TestDatabase.open()) {
            holder.createStatement().execute("""
                    create function test_hold() returns trigger language plpgsql as $$
                    begin
                        if new.name = 'two' then perform pg_advisory_xact_lock(4711); end if;
                        return new;
                    end $$""");
            holder.createStatement()
                    .execute(
                            "create trigger test_hold before insert on playbook_step for each row execute function test_hold()");
            holder.createStatement().execute("select pg_advisory_lock(4711)");
            String run = run(id, "{}");
            await().atMost(SOON).until(() -> TestDatabase.count("pg_locks where not granted") == 1);
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var cancelled = threads.submit(() -> cancel(run).extract().statusCode());
                await().atMost(SOON).until(() -> TestDatabase.count("pg_locks where not granted") == 2);
                holder.createStatement().execute("select pg_advisory_unlock(4711)");
                assertThat(cancelled.get()).isEqualTo(200);
            }

            assertThat(detail(run).getString("run.state")).isEqualTo("Cancelled");
            assertThat(detail(run).getList("steps.state")).isNotEmpty().doesNotContain("Ready", "Waiting");
        } finally {
            TestDatabase.update("drop trigger if exists test_hold on playbook_step");
            TestDatabase.update("drop function if exists test_hold()");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"name\":\"n\"}",
                "{\"name\":\"\",\"definition\":{}}",
                "{\"name\":\"n\",\"definition\":7}",
                "{\"name\":\"n\",\"definition\":{\"start\":\"a\",\"steps\":{}}}"
            })
    void shouldRefuseWhatIsNoPlaybook(String body) {
        with(AUTHOR).body(body).post("/v1/playbooks").then().statusCode(400);
        assertThat(TestDatabase.count("playbook")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"?state=dancing", "?cursor=x", "?playbookId=x"})
    void shouldRefuseWhatIsNoQueryOfRuns(String query) {
        with(AUTHOR).get("/v1/playbook-runs" + query).then().statusCode(400).body("error.code", is("InvalidInput"));
    }

    @Test
    void shouldTakeAndGiveCacao() {
        JsonPath templates = with(AUTHOR)
                .get("/v1/playbooks/templates")
                .then()
                .statusCode(200)
                .body("value", hasSize(6))
                .extract()
                .jsonPath();
        assertThat(templates.getList("value.name")).doesNotHaveDuplicates();
        String id = create(
                "{\"start\":\"ask\",\"steps\":{\"ask\":{\"type\":\"Approval\",\"message\":\"one\",\"permission\":\"Machine.Isolate\"}}}");
        String document = with(AUTHOR)
                .get("/v1/playbooks/" + id + "/cacao")
                .then()
                .statusCode(200)
                .body("playbook.spec_version", is("cacao-2.0"))
                .body("losses", hasSize(1))
                .extract()
                .asString();
        String playbook = document.substring(document.indexOf(':') + 1, document.lastIndexOf(",\"losses\""));

        with(AUTHOR)
                .body(playbook)
                .post("/v1/playbooks/cacao")
                .then()
                .statusCode(201)
                .body("losses", empty())
                .body("playbook.enabled", is(false))
                .body("playbook.definition.steps.ask.permission", is("Machine.Isolate"));
        with(AUTHOR)
                .body("{\"type\":\"playbook\"}")
                .post("/v1/playbooks/cacao")
                .then()
                .statusCode(400);
    }

    @Test
    void shouldPageThroughRuns() {
        String id = create("{\"start\":\"wait\",\"steps\":{\"wait\":{\"type\":\"Wait\",\"duration\":\"PT1S\"}}}");
        run(id, "{}");
        TestDatabase.update("""
                insert into playbook_run (tenant_id, id, playbook_id, playbook_name, version, trigger, dry_run, state, start_ticks,
                    end_ticks, deadline, input)
                select tenant_id, gen_random_uuid(), playbook_id, playbook_name, version, 'Manual', false, 'Failed', n / 3, 1, now(),
                    '{}' from playbook_run, generate_series(1, 120) n
                """);
        JsonPath first = with(AUTHOR)
                .get("/v1/playbook-runs")
                .then()
                .body("value", hasSize(100))
                .extract()
                .jsonPath();
        JsonPath rest = with(AUTHOR)
                .get("/v1/playbook-runs?cursor=" + first.getString("nextCursor"))
                .then()
                .body("value", hasSize(21))
                .body("nextCursor", nullValue())
                .extract()
                .jsonPath();
        var all = new ArrayList<String>(first.getList("value.id"));
        all.addAll(rest.getList("value.id"));
        assertThat(all).doesNotHaveDuplicates().hasSize(121);
    }

    private String address() {
        return "http://127.0.0.1:" + partner.getAddress().getPort();
    }

    private static String create(String definition) {
        return with(AUTHOR)
                .body("{\"name\":\"P\",\"definition\":" + definition + "}")
                .post("/v1/playbooks")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private static String definition(String id) {
        return TestDatabase.value(
                        "select definition::text from playbook_version where playbook_id = cast(? as uuid)", id)
                .toString();
    }

    private static String run(String id, String body) {
        return with(AUTHOR)
                .body(body)
                .post("/v1/playbooks/" + id + "/runs")
                .then()
                .statusCode(201)
                .body("state", is("Running"))
                .extract()
                .path("id");
    }

    private static JsonPath detail(String run) {
        return with(AUTHOR)
                .get("/v1/playbook-runs/" + run)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static void ends(String run, String state) {
        await().atMost(SOON)
                .untilAsserted(() ->
                        with(AUTHOR).get("/v1/playbook-runs/" + run).then().body("run.state", is(state)));
    }

    /// The approval of a run that waits.
    private static String waiting(String run) {
        return await().atMost(SOON)
                .until(
                        () -> detail(run).getString("steps.find { it.state == 'Waiting' }.id"),
                        java.util.Objects::nonNull);
    }

    private static ValidatableResponse decide(String run, String step, String how, String... permissions) {
        return with(permissions)
                .body("{\"comment\":\"c\"}")
                .post("/v1/playbook-runs/" + run + "/steps/" + step + "/" + how)
                .then();
    }

    private static ValidatableResponse cancel(String run) {
        return with(AUTHOR)
                .body("{\"comment\":\"c\"}")
                .post("/v1/playbook-runs/" + run + "/cancel")
                .then();
    }

    private static ValidatableResponse put(String name, String value) {
        return with(AUTHOR)
                .body("{\"value\":\"" + value + "\",\"host\":\"127.0.0.1\"}")
                .put("/v1/playbooks/secrets/" + name.replace(" ", "%20"))
                .then();
    }

    private static JsonPath given(Agent agent) {
        return await().atMost(SOON)
                .until(
                        () -> agent.actions(0).extract().jsonPath(),
                        it -> !it.getList("value").isEmpty());
    }

    /// Gives a run steps that have ended.
    private static void fill(String run, int steps) {
        TestDatabase.update("""
                insert into playbook_step (tenant_id, run_id, scope, name, id, type, state, start_ticks, end_ticks, deadline)
                select tenant_id, id, '', 'x' || n, gen_random_uuid(), 'If', 'Succeeded', 0, 1, now()
                from playbook_run, generate_series(1, ?) n where id = cast(? as uuid)
                """, steps, run);
    }

    private static void alert(String id, String severity, String source) {
        alert(id, severity, source, "t");
    }

    private static void alert(String id, String severity, String source, String title) {
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
