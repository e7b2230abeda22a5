package io.tocsin.response.investigation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.tocsin.response.IndicatorPeer;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Investigations from their evidence to their end (contract 40 §4, §5), and `/v1/remediations`.
@QuarkusTest
class RemediationsTest extends InvestigatedTest {

    private static final String DROPPER = "c".repeat(40);
    private static final String TEMP = "C:\\Users\\ann\\AppData\\Local\\Temp";

    @Test
    void shouldQuarantineAtOnceAndEndRemediatedWhenTheLevelIsFull() {
        Agent agent = enrol("ws5.corp.example");
        String id = investigated(agent, "High", "Emotet", TEMP);

        JsonPath given = await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> agent.actions(0).extract().jsonPath(),
                        it -> !it.getList("value").isEmpty());

        assertThat(given.getString("value[0].type")).isEqualTo("StopAndQuarantineFile");
        assertThat(given.getString("value[0].sha1")).isEqualTo(DROPPER);
        reaches(id, "PendingResource");
        agent.report(given.getString("value[0].id"), given.getString("value[0].leaseId"), "Succeeded")
                .statusCode(200);
        reaches(id, "SuccessfullyRemediated");
        list("").body("value[0].status", is("Succeeded"))
                .body("value[0].automatic", is(true))
                .body("value[0].verdict", is("Malicious"))
                .body("value[0].reasons[0]", startsWith("An alert names the threat"))
                .body("value[0].actionId", is(given.getString("value[0].id")));
    }

    @Test
    void shouldWaitForAPersonAndActWhenApproved() {
        Agent agent = enrol("ws5.corp.example");
        String id = investigated(agent, "Medium", null, TEMP);
        reaches(id, "PendingApproval");
        String remediation = list("?status=pending&investigationId=" + id)
                .body("value", hasSize(1))
                .extract()
                .path("value[0].id");
        agent.actions(0).body("value", hasSize(0));

        decide(remediation, "approve")
                .statusCode(200)
                .body("status", is("Approved"))
                .body("decidedBy", is("test-app"));

        decide(remediation, "reject").statusCode(400).body("error.code", is("BadRequest"));
        JsonPath given = await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> agent.actions(0).extract().jsonPath(),
                        it -> !it.getList("value").isEmpty());
        agent.report(given.getString("value[0].id"), given.getString("value[0].leaseId"), "Failed")
                .statusCode(200);
        reaches(id, "PartiallyInvestigated");
        list("").body("value[0].status", is("Failed"))
                .body("value[0].statusDetails", is("The machine action ended as Failed: done"));
    }

    @Test
    void shouldLeaveAloneWhatIsRejectedOrNotDecidedInSevenDays() {
        Agent one = enrol("ws5.corp.example");
        Agent other = enrol("ws6.corp.example");
        String rejected = investigated(one, "Medium", null, TEMP);
        String forgotten = investigated(other, "Medium", null, TEMP);
        reaches(rejected, "PendingApproval");
        reaches(forgotten, "PendingApproval");

        decide(list("?investigationId=" + rejected).extract().path("value[0].id"), "reject")
                .statusCode(200);
        TestDatabase.update("update remediation set expires_at = now() where status = 'Pending'");

        reaches(rejected, "PartiallyInvestigated");
        reaches(forgotten, "PartiallyInvestigated");
        list("?status=Expired").body("value", hasSize(1));
        one.actions(0).body("value", hasSize(0));
        decide(list("?status=Expired").extract().path("value[0].id"), "approve").statusCode(400);
    }

    @ParameterizedTest
    @CsvSource({
        "SemiRequireApprovalForAllFolders, PendingApproval",
        "SemiRequireApprovalForNonTempFolders, PendingResource",
        "SemiRequireApprovalForCoreFolders, PendingResource"
    })
    void shouldAskByTheLevelOfTheDeviceGroup(String level, String state) {
        with("DeviceGroup.ReadWrite.All")
                .body("{\"automationLevel\":\"" + level + "\"}")
                .patch("/v1/device-groups/0")
                .then()
                .statusCode(200);
        Agent agent = enrol("ws5.corp.example");
        assigned();

        reaches(investigated(agent, "High", "Emotet", TEMP), state);
    }

    @Test
    void shouldEndBenignWhenAnIndicatorAllowsIt() {
        Agent agent = enrol("ws5.corp.example");
        TestDatabase.update(
                "insert into indicator (id, tenant_id, indicator_value, indicator_type, match_value, action, created_by, severity, title, description, creation_ticks, last_update_ticks)"
                        + " values (7, cast(? as uuid), ?, 'FileSha1', ?, 'Allowed', 'x', 'High', 't', 'd', 1, 1)",
                Tokens.TENANT,
                DROPPER,
                DROPPER);

        reaches(investigated(agent, "High", "Emotet", TEMP), "Benign");

        list("").body("value", hasSize(0));
        assertThat(TestDatabase.column("select reasons[1] from investigation_entity"))
                .containsExactly("An indicator allows it");
    }

    @Test
    void shouldLookAtAnAlertThatJoinsAndSayWhatItCannotLookAt() {
        Agent agent = enrol("ws5.corp.example");
        String id = investigated(agent, "Medium", null, TEMP);
        reaches(id, "PendingApproval");
        String second = alert(agent, "High", "Emotet", "d".repeat(40), "D:\\tools");

        open(agent, second).statusCode(200);

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> list("?investigationId=" + id).body("value", hasSize(2)));
        Agent other = enrol("ws6.corp.example");
        reaches(open(other, alert(other, "High", null, null, null)).extract().path("id"), "UnsupportedAlertType");
    }

    @Test
    void shouldRefuseWhatIsNone() {
        list("?status=dire").statusCode(400).body("error.code", is("InvalidInput"));
        list("?cursor=xyz").statusCode(400);
        list("?investigationId=x").statusCode(400);
        decide(UUID.randomUUID().toString(), "approve").statusCode(404);
        decide("x", "approve").statusCode(404);
        with("Machine.StopAndQuarantine")
                .body("{}")
                .post("/v1/remediations/" + UUID.randomUUID() + "/approve")
                .then()
                .statusCode(400)
                .body("error.code", is("MissingRequiredParameter"));
    }

    @Test
    void shouldPageThroughMany() {
        Agent agent = enrol("ws5.corp.example");
        reaches(investigated(agent, "Medium", null, TEMP), "PendingApproval");
        TestDatabase.update("""
                insert into remediation (tenant_id, id, investigation_id, machine_id, kind, target, verdict, reasons, status,
                    automatic, created_ticks, last_update_ticks, expires_at)
                select tenant_id, gen_random_uuid(), investigation_id, machine_id, kind, 't' || n, verdict, reasons,
                    'Succeeded', automatic, n / 3, 1, expires_at from remediation, generate_series(1, 120) n
                """);

        JsonPath first = list("").body("value", hasSize(100)).extract().jsonPath();
        JsonPath rest = list("?cursor=" + first.getString("nextCursor"))
                .body("value", hasSize(21))
                .body("nextCursor", org.hamcrest.Matchers.nullValue())
                .extract()
                .jsonPath();

        var all = new java.util.HashSet<String>(first.getList("value.id"));
        all.addAll(rest.getList("value.id"));
        assertThat(all).hasSize(121);
    }

    @Test
    void shouldTakeBackWhatWasDoneOnceAPersonWantsItAndOnlyOnce() {
        Agent agent = enrol("ws5.corp.example");
        String id = investigated(agent, "High", "Emotet", TEMP);
        JsonPath given = given(agent);
        String action = given.getString("value[0].id");
        String remediation = list("?investigationId=" + id).extract().path("value[0].id");
        undo(remediation).statusCode(400).body("error.code", is("BadRequest"));
        agent.report(action, given.getString("value[0].leaseId"), "Succeeded").statusCode(200);
        reaches(id, "SuccessfullyRemediated");

        undo(remediation)
                .statusCode(200)
                .body("status", is("Undoing"))
                .body("undoneBy", is("test-app"))
                .body("undoComment", is("c"));

        undo(remediation).statusCode(400);
        JsonPath taken = given(agent);
        assertThat(taken.getString("value[0].type")).isEqualTo("RestoreFile");
        assertThat(taken.getString("value[0].target.sha1")).isEqualTo(DROPPER);
        assertThat(taken.getString("value[0].target.undoes")).isEqualTo(action);
        with("Machine.Read.All")
                .get("/api/machineactions/" + taken.getString("value[0].id"))
                .then()
                .statusCode(404);
        with("Machine.Read.All").get("/api/machineactions").then().body("value", hasSize(1));
        agent.report(taken.getString("value[0].id"), taken.getString("value[0].leaseId"), "Succeeded")
                .statusCode(200);
        stands(remediation, "Undone");
        reaches(id, "SuccessfullyRemediated");
        undo(remediation).statusCode(400);
    }

    @Test
    void shouldTakeManyBackAtOnceAndSayWhatCouldNotBe() {
        Agent one = enrol("ws5.corp.example");
        Agent other = enrol("ws6.corp.example");
        sighted(DROPPER, other.machineId());
        String id = investigated(one, "High", "Emotet", TEMP);
        for (Agent agent : List.of(one, other)) {
            JsonPath given = given(agent);
            agent.report(given.getString("value[0].id"), given.getString("value[0].leaseId"), "Succeeded");
        }
        reaches(id, "SuccessfullyRemediated");
        List<String> ids = list("?investigationId=" + id).extract().path("value.id");
        undo(ids.getFirst()).statusCode(200);
        String unknown = UUID.randomUUID().toString();

        decideAll("undo", ids.getFirst(), unknown, ids.get(1))
                .statusCode(200)
                .body("value.id", is(List.of(ids.getFirst(), unknown, ids.get(1))))
                .body("value[0].error.code", is("BadRequest"))
                .body("value[1].error.code", is("ResourceNotFound"))
                .body("value[2].status", is("Undoing"))
                .body("value[2].error", nullValue());

        for (Agent agent : List.of(one, other)) {
            JsonPath given = given(agent);
            assertThat(given.getString("value[0].type")).isEqualTo("RestoreFile");
            agent.report(given.getString("value[0].id"), given.getString("value[0].leaseId"), "Succeeded");
        }
        ids.forEach(remediation -> stands(remediation, "Undone"));
        decideAll("undo").statusCode(400);
    }

    @Test
    void shouldSayWhyAndTryAgainWhenItCouldNotBeTakenBack() {
        Agent agent = enrol("ws5.corp.example");
        String id = investigated(agent, "High", "Emotet", TEMP);
        JsonPath given = given(agent);
        agent.report(given.getString("value[0].id"), given.getString("value[0].leaseId"), "Succeeded");
        reaches(id, "SuccessfullyRemediated");
        String remediation = list("?investigationId=" + id).extract().path("value[0].id");
        undo(remediation).statusCode(200);
        JsonPath taken = given(agent);

        agent.report(taken.getString("value[0].id"), taken.getString("value[0].leaseId"), "Failed")
                .statusCode(200);

        stands(remediation, "Succeeded");
        list("?investigationId=" + id)
                .body("value[0].statusDetails", startsWith("The machine action that takes it back"));
        undo(remediation).statusCode(200);
    }

    @Test
    void shouldDecideManyAtOnceAndSayWhatCouldNotBe() {
        Agent one = enrol("ws5.corp.example");
        Agent other = enrol("ws6.corp.example");
        reaches(investigated(one, "Medium", null, TEMP), "PendingApproval");
        reaches(investigated(other, "Medium", null, TEMP), "PendingApproval");
        List<String> ids = list("?status=Pending").extract().path("value.id");
        decide(ids.getFirst(), "reject").statusCode(200);
        String unknown = UUID.randomUUID().toString();

        decideAll("approve", ids.getFirst(), ids.get(1), unknown)
                .statusCode(200)
                .body("value.id", is(List.of(ids.getFirst(), ids.get(1), unknown)))
                .body("value[0].error.code", is("BadRequest"))
                .body("value[1].status", is("Approved"))
                .body("value[1].error", nullValue())
                .body("value[2].error.code", is("ResourceNotFound"));

        stands(ids.get(1), "Running");
        decideAll("reject").statusCode(400);
        assertThat(TestDatabase.column("select count(*) from remediation where status = 'Rejected'"))
                .containsExactly(1L);
    }

    @Test
    void shouldWantSomebodyElseToApproveWhatSomebodyStartedWhenThePolicySaysSo() {
        policy("{\"fourEyes\":true}").statusCode(200).body("fourEyes", is(true)).body("serverApprovals", is(1));
        Agent agent = enrol("ws5.corp.example");
        alert(agent, "Medium", null, DROPPER, TEMP);
        String id = with("Alert.ReadWrite.All")
                .body("{\"Comment\":\"Look\"}")
                .post("/api/machines/" + agent.machineId() + "/startInvestigation")
                .path("id");
        reaches(id, "PendingApproval");
        String remediation = list("?investigationId=" + id).extract().path("value[0].id");

        decide(remediation, "approve").statusCode(403).body("error.code", is("DisallowedOperation"));
        decideAll("approve", remediation).body("value[0].error.code", is("DisallowedOperation"));

        decideBy("second-app", remediation)
                .statusCode(200)
                .body("status", is("Approved"))
                .body("approvals[0].approvedBy", is("second-app"))
                .body("approvals[0].comment", is("c"));
    }

    /// One whose system nobody told may be one.
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"WindowsServer2022", "-"})
    void shouldWantTwoToApproveWhatIsDoneToAServerWhenThePolicySaysSo(String platform) {
        policy("{\"serverApprovals\":2}").statusCode(200);
        Agent agent = enrol("srv1.corp.example");
        TestDatabase.update("update machine set os_platform = cast(? as text)", platform);
        String id = investigated(agent, "Medium", null, TEMP);
        reaches(id, "PendingApproval");
        String remediation = list("?investigationId=" + id)
                .body("value[0].approvalsNeeded", is(2))
                .extract()
                .path("value[0].id");

        decide(remediation, "approve")
                .statusCode(200)
                .body("status", is("Pending"))
                .body("decidedBy", nullValue())
                .body("approvals", hasSize(1));

        decide(remediation, "approve").statusCode(400);
        agent.actions(0).body("value", hasSize(0));
        decideBy("second-app", remediation)
                .statusCode(200)
                .body("status", is("Approved"))
                .body("approvals", hasSize(2));
        stands(remediation, "Running");
    }

    /// An event that shows what a process did seldom has the hash of its file; the event of its creation had.
    @Test
    void shouldKnowTheFileOfAProcessByWhatTelemetryToldOfIt() {
        Agent agent = enrol("ws5.corp.example");
        String alert = alert(agent, "High", "Covenant", null, TEMP);
        TestDatabase.update(
                "update alert_evidence set entity_type = 'Process', process_id = 7240, process_creation_ticks = 17700000001234567");
        TestDatabase.update(
                "insert into process (tenant_id, machine_id, process_key, path, observed, process_id, file_name, sha1, received_ticks)"
                        + " values (cast(? as uuid), ?, '7240:1770000000', '{}', true, 7240, 'a.exe', ?, 1)",
                Tokens.TENANT,
                agent.machineId(),
                DROPPER.toUpperCase(java.util.Locale.ROOT));

        open(agent, alert).statusCode(201);

        JsonPath given = given(agent);
        assertThat(given.getString("value[0].type")).isEqualTo("StopAndQuarantineFile");
        assertThat(given.getString("value[0].sha1")).isEqualTo(DROPPER);
        list("").body("value[0].path", is(TEMP + "\\a.exe"));
    }

    /// A step has its investigation's row and proposes again what is decided meanwhile: whoever decides must not hold
    /// the
    /// one and want the other.
    @Test
    void shouldDecideWhileAStepOfTheInvestigationProposesTheSame() throws Exception {
        Agent agent = enrol("ws5.corp.example");
        String id = investigated(agent, "Medium", null, TEMP);
        reaches(id, "PendingApproval");
        String remediation = list("?investigationId=" + id).extract().path("value[0].id");
        try (Connection step = TestDatabase.open();
                var statement = step.createStatement()) {
            step.setAutoCommit(false);
            statement.execute("update investigation set due = now() + interval '1 day'");
            var decided = CompletableFuture.supplyAsync(
                    () -> decide(remediation, "approve").extract().statusCode());
            await().atMost(Duration.ofSeconds(20)).until(() -> TestDatabase.count("pg_locks where not granted") > 0);

            statement.execute("insert into remediation select * from remediation on conflict do nothing");
            step.commit();

            assertThat(decided.join()).isEqualTo(200);
        }
    }

    @Test
    void shouldLetNothingWaitForAnInvestigationThatHasEnded() {
        Agent agent = enrol("ws5.corp.example");
        String id = investigated(agent, "Medium", null, TEMP);
        reaches(id, "PendingApproval");
        String remediation = list("?investigationId=" + id).extract().path("value[0].id");

        TestDatabase.update("update investigation set deadline = now()");

        reaches(id, "TerminatedBySystem");
        stands(remediation, "Expired");
        decide(remediation, "approve").statusCode(400);
    }

    @Test
    void shouldTakeBackTheQuestionWhenAnIndicatorAllowsTheFileMeanwhile() {
        Agent agent = enrol("ws5.corp.example");
        String id = investigated(agent, "Medium", null, TEMP);
        reaches(id, "PendingApproval");

        indicator(DROPPER, "Allowed");

        reaches(id, "Benign");
        list("?investigationId=" + id)
                .body("value[0].status", is("Withdrawn"))
                .body("value[0].statusDetails", is("An indicator allows it"));
    }

    @Test
    void shouldProposeEveryKindOfWhatTheFileLeftOnTheMachineAndTellTheAgentWhatItIs() {
        Agent agent = enrol("ws5.corp.example");
        String alert = alert(agent, "High", "Emotet", DROPPER, TEMP);
        TestDatabase.update("do $$ begin perform make_device_event_day((now() at time zone 'utc')::date); end $$");
        event(
                agent,
                1,
                "RegistryValueSet",
                "HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run",
                "C:\\x\\dropper.exe /q",
                null,
                null);
        event(
                agent,
                2,
                "ServiceInstalled",
                null,
                null,
                "{\"ServiceName\":\"updsvc\",\"ServiceFileName\":\"C:\\\\x\\\\Dropper.exe\"}",
                null);
        event(
                agent,
                3,
                "ScheduledTaskCreated",
                null,
                null,
                "{\"TaskName\":\"\\\\upd\",\"TaskContent\":\"dropper.exe\"}",
                null);
        event(agent, 4, "DriverLoad", null, null, null, DROPPER);
        event(agent, 5, "RegistryValueSet", "HKEY_CURRENT_USER\\Software\\Other", "harmless", null, null);
        TestDatabase.update("update alert_evidence set file_name = 'dropper.exe'");
        TestDatabase.update(
                "insert into file_fact (tenant_id, hash, signer, is_valid_certificate, last_seen_day) values (cast(? as uuid), ?, 'Contoso', true, 1)",
                Tokens.TENANT,
                DROPPER);
        TestDatabase.update(
                "insert into alert_evidence (tenant_id, alert_id, position, entity_type, evidence_creation_ticks, sha1,"
                        + " file_name, process_id, process_creation_ticks) values (cast(? as uuid), ?, 1, 'Process', 1, ?, 'dropper.exe', 4711, 17700000000000000)",
                Tokens.TENANT,
                alert,
                DROPPER);

        String id = open(agent, alert).statusCode(201).extract().path("id");

        reaches(id, "PendingApproval"); // it is validly signed: nothing is done without a person
        JsonPath proposed = list("?investigationId=" + id).extract().jsonPath();
        assertThat(proposed.getList("value.kind"))
                .containsExactlyInAnyOrder(
                        "QuarantineFile",
                        "KillProcess",
                        "RemoveRegistryKey",
                        "StopService",
                        "DisableDriver",
                        "RemoveScheduledTask");
        assertThat(proposed.getString("value.find { it.kind == 'StopService' }.target"))
                .isEqualTo("updsvc");
        List<String> ids = proposed.getList("value.id");
        decideAll("approve", ids.toArray(String[]::new)).statusCode(200);
        var types = new java.util.HashMap<String, JsonPath>();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            JsonPath now = agent.actions(0).extract().jsonPath();
            for (int i = 0; i < now.getList("value").size(); i++) {
                types.put(now.getString("value[" + i + "].type"), now);
                agent.report(
                                now.getString("value[" + i + "].id"),
                                now.getString("value[" + i + "].leaseId"),
                                "Succeeded")
                        .statusCode(200);
            }
            assertThat(types.keySet())
                    .containsExactlyInAnyOrder(
                            "StopAndQuarantineFile",
                            "KillProcess",
                            "RemoveRegistryKey",
                            "StopService",
                            "DisableDriver",
                            "RemoveScheduledTask");
        });
        assertThat(types.get("KillProcess").getInt("value.find { it.type == 'KillProcess' }.target.processId"))
                .isEqualTo(4711);
        assertThat(types.get("RemoveRegistryKey")
                        .getString("value.find { it.type == 'RemoveRegistryKey' }.target.registryKey"))
                .endsWith("CurrentVersion\\Run");
        reaches(id, "SuccessfullyRemediated");
        String killed = proposed.getString("value.find { it.kind == 'KillProcess' }.id");
        undo(killed).statusCode(400).body("error.code", is("BadRequest"));
    }

    @Test
    void shouldActOnTheOtherMachinesThatHaveTheFileWhenTheyAreFew() {
        Agent first = enrol("ws5.corp.example");
        Agent second = enrol("ws6.corp.example");
        sighted(DROPPER, second.machineId());

        String id = investigated(first, "High", "Emotet", TEMP);

        for (Agent agent : List.of(first, second)) {
            JsonPath given = given(agent);
            assertThat(given.getString("value[0].sha1")).isEqualTo(DROPPER);
            agent.report(given.getString("value[0].id"), given.getString("value[0].leaseId"), "Succeeded")
                    .statusCode(200);
        }
        reaches(id, "SuccessfullyRemediated");
        list("?investigationId=" + id).body("value", hasSize(2));
    }

    @Test
    void shouldAskOnceBeforeItGoesToTenMachinesAndMore() {
        Agent first = enrol("ws5.corp.example");
        fleet(10);
        String id = investigated(first, "High", "Emotet", TEMP);
        reaches(id, "PendingApproval");
        JsonPath asked = list("?status=Pending&investigationId=" + id)
                .body("value", hasSize(1))
                .body("value[0].kind", is("WidenScope"))
                .extract()
                .jsonPath();

        decide(asked.getString("value[0].id"), "approve").statusCode(200);

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> list("?investigationId=" + id).body("value", hasSize(12)));
        stands(asked.getString("value[0].id"), "Succeeded");
        assertThat(
                        TestDatabase.column(
                                "select count(distinct machine_id) from remediation where kind = 'QuarantineFile' and automatic"))
                .containsExactly(11L);
    }

    @Test
    void shouldTellTheFleetByAnIndicatorAndAskOnEachMachineWhenVerdictsAreShared() {
        IndicatorPeer.forget();
        policy("{\"shareVerdicts\":true,\"shareDays\":3}").statusCode(200);
        Agent first = enrol("ws5.corp.example");
        fleet(10);

        String id = investigated(first, "High", "Emotet", TEMP);

        await().atMost(Duration.ofSeconds(30)).until(() -> IndicatorPeer.asked().size() == 1);
        assertThat(IndicatorPeer.asked().getFirst())
                .contains(DROPPER, "FileSha1", "BlockAndRemediate", "\"generateAlert\":true", "Emotet");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> list("?status=Pending&investigationId=" + id)
                        .body("value", hasSize(10))
                        .body("value[0].kind", is("QuarantineFile")));
        await().during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(20))
                .until(() -> IndicatorPeer.asked().size() == 1); // it is looked at again meanwhile
    }

    @Test
    void shouldRefuseWhatIsNoPolicyAndAPersonToWhomADeviceGroupIsClosed() {
        policy("{\"serverApprovals\":0}").statusCode(400).body("error.code", is("InvalidInput"));
        policy("{\"serverApprovals\":6}").statusCode(400);
        policy("{\"shareDays\":91}").statusCode(400);
        policy("[]").statusCode(400);
        TestDatabase.update("""
                insert into device_group (tenant_id, id, rank, name, automation_level, last_update_ticks, user_group_ids,
                    user_group_names, rules)
                values (cast(? as uuid), 7, 1, 'closed', 'NoAutomatedResponse', 1, '{admins}', '{Admins}', '[]')
                """, Tokens.TENANT);
        by(Tokens.member(java.util.Set.of("others"), "kim@corp.example", "SecurityConfiguration.ReadWrite"))
                .body("{\"fourEyes\":true}")
                .put("/v1/remediations/policy")
                .then()
                .statusCode(403)
                .body("error.code", is("DisallowedOperation"));
        with("SecurityConfiguration.Read.All")
                .get("/v1/remediations/policy")
                .then()
                .body("fourEyes", is(false))
                .body("shareDays", is(7))
                .body("lastUpdatedBy", nullValue());
    }

    /// Its reason was gone for a while. Who approved it then has not approved it now.
    @Test
    void shouldWaitAgainForAPersonWhenWhatAllowedTheFileIsGone() {
        policy("{\"serverApprovals\":2}").statusCode(200);
        Agent agent = enrol("srv1.corp.example");
        TestDatabase.update("update machine set os_platform = 'WindowsServer2022'");
        String alert = alert(agent, "Medium", null, DROPPER, TEMP);
        String other = "d".repeat(40);
        TestDatabase.update(
                "insert into alert_evidence (tenant_id, alert_id, position, entity_type, evidence_creation_ticks, sha1,"
                        + " file_name, file_path) values (cast(? as uuid), ?, 1, 'File', 1, ?, 'b.exe', ?)",
                Tokens.TENANT,
                alert,
                other,
                TEMP);
        String id = open(agent, alert).statusCode(201).extract().path("id");
        reaches(id, "PendingApproval");
        String remediation =
                list("?investigationId=" + id).extract().path("value.find { it.target == '" + DROPPER + "' }.id");
        decide(remediation, "approve").statusCode(200).body("approvals", hasSize(1));
        indicator(DROPPER, "Allowed");
        stands(remediation, "Withdrawn");

        TestDatabase.update("delete from indicator");

        stands(remediation, "Pending");
        decideBy("second-app", remediation).statusCode(200).body("status", is("Pending"));
        decide(remediation, "approve").statusCode(200).body("status", is("Approved"));
    }

    /// To widen is to act on machines of every device group.
    @Test
    void shouldLetOnlyThoseWhoReachEveryMachineWidenTheScope() {
        Agent first = enrol("ws5.corp.example");
        fleet(10);
        assigned();
        String id = investigated(first, "High", "Emotet", TEMP);
        reaches(id, "PendingApproval");
        String widen = list("?status=Pending&investigationId=" + id).extract().path("value[0].id");
        TestDatabase.update("""
                insert into device_group (tenant_id, id, rank, name, automation_level, last_update_ticks, user_group_ids,
                    user_group_names, rules)
                values (cast(? as uuid), 7, 1, 'closed', 'NoAutomatedResponse', 1, '{admins}', '{Admins}', '{}'),
                    (cast(? as uuid), 0, null, 'rest', 'FullRemediateThreatsAutomatically', 1, '{}', '{}', '{}')
                """, Tokens.TENANT, Tokens.TENANT);
        TestDatabase.update("update machine set group_generation = 1000000");
        String limited = Tokens.member(
                java.util.Set.of("others"), "kim@corp.example", "Machine.StopAndQuarantine", "Machine.Read");

        by(limited)
                .body("{\"comment\":\"c\"}")
                .post("/v1/remediations/" + widen + "/approve")
                .then()
                .statusCode(403)
                .body("error.code", is("DisallowedOperation"));

        stands(widen, "Pending");
        assertThat(TestDatabase.column("select count(*) from remediation_approval"))
                .containsExactly(0L);
        by(Tokens.member(java.util.Set.of("admins"), "ann@corp.example", "Machine.StopAndQuarantine"))
                .body("{\"comment\":\"c\"}")
                .post("/v1/remediations/" + widen + "/approve")
                .then()
                .statusCode(200);
    }

    @Test
    void shouldWantTwoToWidenTheScopeToAServerWhenThePolicySaysSo() {
        policy("{\"serverApprovals\":2}").statusCode(200);
        Agent first = enrol("ws5.corp.example");
        fleet(10);
        TestDatabase.update(
                "update machine set os_platform = 'WindowsServer2022' where computer_dns_name = 'fleet3.corp.example'");
        String id = investigated(first, "High", "Emotet", TEMP);
        reaches(id, "PendingApproval");
        String widen = list("?status=Pending&investigationId=" + id)
                .body("value[0].kind", is("WidenScope"))
                .body("value[0].approvalsNeeded", is(2))
                .extract()
                .path("value[0].id");

        decide(widen, "approve").statusCode(200).body("status", is("Pending"));
        decideBy("second-app", widen).statusCode(200).body("status", is("Approved"));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"-", "Audit", "Warn"})
    void shouldTakeTheIndicatorOfASharedVerdictAwayWhenTheFileIsGivenBack(String known) {
        IndicatorPeer.forget();
        policy("{\"shareVerdicts\":true}").statusCode(200);
        if (known != null) {
            indicator(DROPPER, known);
        }
        Agent agent = enrol("ws5.corp.example");
        String id = investigated(agent, "High", "Emotet", TEMP);
        JsonPath given = given(agent);
        agent.report(given.getString("value[0].id"), given.getString("value[0].leaseId"), "Succeeded");
        reaches(id, "SuccessfullyRemediated");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(TestDatabase.column("select shared_indicator_id from investigation_entity"))
                                .containsExactly("77"));

        undo(list("?investigationId=" + id).extract().path("value[0].id")).statusCode(200);
        JsonPath taken = given(agent);
        agent.report(taken.getString("value[0].id"), taken.getString("value[0].leaseId"), "Succeeded");

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(IndicatorPeer.deleted()).containsExactly("77"));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(TestDatabase.count("outbox")).isZero());
        assertThat(IndicatorPeer.asked()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"Allowed", "Block"})
    void shouldShareNoVerdictThatAnIndicatorDecides(String action) {
        IndicatorPeer.forget();
        policy("{\"shareVerdicts\":true}").statusCode(200);
        indicator(DROPPER, action);
        Agent agent = enrol("ws5.corp.example");

        reaches(investigated(agent, "High", "Emotet", TEMP), action.equals("Allowed") ? "Benign" : "PendingResource");

        assertThat(TestDatabase.column("select bool_or(shared) from investigation_entity"))
                .containsExactly(false);
    }

    /// Who joins an investigation by hand, or made its alert, wanted it as much as who began it.
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void shouldWantSomebodyElseThanWhoJoinedItOrMadeItsAlert(boolean byHand) {
        policy("{\"fourEyes\":true}").statusCode(200);
        Agent agent = enrol("ws5.corp.example");
        String id = investigated(agent, "Medium", null, TEMP);
        reaches(id, "PendingApproval");
        String remediation = list("?investigationId=" + id).extract().path("value[0].id");
        if (byHand) {
            with("Alert.ReadWrite.All")
                    .body("{\"Comment\":\"Look\"}")
                    .post("/api/machines/" + agent.machineId() + "/startInvestigation")
                    .then()
                    .statusCode(201);
        } else {
            TestDatabase.update("update alert set made_by = '{somebody,test-app}'");
        }

        decide(remediation, "approve").statusCode(403).body("error.code", is("DisallowedOperation"));

        decideBy("second-app", remediation).statusCode(200).body("status", is("Approved"));
    }

    @Test
    void shouldWaitSevenDaysForAPersonHoweverOldTheInvestigationIs() {
        Agent agent = enrol("ws5.corp.example");
        String id = investigated(agent, "Medium", null, TEMP);
        reaches(id, "PendingApproval");
        TestDatabase.update("update investigation set deadline = now() + interval '1 hour'");

        open(agent, alert(agent, "Medium", null, "d".repeat(40), TEMP)).statusCode(200);

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> list("?status=Pending&investigationId=" + id).body("value", hasSize(2)));
        assertThat(TestDatabase.column("select deadline > now() + interval '10 days' from investigation"))
                .containsExactly(true);
    }

    @Test
    void shouldEndWhenAPersonCancelsIt() {
        Agent agent = enrol("ws5.corp.example");
        String id = investigated(agent, "Medium", null, TEMP);
        reaches(id, "PendingApproval");
        String remediation = list("?investigationId=" + id).extract().path("value[0].id");

        cancel(id)
                .statusCode(200)
                .body("state", is("TerminatedByUser"))
                .body("cancelledBy", is("test-app"))
                .body("statusDetails", is("c"));

        stands(remediation, "Expired");
        cancel(id).statusCode(400).body("error.code", is("BadRequest"));
        cancel("77").statusCode(404);
        with("Alert.Read.All")
                .body("{\"comment\":\"c\"}")
                .post("/v1/investigations/" + id + "/cancel")
                .then()
                .statusCode(403);
    }

    @Test
    void shouldGiveBackAFileWhoseQuarantineSomebodyOrdered() {
        Agent agent = enrol("ws5.corp.example");
        String action = act(
                        agent.machineId(), "StopAndQuarantineFile", "{\"Comment\":\"c\",\"Sha1\":\"" + DROPPER + "\"}")
                .statusCode(201)
                .extract()
                .path("id");
        giveBack(action).statusCode(400).body("error.code", is("BadRequest"));
        JsonPath given = given(agent);
        agent.report(action, given.getString("value[0].leaseId"), "Succeeded").statusCode(200);

        giveBack(action)
                .statusCode(200)
                .body("status", is("Undoing"))
                .body("sha1", is(DROPPER))
                .body("undoneBy", is("test-app"))
                .body("undoComment", is("c"));

        giveBack(action).statusCode(400);
        JsonPath failing = given(agent);
        assertThat(failing.getString("value[0].type")).isEqualTo("RestoreFile");
        assertThat(failing.getString("value[0].target.undoes")).isEqualTo(action);
        assertThat(failing.getString("value[0].target.sha1")).isEqualTo(DROPPER);
        agent.report(failing.getString("value[0].id"), failing.getString("value[0].leaseId"), "Failed")
                .statusCode(200);
        quarantine(action)
                .body("status", is("Succeeded"))
                .body("statusDetails", is("The machine action that takes it back ended as Failed: done"));
        giveBack(action).statusCode(200);
        JsonPath taken = given(agent);
        agent.report(taken.getString("value[0].id"), taken.getString("value[0].leaseId"), "Succeeded")
                .statusCode(200);
        quarantine(action).body("status", is("Undone")).body("statusDetails", nullValue());
        giveBack(action).statusCode(400);
        giveBack(UUID.randomUUID().toString()).statusCode(404);
        giveBack("x").statusCode(404);
    }

    /// It lies in quarantine all the same, whatever anybody wanted meanwhile.
    @Test
    void shouldTakeBackWhatWasCarriedOutThoughNobodyWaitedForItAnyMore() {
        Agent agent = enrol("ws5.corp.example");
        String ordered = act(
                        agent.machineId(), "StopAndQuarantineFile", "{\"Comment\":\"c\",\"Sha1\":\"" + DROPPER + "\"}")
                .statusCode(201)
                .extract()
                .path("id");
        reportedLate(agent, ordered);
        quarantine(ordered).body("status", is("Succeeded"));
        giveBack(ordered).statusCode(200).body("status", is("Undoing"));
        JsonPath taken = given(agent);
        agent.report(taken.getString("value[0].id"), taken.getString("value[0].leaseId"), "Succeeded");

        String id = investigated(agent, "High", "Emotet", TEMP);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> TestDatabase.count("machine_action where status = 'Pending'") == 1);
        String action = TestDatabase.value("select id::text from machine_action where status = 'Pending'")
                .toString();
        reportedLate(agent, action);
        String remediation =
                list("?investigationId=" + id).extract().path("value[0].id").toString();
        stands(remediation, "Failed");
        undo(remediation).statusCode(200);
        stands(remediation, "Undoing");
    }

    private static void reportedLate(Agent agent, String action) {
        String lease = given(agent).getString("value[0].leaseId");
        with(ALL)
                .body("{\"Comment\":\"c\"}")
                .post("/api/machineactions/" + action + "/cancel")
                .then()
                .statusCode(200);
        agent.report(action, lease, "Succeeded").statusCode(200).body("status", is("Cancelled"));
    }

    /// The remediation would go on saying that the file is in quarantine.
    @Test
    void shouldNotGiveBackByItsActionWhatARemediationQuarantined() {
        Agent agent = enrol("ws5.corp.example");
        String id = investigated(agent, "High", "Emotet", TEMP);
        JsonPath given = given(agent);
        agent.report(given.getString("value[0].id"), given.getString("value[0].leaseId"), "Succeeded");
        reaches(id, "SuccessfullyRemediated");

        giveBack(given.getString("value[0].id"))
                .statusCode(400)
                .body("error.message", containsString(list("").extract().path("value[0].id")));
    }

    private static ValidatableResponse giveBack(String action) {
        return with("Machine.StopAndQuarantine")
                .body("{\"comment\":\"c\"}")
                .post("/v1/remediations/quarantines/" + action + "/undo")
                .then();
    }

    private static ValidatableResponse quarantine(String action) {
        return with("Machine.Read.All")
                .get("/v1/remediations/quarantines/" + action)
                .then()
                .statusCode(200);
    }

    private static ValidatableResponse cancel(String investigation) {
        return with("Alert.ReadWrite.All")
                .body("{\"comment\":\"c\"}")
                .post("/v1/investigations/" + investigation + "/cancel")
                .then();
    }

    private static ValidatableResponse undo(String id) {
        return decide(id, "undo");
    }

    private static ValidatableResponse decideBy(String application, String id) {
        return by(Tokens.of(Tokens.TENANT, application, "Machine.StopAndQuarantine"))
                .body("{\"comment\":\"c\"}")
                .post("/v1/remediations/" + id + "/approve")
                .then();
    }

    private static ValidatableResponse decideAll(String how, String... ids) {
        return with("Machine.StopAndQuarantine")
                .body("{\"ids\":["
                        + java.util.stream.Stream.of(ids)
                                .map(id -> "\"" + id + "\"")
                                .collect(java.util.stream.Collectors.joining(","))
                        + "],\"comment\":\"c\"}")
                .post("/v1/remediations/" + how)
                .then();
    }

    private static void indicator(String value, String action) {
        TestDatabase.update(
                "insert into indicator (id, tenant_id, indicator_value, indicator_type, match_value, action, created_by, severity, title, description, creation_ticks, last_update_ticks)"
                        + " values (7, cast(? as uuid), ?, 'FileSha1', ?, ?, 'x', 'High', 't', 'd', 1, 1)",
                Tokens.TENANT,
                value,
                value,
                action);
    }

    /// Machines that have the file, each onboarded.
    private static void fleet(int machines) {
        for (int i = 0; i < machines; i++) {
            sighted(DROPPER, enrol("fleet" + i + ".corp.example").machineId());
        }
        // Many machines that have it not: nobody may call it common.
        TestDatabase.update(
                "insert into machine (tenant_id, id) select cast(? as uuid), 'n' || n from generate_series(1, 60) n",
                Tokens.TENANT);
    }

    private static void event(
            Agent agent, int report, String action, String key, String data, String additional, String sha1) {
        TestDatabase.update(
                "insert into device_event (tenant_id, machine_id, event_ticks, report_id, event_time, received_ticks,"
                        + " device_name, table_name, action_type, registry_key, registry_value_name, registry_value_data,"
                        + " additional_fields, sha1) values (cast(? as uuid), ?, (extract(epoch from now()) * 10000000)::bigint, ?,"
                        + " now(), 1, 'ws5', 'DeviceEvents', ?, ?, 'upd', ?, cast(? as jsonb), ?)",
                Tokens.TENANT,
                agent.machineId(),
                report,
                action,
                key,
                data,
                additional,
                sha1);
    }

    private static ValidatableResponse list(String query) {
        return with("Machine.Read.All").get("/v1/remediations" + query).then();
    }

    private static String investigated(Agent agent, String severity, String threat, String folder) {
        return open(agent, alert(agent, severity, threat, DROPPER, folder))
                .statusCode(201)
                .extract()
                .path("id");
    }

    private static String alert(Agent agent, String severity, String threat, String sha1, String folder) {
        String alert = alert(agent, severity, threat);
        file(alert, 0, sha1, "a.exe", folder);
        return alert;
    }
}
