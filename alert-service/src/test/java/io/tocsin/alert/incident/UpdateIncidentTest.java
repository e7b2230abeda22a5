package io.tocsin.alert.incident;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.alert.StoryApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `PATCH /api/incidents/{id}` (contract 95 §2).
@QuarkusTest
class UpdateIncidentTest extends StoryApiTest {

    private long incident;

    @BeforeEach
    void anIncidentOfTwoAlerts() {
        alert("da1_1", WS5, "Beacon", "High", "CommandAndControl", NOON);
        alert("da1_2", WS5, "Spread", "Medium", "LateralMovement", NOON.plusSeconds(60));
        correlate();
        incident = (Long) TestDatabase.value("select incident_id from alert where id = 'da1_1'");
    }

    @Test
    void shouldChangeWhatIsNamedAndKeepTheRest() {
        // When
        var changed = patch("""
                {"Status":"InProgress","assignedTo":"soc1@corp.example","Classification":"True positive",
                 "determination":"CompromisedAccount","tags":["c2"," c2 ","vip"],"comment":"Mine"}
                """);

        // Then
        changed.statusCode(200)
                .header("OData-Version", is("4.0"))
                .body("'@odata.context'", containsString("#Incidents/$entity"))
                .body("status", is("InProgress"))
                .body("assignedTo", is("soc1@corp.example"))
                .body("classification", is("TruePositive"))
                .body("determination", is("CompromisedUser"))
                .body("tags", contains("c2", "vip"))
                .body("comments.comment", contains("Mine"))
                .body("comments.createdBy", contains("test-app"))
                .body("alerts.status", contains("New", "New"));
        String before = changed.extract().path("lastUpdateTime");
        patch(
                        "{\"tags\":[],\"assignedTo\":\"\",\"classification\":\"Unknown\",\"determination\":\"NotAvailable\",\"comment\":\"again\"}")
                .body("status", is("InProgress"))
                .body("assignedTo", nullValue())
                .body("classification", is("Unknown"))
                .body("determination", is("NotAvailable"))
                .body("tags", hasSize(0))
                .body("comments.comment", contains("Mine", "again"))
                .body("lastUpdateTime", not(is(before)));
        assertThat(TestDatabase.column(
                        "select detail::text from audit_entry where action = 'incident.update' and target = ? order by id desc limit 2",
                        Long.toString(incident)))
                .hasSize(2)
                .last()
                .asString()
                .contains(
                        "\"before\": {\"tags\": [], \"status\": \"Active\"",
                        "\"tags\": [\"c2\", \"vip\"]",
                        "\"commented\": true");
    }

    @Test
    void shouldResolveItsAlertsWhenItIsResolved() {
        // Given
        TestDatabase.update("update alert set status = 'Resolved', resolved_ticks = 1 where id = 'da1_2'");

        // When
        patch("{\"status\":\"Resolved\"}")
                .body("status", is("Resolved"))
                .body("alerts.status", contains("Resolved", "Resolved"));

        // Then
        assertThat(TestDatabase.value("select resolved_ticks from alert where id = 'da1_2'"))
                .isEqualTo(1L);
        assertThat((Long) TestDatabase.value("select resolved_ticks from alert where id = 'da1_1'"))
                .isGreaterThan(1L);
        assertThat((String) TestDatabase.value(
                        "select detail::text from audit_entry where action = 'incident.update' and target = ? order by id desc limit 1",
                        Long.toString(incident)))
                .contains("\"resolvedAlerts\": [\"da1_1\"]");
        patch("{\"status\":\"Active\"}")
                .body("status", is("Active"))
                .body("alerts.status", contains("Resolved", "Resolved"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                 | InvalidRequestBody",
                "{\"comment\":\"  \"}               | InvalidRequestBody",
                "{\"status\":\"Redirected\"}        | InvalidInput",
                "{\"status\":\"New\"}               | InvalidInput",
                "{\"tags\":[\"Redirected\"]}        | InvalidInput",
                "{\"tags\":[\" \"]}                 | InvalidInput",
                "{\"tags\":[null]}                  | InvalidInput",
                "{\"classification\":\"Maybe\"}     | InvalidInput",
                "{\"determination\":\"Apt\"}        | InvalidInput",
                "{\"status\":                       | InvalidRequestBody",
            })
    void shouldChangeNothingWhenTheUpdateIsRefused(String body, String code) {
        patch(body).statusCode(400).body("error.code", is(code));

        get("/api/incidents/" + incident)
                .body("status", is("Active"))
                .body("tags", hasSize(0))
                .body("comments", hasSize(0));
    }

    @Test
    void shouldNotChangeWhatWasMergedAway() {
        long merged = (Long) TestDatabase.value(
                "insert into incident (tenant_id, redirect_incident_id, incident_name, created_ticks, last_update_ticks, severity, status, tags)"
                        + " values (cast(? as uuid), ?, 'm', 1, 1, 'Low', 'Redirected', '{Redirected}') returning incident_id",
                Tokens.TENANT,
                incident);

        patch(merged, "{\"status\":\"Active\",\"comment\":\"c\"}")
                .statusCode(400)
                .body("error.code", is("InvalidInput"))
                .body("error.message", containsString("into incident " + incident));

        get("/api/incidents/" + merged).body("status", is("Redirected")).body("comments", hasSize(0));
    }

    @Test
    void shouldFindNoneThatIsNotThereOrNotTheTenants() {
        patch(incident + 1_000, "{\"status\":\"Active\"}").statusCode(404).body("error.code", is("ResourceNotFound"));
        given().contentType("application/json")
                .header("Authorization", "Bearer " + Tokens.of(Tokens.OTHER_TENANT, "app", "Incident.ReadWrite.All"))
                .body("{\"status\":\"Resolved\"}")
                .patch("/api/incidents/" + incident)
                .then()
                .statusCode(404);
        with("Incident.Read.All")
                .body("{\"status\":\"Resolved\"}")
                .patch("/api/incidents/" + incident)
                .then()
                .statusCode(403);
    }

    @Test
    void shouldBeFoundByWhoPollsForChangesWhenOneOfItsAlertsIsChanged() {
        String before = with("Incident.Read.All")
                .get("/api/incidents/" + incident)
                .then()
                .extract()
                .path("lastUpdateTime");

        with("Alert.ReadWrite.All")
                .body("{\"status\":\"Resolved\"}")
                .patch("/api/alerts/da1_2")
                .then()
                .statusCode(200);

        with("Incident.Read.All")
                .get("/api/incidents?$filter=lastUpdateTime%20gt%20" + before)
                .then()
                .body("value.incidentId", contains((int) incident))
                .body("value[0].alerts.status", contains("New", "Resolved"));
    }

    @Test
    void shouldNotResolveAlertsOutOfReach() {
        // Given
        TestDatabase.update(
                "insert into device_group (tenant_id, id, rank, name, automation_level, last_update_ticks, user_group_ids, user_group_names, rules)"
                        + " values (cast(? as uuid), 1, 1, 'Closed', 'FullRemediateThreatsAutomatically', 1, '{soc}', '{soc}', '{}')",
                Tokens.TENANT);
        TestDatabase.update(
                "insert into machine (tenant_id, id, rbac_group_id, group_generation) values (?, ?, 1, 1)",
                UUID.fromString(Tokens.TENANT),
                WS5);
        TestDatabase.update("update alert set machine_id = null where id = 'da1_2'");

        // Then
        as("other", "{\"status\":\"Resolved\"}").statusCode(403).body("error.code", is("DisallowedOperation"));
        assertThat(TestDatabase.value("select count(*) from alert where status = 'Resolved'"))
                .isEqualTo(0L);
        as("other", "{\"comment\":\"seen\"}").statusCode(200).body("alerts", hasSize(1));
        as("soc", "{\"status\":\"Resolved\"}").statusCode(200).body("alerts", hasSize(2));
    }

    private ValidatableResponse as(String group, String body) {
        return given().contentType("application/json")
                .header(
                        "Authorization",
                        "Bearer " + Tokens.member(Set.of(group), "ana@corp.example", "Incident.ReadWrite"))
                .body(body)
                .patch("/api/incidents/" + incident)
                .then();
    }

    private ValidatableResponse patch(String body) {
        return patch(incident, body);
    }

    private static ValidatableResponse patch(long id, String body) {
        return with("Incident.ReadWrite.All")
                .body(body)
                .patch("/api/incidents/" + id)
                .then();
    }
}
