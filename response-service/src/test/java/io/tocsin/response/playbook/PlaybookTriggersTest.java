package io.tocsin.response.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What begins runs, and what they are told of it (docs/api.md).
@QuarkusTest
class PlaybookTriggersTest extends PlaybookApiTest {

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
    void shouldTellARunOfAnIncidentWhatItsAlertsTellAndLoopOverItsMachines() {
        Agent one = enrol("ws5.corp.example");
        Agent other = enrol("ws6.corp.example");
        create("""
                {"triggers":[{"type":"Incident","condition":{"value":"${trigger.categories}","operator":"Contains","of":"Ransomware"}}],
                "start":"each","steps":{"each":{"type":"ForEach","items":"${trigger.machineIds}","step":"isolate"},
                "isolate":{"type":"Action","action":"Isolate","machineId":"${item}"}}}""");
        await().atMost(SOON).until(() -> TestDatabase.count("playbook_position") == 1);
        alert("db1", "High", "ids");
        alert("da2", "Low", "ids");
        alert("dc3", "Low", "ids");
        on("db1", other.machineId());
        on("da2", one.machineId());
        on("dc3", one.machineId());
        TestDatabase.update("update alert set category = 'Ransomware' where id = 'db1'");
        TestDatabase.update(
                "update alert set alert_creation_ticks = case id when 'db1' then 3 when 'da2' then 4 else 5 end");
        TestDatabase.update("update alert set computer_dns_name = 'ws5.corp.example' where id = 'da2'");
        TestDatabase.update("""
                insert into alert_evidence (tenant_id, alert_id, position, entity_type, evidence_creation_ticks, sha256, url, ip_address,
                    account_name)
                select tenant_id, alert_id, p, 'File', 1, repeat('B', 64), u, i, n from alert_evidence,
                    (values (1, 'https://Bad.example/x', '203.0.113.7', 'kim'), (2, 'http://203.0.113.8/y', null, null),
                        (3, 'bad.example', '203.0.113.10', null)) as more (p, u, i, n)
                where alert_id <> 'da2'
                """);

        String incident = incident("db1", "da2", "dc3");

        String run = await().atMost(SOON)
                .until(
                        () -> with(AUTHOR).get("/v1/playbook-runs").jsonPath().getString("value[0].id"),
                        java.util.Objects::nonNull);
        for (Agent agent : List.of(one, other)) {
            JsonPath given = given(agent);
            assertThat(given.getString("value[0].type")).isEqualTo("Isolate");
            agent.report(given.getString("value[0].id"), given.getString("value[0].leaseId"), "Succeeded");
        }
        ends(run, "Succeeded");
        with(AUTHOR)
                .get("/v1/playbook-runs/" + run)
                .then()
                .body("run.trigger", is("Incident"))
                .body("run.subject", is(incident))
                .body("run.input.incidentId", is(Integer.valueOf(incident)))
                .body("run.input.alertIds", is(List.of("db1", "da2", "dc3")))
                .body(
                        "run.input.machineIds",
                        is(Stream.of(one.machineId(), other.machineId())
                                .sorted()
                                .toList()))
                .body("run.input.computerDnsNames", is(List.of("ws5.corp.example")))
                .body("run.input.categories", is(List.of("Ransomware")))
                .body("run.input.sha1s", is(List.of("a".repeat(40))))
                .body("run.input.sha256s", is(List.of("b".repeat(64))))
                .body("run.input.urls", is(List.of("bad.example", "http://203.0.113.8/y", "https://Bad.example/x")))
                .body("run.input.domains", is(List.of("bad.example")))
                .body("run.input.ipAddresses", is(List.of("203.0.113.10", "203.0.113.7")))
                .body("run.input.accounts", is(List.of("kim")))
                .body("run.input.truncated", empty());
    }

    @Test
    void shouldSayWhichListsOfAnIncidentAreCut() {
        String id = create("{\"start\":\"ask\",\"steps\":{\"ask\":{\"type\":\"Approval\",\"message\":\"m\"}}}");
        alert("da1", "High", "ids");
        String incident = incident("da1");
        TestDatabase.update("""
                insert into alert (id, tenant_id, source, source_ref, severity, status, title, description, alert_creation_ticks,
                    last_update_ticks, incident_id, machine_id)
                select 'x' || n, tenant_id, source, 'r' || n, severity, status, title, description, 2, 2, incident_id, 'm' || n % 1000
                from alert, generate_series(1, 1000) n
                """);
        TestDatabase.update("""
                insert into alert_evidence (tenant_id, alert_id, position, entity_type, evidence_creation_ticks, url)
                select tenant_id, 'da1', n, 'Url', 1, 'https://bad.example/' || n || repeat('x', 30000) from alert, generate_series(1, 3) n
                where id = 'da1'
                """);

        String run = run(id, "{\"incidentId\":" + incident + "}");

        with(AUTHOR)
                .get("/v1/playbook-runs/" + run)
                .then()
                .body("run.input.alertIds", hasSize(1000))
                .body("run.input.alertIds[0]", is("da1"))
                .body("run.input.machineIds", hasSize(1000))
                .body("run.input.urls", hasSize(2))
                .body("run.input.domains", is(List.of("bad.example")))
                .body("run.input.truncated", is(List.of("alertIds", "urls")));
        TestDatabase.update("""
                insert into alert (id, tenant_id, source, source_ref, severity, status, title, description, alert_creation_ticks,
                    last_update_ticks, incident_id)
                select 'y' || n, tenant_id, source, 's' || n, severity, status, title, description, 2, 2, incident_id
                from alert, generate_series(1, 4001) n where id = 'da1'
                """);
        with(AUTHOR)
                .get("/v1/playbook-runs/" + run(id, "{\"incidentId\":" + incident + "}"))
                .then()
                .body("run.input.truncated", hasSize(10));
    }

    @Test
    void shouldTellWhichIndicatorWasMatchedAndWhenASchedulesTimeWas() {
        String id = create("""
                {"triggers":[{"type":"IndicatorMatch","condition":{"value":"${trigger.indicatorAction}","operator":"Equals","of":"Block"}},
                {"type":"Schedule","every":"PT1H"}],"start":"ask","steps":{"ask":{"type":"Approval","message":"m"}}}""");
        await().atMost(SOON).until(() -> TestDatabase.count("playbook_position") == 1);
        TestDatabase.update("""
                insert into indicator (tenant_id, id, indicator_value, indicator_type, match_value, action, created_by, severity, title,
                    description, creation_ticks, last_update_ticks)
                values (cast(? as uuid), 4711, 'Bad.example', 'DomainName', 'bad.example', 'Block', 'a', 'High', 't', 'd', 1, 1)
                """, Tokens.TENANT);
        TestDatabase.update("""
                insert into alert (id, tenant_id, source, source_ref, severity, status, title, description, alert_creation_ticks,
                    last_update_ticks, detection_source, machine_id)
                values ('da1', cast(? as uuid), 'CustomerTI', '4711/m1', 'High', 'New', 't', 'd', 1, 1, 'CustomerTI', 'm1')
                """, Tokens.TENANT);

        await().atMost(SOON)
                .untilAsserted(() -> with(AUTHOR)
                        .get("/v1/playbook-runs?playbookId=" + id)
                        .then()
                        .body("value.trigger", is(List.of("IndicatorMatch")))
                        .body("value[0].input.indicatorId", is("4711"))
                        .body("value[0].input.indicatorValue", is("Bad.example"))
                        .body("value[0].input.indicatorType", is("DomainName"))
                        .body("value[0].input.alertIds", is(List.of("da1")))
                        .body("value[0].input.machineIds", is(List.of("m1"))));
        TestDatabase.update("update playbook set next_at = '2026-02-03 09:30:00Z'");
        await().atMost(SOON)
                .untilAsserted(() -> with(AUTHOR)
                        .get("/v1/playbook-runs?playbookId=" + id)
                        .then()
                        .body("value.find { it.trigger == 'Schedule' }.input.scheduledTime", is("2026-02-03T09:30:00Z"))
                        .body("value.find { it.trigger == 'Schedule' }.input.every", is("PT1H")));
    }

    @Test
    void shouldTellARunByHandOfAMachineWhatThatIsAndBeAboutOneThingOnly() {
        Agent agent = enrol("ws5.corp.example");
        String id = create("{\"start\":\"ask\",\"steps\":{\"ask\":{\"type\":\"Approval\",\"message\":\"m\"}}}");

        String run = run(id, "{\"machineId\":\"WS5.corp.example\"}");

        with(AUTHOR)
                .get("/v1/playbook-runs/" + run)
                .then()
                .body("run.subject", is(agent.machineId()))
                .body("run.input.machineId", is(agent.machineId()))
                .body("run.input.machineIds", is(List.of(agent.machineId())))
                .body("run.input.computerDnsNames", is(List.of("ws5.corp.example")))
                .body("run.input.osPlatform", is("Windows11"));
        with("SecurityConfiguration.Read.All")
                .get("/v1/playbook-runs/" + run)
                .then()
                .body("run.input", nullValue());
        String runs = "/v1/playbooks/" + id + "/runs";
        with("SecurityConfiguration.ReadWrite.All")
                .body("{\"machineId\":\"ws5.corp.example\"}")
                .post(runs)
                .then()
                .statusCode(403);
        with(AUTHOR).body("{\"machineId\":\"nobody\"}").post(runs).then().statusCode(404);
        for (String body : List.of(
                "{\"machineId\":\"ws5.corp.example\",\"alertId\":\"da1\"}",
                "{\"alertId\":\"da1\",\"input\":{\"a\":1}}")) {
            with(AUTHOR).body(body).post(runs).then().statusCode(400).body("error.code", is("InvalidInput"));
        }
        assertThat(TestDatabase.count("playbook_run")).isEqualTo(1);
    }

    @Test
    void shouldTellWhatWasMergedAsTheIncidentItIsNow() {
        String id = create("{\"start\":\"ask\",\"steps\":{\"ask\":{\"type\":\"Approval\",\"message\":\"m\"}}}");
        alert("da1", "High", "ids");
        String merged = incident();
        String target = incident("da1");
        TestDatabase.update(
                "update incident set status = 'Redirected', redirect_incident_id = cast(? as bigint) where incident_id = cast(? as bigint)",
                target,
                merged);

        with(AUTHOR)
                .get("/v1/playbook-runs/" + run(id, "{\"incidentId\":" + merged + "}"))
                .then()
                .body("run.input.incidentId", is(Integer.valueOf(target)))
                .body("run.input.status", is("Active"))
                .body("run.input.alertIds", is(List.of("da1")));
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
}
