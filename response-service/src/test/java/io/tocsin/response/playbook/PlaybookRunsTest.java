package io.tocsin.response.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tocsin.response.AlertPeer;
import io.tocsin.response.IndicatorPeer;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/// How runs go on, and how they end (docs/api.md).
@QuarkusTest
class PlaybookRunsTest extends PlaybookApiTest {

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
    void shouldOnlySayWhatItWouldDoInADryRun() {
        Agent agent = enrol("ws5.corp.example");
        String id = create("""
                {"start":"tell","steps":{"tell":{"type":"Http","method":"GET","url":"%1$s/x","next":"ask"},
                "ask":{"type":"Approval","message":"m","next":"isolate"},
                "isolate":{"type":"Action","action":"Isolate","machineId":"${trigger.machineId}","next":"wait"},
                "wait":{"type":"Wait","duration":"P1D","next":"each"},
                "each":{"type":"ForEach","items":"${steps.tell.output.body.hosts}","step":"block","next":"say"},
                "block":{"type":"Indicator","value":"${item}","indicatorType":"DomainName","action":"Block","title":"t"},
                "say":{"type":"Http","method":"POST","url":"%1$s/y","body":"Done by ${steps.isolate.output.actionId}"}}}""".formatted(address()));

        String run = run(id, "{\"dryRun\":true,\"input\":{\"machineId\":\"" + agent.machineId() + "\"}}");

        ends(run, "Succeeded");
        assertThat(detail(run).getBoolean("run.dryRun")).isTrue();
        assertThat(detail(run).getString("steps[2].input.machineId")).isEqualTo(agent.machineId());
        assertThat(detail(run).getBoolean("steps[2].output.dryRun")).isTrue();
        assertThat(detail(run).getString("steps[5].input.body")).isEqualTo("Done by (steps.isolate.output.actionId)");
        assertThat(calls).isEmpty();
        agent.actions(0).body("value", hasSize(0));
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
}
