package io.tocsin.response.investigation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.tocsin.response.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Investigations from their evidence to their end (contract 40 §4, §5), and `/v1/remediations`.
@QuarkusTest
class RemediationsTest extends ApiTest {

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
        list("").body("value[0].status", is("Failed")).body("value[0].statusDetails", notNullValue());
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

    private static void reaches(String id, String state) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> with("Alert.Read.All")
                        .get("/api/investigations/" + id)
                        .then()
                        .body("state", is(state)));
    }

    private static ValidatableResponse list(String query) {
        return with("Machine.Read.All").get("/v1/remediations" + query).then();
    }

    private static ValidatableResponse decide(String id, String how) {
        return with("Machine.StopAndQuarantine")
                .body("{\"comment\":\"c\"}")
                .post("/v1/remediations/" + id + "/" + how)
                .then();
    }

    private static String investigated(Agent agent, String severity, String threat, String folder) {
        return open(agent, alert(agent, severity, threat, DROPPER, folder))
                .statusCode(201)
                .extract()
                .path("id");
    }

    private static ValidatableResponse open(Agent agent, String alert) {
        return with("Service.Investigate")
                .body("{\"machineId\":\"" + agent.machineId() + "\",\"alertId\":\"" + alert + "\"}")
                .post("/v1/investigations")
                .then();
    }

    private static String alert(Agent agent, String severity, String threat, String sha1, String folder) {
        String alert = "da" + UUID.randomUUID();
        TestDatabase.update(
                "insert into alert (id, tenant_id, source, source_ref, severity, status, title, description,"
                        + " alert_creation_ticks, last_update_ticks, machine_id, threat_name)"
                        + " values (?, cast(? as uuid), 's', ?, ?, 'New', 't', 'd', 1, 1, ?, ?)",
                alert,
                Tokens.TENANT,
                alert,
                severity,
                agent.machineId(),
                threat);
        TestDatabase.update(
                "insert into alert_evidence (tenant_id, alert_id, position, entity_type, evidence_creation_ticks, sha1,"
                        + " file_name, file_path) values (cast(? as uuid), ?, 0, 'File', 1, ?, 'a.exe', ?)",
                Tokens.TENANT,
                alert,
                sha1,
                folder);
        return alert;
    }
}
