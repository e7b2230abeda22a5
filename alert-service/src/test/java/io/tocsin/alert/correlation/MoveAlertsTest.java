package io.tocsin.alert.correlation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.alert.StoryApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import org.junit.jupiter.api.Test;

/// What people do to incidents by hand, and that correlation respects it.
@QuarkusTest
class MoveAlertsTest extends StoryApiTest {

    @Test
    void shouldNotMoveItBackWhenAnAlertWasMovedOut() {
        // Given
        oneIncidentOfThree();

        // When
        post("/v1/incidents", "{\"alertIds\":[\"da3\"]}")
                .statusCode(201)
                .body("incidentId", is(2))
                .body("incidentName", is("Shell on ws5"))
                .body("alertIds", contains("da3"));
        correlate();
        alert("da4", WS5, "Again", "Low", "Malware", NOON.plusSeconds(180));
        correlate();

        // Then
        assertThat(partition())
                .hasSize(2)
                .contains("da3")
                .anyMatch(row -> row.toString().startsWith("da1,da2"));
        get("/v1/incidents/2/story").body("alerts[0].why.rule", contains("First", "Manual"));
        assertThat(
                        TestDatabase.value(
                                "select detail #>> '{before,da3}' || '>' || (detail #>> '{after,da3}') from audit_entry where action = 'incident.open' and target = '2' and actor <> 'alert-service' order by at_ticks desc limit 1"))
                .isEqualTo("1>2");
    }

    @Test
    void shouldRedirectTheIncidentThatLostItsLastAlert() {
        // Given
        alert("da1", WS5, "One", "Low", "Malware", NOON);
        alert("da2", WS6, "Two", "High", "Malware", NOON);
        correlate();
        TestDatabase.update("update incident set tags = array['t' || incident_id]");

        // When
        var moved = post("/v1/incidents/1/alerts", "{\"alertIds\":[\"da2\",\"da2\"]}");

        // Then
        moved.statusCode(200).body("severity", is("High")).body("alertIds", contains("da1", "da2"));
        assertThat(TestDatabase.value(
                        "select status || redirect_incident_id || tags::text from incident where incident_id = 2"))
                .isEqualTo("Redirected1{t2,Redirected}");
        assertThat(TestDatabase.value("select tags::text from incident where incident_id = 1"))
                .isEqualTo("{t1,t2}");
        get("/v1/incidents/2/story").body("incidentId", is(1));
        get("/v1/incidents/1/story").body("alerts[1].why.rule", contains("Manual"));
    }

    @Test
    void shouldMergeByHandWhateverTheyDisagreeAbout() {
        // Given
        alert("da1", WS5, "One", "Low", "Malware", NOON);
        alert("da2", WS6, "Two", "High", "Malware", NOON);
        correlate();
        TestDatabase.update(
                "update incident set assigned_to = 'person' || incident_id, tags = array['t' || incident_id]");
        TestDatabase.update(
                "insert into incident_comment (tenant_id, incident_id, comment, created_by, created_ticks) select tenant_id, incident_id, 'c', 'ann', 1 from incident");

        // When
        post("/v1/incidents/1/merge", "{\"incidentIds\":[2]}").statusCode(200).body("alertIds", contains("da1", "da2"));
        correlate();

        // Then
        assertThat(partition()).containsExactly("da1,da2");
        assertThat(
                        TestDatabase.column(
                                "select status || coalesce(assigned_to, '') || tags::text || (select count(*) from incident_comment c where c.incident_id = i.incident_id) from incident i order by incident_id"))
                .containsExactly("Activeperson1{t1,t2}1", "Redirectedperson2{t2,Redirected}1");
    }

    /// Nobody who holds an old id ends at an incident that is itself gone.
    @Test
    void shouldPointAtWhereTheAlertsAreWhenWhatAnIncidentWasMergedIntoIsEmptied() {
        // Given
        alert("da1", WS5, "One", "Low", "Malware", NOON);
        alert("da2", WS6, "Two", "Low", "Malware", NOON);
        alert("da3", null, "Three", "Low", "Malware", NOON);
        correlate();
        post("/v1/incidents/2/merge", "{\"incidentIds\":[1]}").statusCode(200);

        // When
        post("/v1/incidents/3/alerts", "{\"alertIds\":[\"da1\",\"da2\"]}").statusCode(200);

        // Then
        assertThat(
                        TestDatabase.column(
                                "select status || coalesce(redirect_incident_id, 0) || tags::text from incident order by incident_id"))
                .containsExactly("Redirected3{Redirected}", "Redirected3{Redirected}", "Active0{}");
        get("/v1/incidents/1/story").body("incidentId", is(3));
    }

    @Test
    void shouldMergeAgainByHandWhatWasTakenApart() {
        // Given
        oneIncidentOfThree();
        post("/v1/incidents", "{\"alertIds\":[\"da3\"]}").statusCode(201);

        // When
        post("/v1/incidents/2/merge", "{\"incidentIds\":[1]}").statusCode(200);

        // Then
        assertThat(partition()).containsExactly("da1,da2,da3");
        assertThat(TestDatabase.count("incident_apart")).isZero();
    }

    @Test
    void shouldKeepAnAlertWhereAPersonPutItBeforeCorrelationSawIt() {
        // Given
        alert("da1", WS5, "One", "Low", "Malware", NOON);
        correlate();
        TestDatabase.whileLocked("alert_link_key", () -> {
            alert("da2", WS6, "Two", "Low", "Malware", NOON);
            return null;
        });

        // When
        post("/v1/incidents/1/alerts", "{\"alertIds\":[\"da2\"]}").statusCode(200);
        correlate();

        // Then
        assertThat(partition()).containsExactly("da1,da2");
    }

    @Test
    void shouldRefuseWhatCannotBeMovedOrMerged() {
        alert("da1", WS5, "One", "Low", "Malware", NOON);
        alert("da2", WS6, "Two", "Low", "Malware", NOON);
        correlate();
        TestDatabase.update("update incident set status = 'Resolved' where incident_id = 2");

        post("/v1/incidents/2/alerts", "{\"alertIds\":[\"da1\"]}")
                .statusCode(403)
                .body("error.code", is("DisallowedOperation"));
        post("/v1/incidents/1/merge", "{\"incidentIds\":[2]}").statusCode(403);
        post("/v1/incidents/1/merge", "{\"incidentIds\":[1]}").statusCode(400);
        post("/v1/incidents/1/merge", "{\"incidentIds\":[9]}").statusCode(404);
        post("/v1/incidents/9/merge", "{\"incidentIds\":[1]}").statusCode(404);
        post("/v1/incidents/1/merge", "{\"incidentIds\":[2,3,4,5,6]}").statusCode(400);
        post("/v1/incidents/1/merge", "{\"incidentIds\":[]}").statusCode(400);
        post("/v1/incidents/1/alerts", "{\"alertIds\":[\"none\"]}").statusCode(404);
        post("/v1/incidents/1/alerts", "{}").statusCode(400);
        post("/v1/incidents", "{\"alertIds\":[null]}").statusCode(400);
        assertThat(partition()).containsExactly("da1", "da2");
    }

    private static void oneIncidentOfThree() {
        alert("da1", WS5, "Beacon", "Low", "Malware", NOON);
        alert("da2", WS5, "Loader", "Low", "Malware", NOON.plusSeconds(60));
        alert("da3", WS5, "Shell", "High", "Malware", NOON.plusSeconds(120));
        correlate();
        assertThat(partition()).containsExactly("da1,da2,da3");
    }

    private static ValidatableResponse post(String path, String body) {
        return io.restassured.RestAssured.given()
                .auth()
                .oauth2(Tokens.application("Incident.ReadWrite.All"))
                .contentType("application/json")
                .body(body)
                .post(path)
                .then();
    }

    private static java.util.List<Object> partition() {
        return TestDatabase.column(
                "select string_agg(id, ',' order by id) from alert where incident_id is not null group by incident_id order by 1");
    }
}
