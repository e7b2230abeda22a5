package io.tocsin.response.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Who may write, run and read what (docs/api.md).
@QuarkusTest
class PlaybookRightsTest extends PlaybookApiTest {

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
}
