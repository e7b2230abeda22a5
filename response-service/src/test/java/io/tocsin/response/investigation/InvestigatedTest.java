package io.tocsin.response.investigation;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.tocsin.response.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.time.Duration;
import java.util.UUID;

/// What the tests of investigations tell and ask: alerts with their evidence, and what became of them.
abstract class InvestigatedTest extends ApiTest {

    /// That a machine has seen a file.
    static void sighted(String hash, String machine) {
        TestDatabase.update(
                "insert into entity_sighting (tenant_id, kind, value, machine_id, first_seen_ticks, last_seen_ticks, hours)"
                        + " values (cast(? as uuid), 'File', ?, ?, 1, 1, repeat('0', 768)::bit(768))",
                Tokens.TENANT,
                hash,
                machine);
    }

    static void level(String level) {
        with("DeviceGroup.ReadWrite.All")
                .body("{\"automationLevel\":\"" + level + "\"}")
                .patch("/v1/device-groups/0")
                .then()
                .statusCode(200);
        assigned();
    }

    static void event(Agent agent, int report, String action, String key, String data, String additional) {
        TestDatabase.update("do $$ begin perform make_device_event_day((now() at time zone 'utc')::date); end $$");
        TestDatabase.update(
                "insert into device_event (tenant_id, machine_id, event_ticks, report_id, event_time, received_ticks,"
                        + " device_name, table_name, action_type, registry_key, registry_value_name, registry_value_data,"
                        + " additional_fields) values (cast(? as uuid), ?, (extract(epoch from now()) * 10000000)::bigint, ?,"
                        + " now(), 1, 'ws5', 'DeviceEvents', ?, ?, 'upd', ?, cast(? as jsonb))",
                Tokens.TENANT,
                agent.machineId(),
                report,
                action,
                key,
                data,
                additional);
    }

    static String alert(Agent agent, String severity, String threat) {
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
        return alert;
    }

    static void evidence(String alert, int position, String type, String column, String value) {
        TestDatabase.update(
                "insert into alert_evidence (tenant_id, alert_id, position, entity_type, evidence_creation_ticks, "
                        + column + ") values (cast(? as uuid), ?, ?, ?, 1, ?)",
                Tokens.TENANT,
                alert,
                position,
                type,
                value);
    }

    static void file(String alert, int position, String sha1, String name, String folder) {
        evidence(alert, position, "File", "sha1", sha1);
        TestDatabase.update(
                "update alert_evidence set file_name = ?, file_path = ? where alert_id = ? and position = ?",
                name,
                folder,
                alert,
                position);
    }

    static void process(String alert, int position, String sha1, String name) {
        evidence(alert, position, "Process", "sha1", sha1);
        TestDatabase.update(
                "update alert_evidence set file_name = ?, process_id = 4711, process_creation_ticks = 17700000000000000"
                        + " where alert_id = ? and position = ?",
                name,
                alert,
                position);
    }

    static String start(Agent agent) {
        return with("Alert.ReadWrite.All")
                .body("{\"Comment\":\"Look\"}")
                .post("/api/machines/" + agent.machineId() + "/startInvestigation")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    static ValidatableResponse open(Agent agent, String alert) {
        return with("Service.Investigate")
                .body("{\"machineId\":\"" + agent.machineId() + "\",\"alertId\":\"" + alert + "\"}")
                .post("/v1/investigations")
                .then();
    }

    static String investigate(Agent agent, String alert) {
        return open(agent, alert).extract().path("id");
    }

    static void reaches(String id, String state) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> with("Alert.Read.All")
                        .get("/api/investigations/" + id)
                        .then()
                        .body("state", is(state)));
    }

    static ValidatableResponse proposed(String investigation) {
        return with("Machine.Read.All")
                .get("/v1/remediations?investigationId=" + investigation)
                .then();
    }

    static void stands(String remediation, String status) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> with("Machine.Read.All")
                        .get("/v1/remediations/" + remediation)
                        .then()
                        .body("status", is(status)));
    }

    static ValidatableResponse decide(String id, String how) {
        return with("Machine.StopAndQuarantine")
                .body("{\"comment\":\"c\"}")
                .post("/v1/remediations/" + id + "/" + how)
                .then();
    }

    static JsonPath given(Agent agent) {
        return await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> agent.actions(0).extract().jsonPath(),
                        it -> !it.getList("value").isEmpty());
    }

    static ValidatableResponse policy(String body) {
        return with("SecurityConfiguration.ReadWrite.All")
                .body(body)
                .put("/v1/remediations/policy")
                .then();
    }
}
