package io.tocsin.alert.incident;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.alert.StoryApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class ReadIncidentsTest extends StoryApiTest {

    @Test
    void shouldAnswerTheKeysInTheContractsOrderWhenOneIsRead() {
        // Given
        long id = oneIncident();

        // When
        var answer = get("/api/incidents/" + id);

        // Then
        answer.statusCode(200)
                .body("'@odata.context'", endsWith("/api/$metadata#Incidents/$entity"))
                .body("incidentName", is("Beacon on ws5"))
                .body("classification", is("Unknown"))
                .body("determination", is("NotAvailable"))
                .body("alerts[0].classification", nullValue())
                .body("alerts[0].devices[0].mdatpDeviceId", is(WS5))
                .body("alerts[0].entities[0].ipAddress", is("203.0.113.77"));
        Map<String, Object> incident = answer.extract().jsonPath().getMap("$");
        assertThat(incident.keySet())
                .containsExactly(
                        "@odata.context",
                        "incidentId",
                        "incidentUri",
                        "redirectIncidentId",
                        "incidentName",
                        "createdTime",
                        "lastUpdateTime",
                        "assignedTo",
                        "classification",
                        "determination",
                        "status",
                        "severity",
                        "tags",
                        "comments",
                        "alerts");
        Map<String, Object> alert = answer.extract().jsonPath().getMap("alerts[0]");
        assertThat(alert.keySet())
                .containsExactly(
                        "alertId",
                        "providerAlertId",
                        "incidentId",
                        "serviceSource",
                        "creationTime",
                        "lastUpdatedTime",
                        "resolvedTime",
                        "firstActivity",
                        "lastActivity",
                        "title",
                        "description",
                        "category",
                        "status",
                        "severity",
                        "investigationId",
                        "investigationState",
                        "classification",
                        "determination",
                        "detectionSource",
                        "detectorId",
                        "assignedTo",
                        "actorName",
                        "threatFamilyName",
                        "mitreTechniques",
                        "devices",
                        "entities");
    }

    @Test
    void shouldPageNewestFirstWhenTheyAreListed() {
        // Given
        alert("da1", WS5, "Old", "Low", "Malware", NOON);
        alert("da2", WS6, "New", "High", "Malware", NOON.plusSeconds(1));
        correlate();

        // When
        var all = get("/api/incidents?$count=true");

        // Then
        all.statusCode(200)
                .body("'@odata.count'", is(2))
                .body("value.incidentName", contains("New on ws6", "Old on ws5"));
        get("/api/incidents?$top=1&$skip=1").body("value.incidentName", contains("Old on ws5"));
        get("/api/incidents?$filter=status eq 'resolved'").statusCode(200).body("value", hasSize(0));
        get("/api/incidents?$filter=createdTime gt 2026-01-01T00:00:00Z and status eq 'Active' and assignedTo eq null")
                .body("value", hasSize(2));
    }

    @Test
    void shouldLeadThroughThePagesByTheAddressTheCallerUsed() {
        // Given
        TestDatabase.update("""
                insert into incident (tenant_id, incident_name, created_ticks, last_update_ticks, status, severity)
                select cast(? as uuid), 'i' || n, n, n, case when n <= 120 then 'Active' else 'Resolved' end, 'Low'
                from generate_series(1, 130) n
                """, Tokens.TENANT);
        var options = "?%24filter=status+eq+'Active'&$select=incidentName&$count=true";

        // When
        var first = from("mde.example", "/api/v1.0/incidents" + options);

        // Then
        first.statusCode(200)
                .body("'@odata.context'", is("https://mde.example/api/v1.0/$metadata#Incidents(incidentName)"))
                .body("'@odata.count'", is(120))
                .body("value", hasSize(100))
                .body("value[0]", is(Map.of("incidentName", "i120")));
        String next = first.extract().path("'@odata.nextLink'");
        assertThat(next)
                .isEqualTo("https://mde.example/api/v1.0/incidents?$filter=status%20eq%20%27Active%27"
                        + "&$select=incidentName&$count=true&$skip=100");
        from("mde.example", next.substring("https://mde.example".length()))
                .body("value", hasSize(20))
                .body("value[19].incidentName", is("i1"))
                .body("'@odata.nextLink'", nullValue());
        get("/api/incidents?$top=100").body("'@odata.nextLink'", nullValue());
    }

    @Test
    void shouldShortenAPageWhenItsAlertsAreTooManyAndLeadToTheRest() {
        // Given
        TestDatabase.update("""
                insert into incident (incident_id, tenant_id, incident_name, created_ticks, last_update_ticks, status, severity)
                select n, cast(? as uuid), 'i' || n, n, n, 'Active', 'Low' from generate_series(1, 3) n
                """, Tokens.TENANT);
        TestDatabase.update("""
                insert into alert (id, tenant_id, incident_id, source, source_ref, severity, status, title, description,
                    alert_creation_ticks, last_update_ticks, correlated)
                select 'a' || i || '-' || n, cast(? as uuid), i, 's', i || '-' || n, 'Low', 'New', 't', '', n, n, true
                from generate_series(1, 3) i, generate_series(1, 1500) n
                """, Tokens.TENANT);

        // When
        var first = get("/api/incidents?$top=2&$filter=status eq 'Active'");

        // Then
        first.body("value.incidentName", contains("i3")).body("value[0].alerts", hasSize(1500));
        String next = first.extract().path("'@odata.nextLink'");
        assertThat(next).endsWith("/api/incidents?$filter=status%20eq%20%27Active%27&$skip=1&$top=1");
        from("localhost", next.substring(next.indexOf("/api/")))
                .body("value.incidentName", contains("i2"))
                .body("'@odata.nextLink'", nullValue());
        assertThat((String) get("/api/incidents").extract().path("'@odata.nextLink'"))
                .endsWith("?$skip=1");
    }

    @Test
    void shouldLeaveIncidentsToTheNextPageWhenTheirEvidenceIsTooMuchTogether() {
        // Given
        TestDatabase.update("""
                insert into incident (incident_id, tenant_id, incident_name, created_ticks, last_update_ticks, status,
                    severity)
                overriding system value
                select i, cast(? as uuid), 'i' || i, i, i, 'Active', 'Low' from generate_series(1, 3) i
                """, Tokens.TENANT);
        TestDatabase.update("""
                insert into alert (id, tenant_id, incident_id, source, source_ref, severity, status, title, description,
                    alert_creation_ticks, last_update_ticks, correlated)
                select 'a' || i || '-' || n, cast(? as uuid), i, 's', i || '-' || n, 'Low', 'New', 't', '', n, n, true
                from generate_series(1, 3) i, generate_series(1, 150) n
                """, Tokens.TENANT);
        TestDatabase.update("""
                insert into alert_evidence (tenant_id, alert_id, position, entity_type, evidence_creation_ticks,
                    process_command_line)
                select tenant_id, id, 0, 'Process', 1, repeat('x', 110000) from alert where tenant_id = cast(? as uuid)
                """, Tokens.TENANT);

        // When
        var first = get("/api/incidents?$top=3");

        // Then
        first.statusCode(200)
                .body("value.incidentName", contains("i3"))
                .body("value[0].alerts.entities.flatten()", hasSize(150));
        String next = first.extract().path("'@odata.nextLink'");
        from("localhost", next.substring(next.indexOf("/api/"))).body("value.incidentName", contains("i2"));
    }

    private static ValidatableResponse from(String host, String path) {
        return given().urlEncodingEnabled(false)
                .auth()
                .oauth2(Tokens.application("Incident.Read.All"))
                .header("X-Forwarded-Host", host)
                .header("X-Forwarded-Proto", "https")
                .get(path)
                .then();
    }

    @Test
    void shouldAnswerABareNumberWhenTheCountIsThePath() {
        oneIncident();

        assertThat(get("/api/incidents/$count").statusCode(200).extract().asString())
                .isEqualTo("1");
        assertThat(get("/api/incidents/$count?$filter=status eq 'Resolved'")
                        .extract()
                        .asString())
                .isEqualTo("0");
        get("/api/incidents/$count?$filter=severity eq 'High'").statusCode(400).body("error.code", is("ODataError"));
    }

    @ParameterizedTest
    @CsvSource({"$filter=severity eq 'High'", "$top=101", "$filter=status eq 'Nonsense'", "$filter=status eq"})
    void shouldAnswerAnODataErrorWhenAnOptionCannotBeHonoured(String option) {
        get("/api/incidents?" + option).statusCode(400).body("error.code", is("ODataError"));
    }

    @Test
    void shouldHideAnIncidentWhenItIsAnotherTenants() {
        // Given
        long id = oneIncident();
        String other = Tokens.of(Tokens.OTHER_TENANT, "app", "Incident.Read.All");

        for (String path : List.of("/api/incidents/" + id, "/v1/incidents/" + id + "/story")) {
            // When
            var answer = given().auth().oauth2(other).get(path).then();

            // Then
            answer.statusCode(404).body("error.code", is("ResourceNotFound"));
        }
        given().auth()
                .oauth2(other)
                .get("/api/incidents")
                .then()
                .statusCode(200)
                .body("value", hasSize(0));
    }

    @Test
    void shouldRefuseWhenTheCallerMayNotRead() {
        for (String path : List.of("/api/incidents", "/api/incidents/$count", "/api/incidents/1")) {
            given().get(path).then().statusCode(401).body("error.code", is("Unauthorized"));
            given().auth()
                    .oauth2(Tokens.application("Alert.Read.All"))
                    .get(path)
                    .then()
                    .statusCode(403)
                    .body("error.code", is("Forbidden"));
        }
    }

    @Test
    void shouldNameTheFaultWhenAnIdIsNoNumber() {
        get("/api/incidents/abc").statusCode(400).body("error.code", is("BadRequest"));
        get("/api/incidents/4711").statusCode(404).body("error.code", is("ResourceNotFound"));
    }

    private static long oneIncident() {
        alert("da1", WS5, "Beacon", "High", "CommandAndControl", NOON);
        evidence("da1", "Ip", "ip_address", "203.0.113.77");
        correlate();
        return ((Number) TestDatabase.value("select incident_id from alert where id = 'da1'")).longValue();
    }
}
