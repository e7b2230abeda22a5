package io.tocsin.response.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.tocsin.response.AlertPeer;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What steps find and do on machines (docs/api.md).
@QuarkusTest
class PlaybookMachinesTest extends PlaybookApiTest {

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

    @Test
    void shouldRunALiveResponseAndTellWhatBecameOfItsCommands() {
        Agent agent = enrol("ws5.corp.example");
        library("triage.ps1", "echo");
        String id = create("""
                {"start":"look","steps":{"look":{"type":"LiveResponse","machineId":"${trigger.machineId}","comment":"Triage","commands":[
                {"type":"PutFile","params":[{"key":"FileName","value":"triage.ps1"}]},
                {"type":"runscript","params":[{"key":"ScriptName","value":"triage.ps1"},{"key":"Args","value":"-Path ${trigger.path}"}]},
                {"type":"GetFile","params":[{"key":"Path","value":"${trigger.path}"}]}],"onFailure":"judge"},
                "judge":{"type":"If","condition":{"value":"${steps.look.output.commands.1.result.exit_code}","operator":"Equals","of":3},"then":"isolate"},
                "isolate":{"type":"Action","action":"Isolate","machineId":"${trigger.machineId}"}}}""");

        String run = run(id, "{\"input\":{\"machineId\":\"" + agent.machineId() + "\",\"path\":\"C:\\\\a.log\"}}");
        JsonPath given = given(agent);
        String action = given.getString("value[0].id");
        String lease = given.getString("value[0].leaseId");

        assertThat(given.getString("value[0].type")).isEqualTo("LiveResponse");
        assertThat(given.getString("value[0].comment")).isEqualTo("Triage");
        assertThat(given.getString("value[0].commands[1].command.params[1].value"))
                .isEqualTo("-Path C:\\a.log");
        agent.command(action, lease, 0, "Completed").body("accepted", is(true));
        byte[] transcript = "{\"script_name\":\"triage.ps1\",\"exit_code\":3,\"script_output\":\"bad\",\"more\":1}"
                .getBytes(StandardCharsets.UTF_8);
        agent.upload(action, lease, "1", 0, transcript.length, transcript).statusCode(200);
        agent.command(action, lease, 1, "Completed").body("accepted", is(true));
        by(agent.credential())
                .body("{\"leaseId\":\"" + lease + "\",\"status\":\"Failed\",\"errors\":[\"gone\"]}")
                .post("/agent/v1/actions/" + action + "/commands/2")
                .then()
                .body("accepted", is(true));
        agent.report(action, lease, "Failed");
        JsonPath next = given(agent);
        assertThat(next.getString("value[0].type")).isEqualTo("Isolate");
        agent.report(next.getString("value[0].id"), next.getString("value[0].leaseId"), "Succeeded");
        ends(run, "Succeeded");
        with(AUTHOR)
                .get("/v1/playbook-runs/" + run)
                .then()
                .body("steps[0].state", is("Failed"))
                .body("steps[0].error", is("The machine action ended as Failed"))
                .body("steps[0].output.actionId", is(action))
                .body("steps[0].output.status", is("Failed"))
                .body("steps[0].output.commands.type", is(List.of("PutFile", "RunScript", "GetFile")))
                .body("steps[0].output.commands.status", is(List.of("Completed", "Completed", "Failed")))
                .body("steps[0].output.commands.download", is(List.of("None", "Available", "None")))
                .body("steps[0].output.commands[1].size", is(transcript.length))
                .body("steps[0].output.commands[1].result", is(Map.of("exit_code", 3, "script_output", "bad")))
                .body("steps[0].output.commands[2].errors", is(List.of("gone")));
        with("SecurityConfiguration.Read.All")
                .get("/v1/playbook-runs/" + run)
                .then()
                .body("steps[0].state", is("Failed"))
                .body("steps[0].input", nullValue())
                .body("steps[0].output", nullValue());
        String unknown = run(
                id, "{\"input\":{\"machineId\":\"" + agent.machineId() + "\",\"path\":\"" + "x".repeat(5000) + "\"}}");
        ends(unknown, "Succeeded");
        assertThat(detail(unknown).getString("steps[0].error")).contains("is no text of at most 4000");
        assertThat(TestDatabase.count("machine_action")).isEqualTo(2);
    }

    @Test
    void shouldRunNoLiveResponseWithAFileTheLibraryDoesNotHave() {
        Agent agent = enrol("ws5.corp.example");
        String run = run(create("""
                {"start":"look","steps":{"look":{"type":"LiveResponse","machineId":"%s","commands":[
                {"type":"RunScript","params":[{"key":"ScriptName","value":"none.ps1"}]}]}}}""".formatted(agent.machineId())), "{}");

        ends(run, "Failed");
        assertThat(detail(run).getString("steps[0].error")).contains("none.ps1");
        assertThat(TestDatabase.count("machine_action")).isZero();
    }

    @Test
    void shouldStartAnInvestigationAndWaitForHowItEnds() {
        Agent agent = enrol("ws5.corp.example");
        alert("da1", "Low", "ids");
        on("da1", agent.machineId());
        String definition = """
                {"start":"judge","steps":{"judge":{"type":"StartInvestigation","machineId":"%s","comment":"Hunt"%s}}}""";

        String run = run(create(definition.formatted(agent.machineId(), "")), "{}");

        ends(run, "Succeeded");
        String investigation =
                TestDatabase.value("select id::text from investigation").toString();
        with(AUTHOR)
                .get("/v1/playbook-runs/" + run)
                .then()
                .body("steps[0].input.comment", is("Hunt"))
                .body("steps[0].output.investigationId", is(investigation))
                .body("steps[0].output.state", is(TestDatabase.value("select state from investigation")))
                .body(
                        "steps[0].output.verdicts.values().sum()",
                        is(Math.toIntExact(TestDatabase.count("investigation_entity"))))
                .body("steps[0].output.verdicts.keySet()", hasSize(4));
        with("SecurityConfiguration.Read.All")
                .get("/v1/playbook-runs/" + run)
                .then()
                .body("steps[0].output", nullValue());
        String begun = run(create(definition.formatted(agent.machineId(), ",\"wait\":false")), "{}");
        ends(begun, "Succeeded");
        assertThat(detail(begun).getString("steps[0].output.investigationId")).isNotEqualTo(investigation);
        String nowhere = run(create(definition.formatted("nobody", "")), "{}");
        ends(nowhere, "Failed");
        assertThat(detail(nowhere).getString("steps[0].error")).contains("nobody was not found");
    }

    @Test
    void shouldFailWhenTheInvestigationItWaitsForIsEndedByAPerson() {
        Agent agent = enrol("ws5.corp.example");
        TestDatabase.update("""
                insert into investigation (tenant_id, state, start_ticks, machine_id, triggering_alert_id, origin, requestor, due, deadline)
                values (cast(? as uuid), 'Running', 1, ?, 'da7', 'Alert', 'a', now() + interval '1 day', now() + interval '1 day')
                """, Tokens.TENANT, agent.machineId());
        String run = run(create("""
                {"start":"judge","steps":{"judge":{"type":"StartInvestigation","machineId":"%s"}}}""".formatted(agent.machineId())), "{}");
        waiting(run);
        String id = TestDatabase.value("select id::text from investigation").toString();
        TestDatabase.update(
                "update investigation set state = 'TerminatedByUser', end_ticks = 2, status_details = 'No need' where id = cast(? as bigint)",
                id);

        ends(run, "Failed");
        assertThat(detail(run).getString("steps[0].error"))
                .isEqualTo("The investigation ended as TerminatedByUser: No need");
        assertThat(TestDatabase.count("investigation")).isEqualTo(1); // it has joined the one that was open
    }

    @Test
    void shouldFindTheMachinesOfAnIncidentAsItIsByNumberOrByAnAlert() {
        Agent one = enrol("ws5.corp.example");
        Agent other = enrol("ws6.corp.example");
        Agent third = enrol("ws7.corp.example");
        alert("da1", "High", "ids");
        alert("da2", "Low", "ids");
        alert("da3", "Low", "ids");
        on("da1", one.machineId());
        on("da2", other.machineId());
        on("da3", third.machineId());
        String incident = incident("da1", "da2");
        String id = create("""
                {"start":"find","steps":{"find":{"type":"FindMachines","kind":"Incident","value":"${trigger.of}"}}}""");
        List<String> both =
                Stream.of(one.machineId(), other.machineId()).sorted().toList();

        for (String of : List.of(incident, "da2")) {
            String run = run(id, "{\"input\":{\"of\":\"" + of + "\"}}");
            ends(run, "Succeeded");
            assertThat(detail(run).getList("steps[0].output.machineIds")).isEqualTo(both);
        }
        String alone = run(id, "{\"input\":{\"of\":\"da3\"}}");
        ends(alone, "Succeeded");
        assertThat(detail(alone).getList("steps[0].output.machineIds")).isEqualTo(List.of(third.machineId()));
        with("SecurityConfiguration.Read.All", "Machine.Read.All")
                .get("/v1/playbook-runs/" + alone)
                .then()
                .body("steps[0].output", nullValue());
    }

    private static void library(String name, String content) {
        RestAssured.given()
                .header("Authorization", "Bearer " + Tokens.application("Library.Manage"))
                .multiPart("File", name, content.getBytes(StandardCharsets.UTF_8))
                .post("/api/libraryfiles")
                .then()
                .statusCode(200);
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
}
