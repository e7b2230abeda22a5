package io.tocsin.response.machine;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.response.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// How machines stand without anybody saying so: their risk by their open alerts, their health by their last sign of
/// life.
@QuarkusTest
class MachineStandingTest extends ApiTest {

    @Test
    void shouldHaveTheRiskOfItsWorstOpenAlert() {
        Agent agent = enrol("ws5.corp.example");
        Agent other = enrol("ws6.corp.example");
        alert("da1", "Low", agent);
        shows(agent, "riskScore", "Low");

        alert("da2", "High", agent);
        alert("da3", "UnSpecified", other);
        shows(agent, "riskScore", "High");
        shows(other, "riskScore", "Informational");

        resolve("da2");
        shows(agent, "riskScore", "Low");
        resolve("da1");
        shows(agent, "riskScore", "None");
    }

    @Test
    void shouldBeInactiveWithoutASignOfLifeAndActiveWithTheNext() {
        Agent agent = enrol("ws5.corp.example");
        TestDatabase.update("update machine set last_seen_ticks = -30000000000000000");

        TestDatabase.update(
                "update scheduled_tasks_response set execution_time = now() where task_name = 'machine-health'");
        shows(agent, "healthStatus", "Inactive");

        by(agent.credential()).body("{}").post("/agent/v1/checkin").then().statusCode(200);
        shows(agent, "healthStatus", "Active");
    }

    @Test
    void shouldBeMergedIntoTheOneThatReplacedItUntilItIsHeardOfAgain() {
        Agent now = enrol("ws5.corp.example");
        Agent another = enrol("ws6.corp.example");
        machine("a", "ws5.corp.example", 10, 20); // replaced before the present one came
        machine("b", "ws5.corp.example", 10, null); // and one that is there beside it
        machine("c", "ws6", 10, 20); // without a domain it may be anybody's
        TestDatabase.update(
                "update machine set last_seen_ticks = (select first_seen_ticks from machine where id = ?)"
                        + " where id = 'b'",
                now.machineId());

        duplicates();
        standing("a").body("isPotentialDuplication", is(true)).body("mergedIntoMachineId", is(now.machineId()));
        standing("b").body("isPotentialDuplication", is(true)).body("mergedIntoMachineId", nullValue());
        standing("c").body("isPotentialDuplication", is(false)).body("mergedIntoMachineId", nullValue());
        standing(another.machineId()).body("isPotentialDuplication", is(false));
        standing(now.machineId()).body("isPotentialDuplication", is(true)).body("mergedIntoMachineId", nullValue());

        TestDatabase.update("update machine set last_seen_ticks = 900000000000000000 where id = 'a'");
        duplicates();
        standing("a").body("mergedIntoMachineId", nullValue());
    }

    private static void machine(String id, String name, long first, Integer last) {
        TestDatabase.update(
                "insert into machine (tenant_id, id, computer_dns_name, first_seen_ticks, last_seen_ticks)"
                        + " values (cast(? as uuid), ?, ?, ?, ?)",
                Tokens.TENANT,
                id,
                name,
                first,
                last);
    }

    /// Returns once they have been looked for again.
    private static void duplicates() {
        TestDatabase.update(
                "update scheduled_tasks_response set execution_time = now(), last_success = null where task_name = 'machine-duplicates'");
        await().atMost(Duration.ofSeconds(90))
                .until(() -> TestDatabase.count(
                                "scheduled_tasks_response where task_name = 'machine-duplicates' and last_success is not null")
                        == 1);
    }

    private static ValidatableResponse standing(String id) {
        return with("Machine.Read.All").get("/api/machines/" + id).then().statusCode(200);
    }

    private static void shows(Agent agent, String property, String value) {
        await().atMost(Duration.ofSeconds(90))
                .untilAsserted(() -> with("Machine.Read.All")
                        .get("/api/machines/" + agent.machineId())
                        .then()
                        .body(property, is(value)));
    }

    private static void resolve(String id) {
        TestDatabase.update(
                "update alert set status = 'Resolved', last_update_ticks = last_update_ticks + 1 where id = ?", id);
    }

    private static void alert(String id, String severity, Agent agent) {
        TestDatabase.update(
                "insert into alert (id, tenant_id, source, source_ref, severity, status, title, description,"
                        + " alert_creation_ticks, last_update_ticks, machine_id)"
                        + " values (?, cast(? as uuid), 's', ?, ?, 'New', 't', 'd', 1, 1, ?)",
                id,
                Tokens.TENANT,
                id,
                severity,
                agent.machineId());
    }
}
