package io.tocsin.alert.triage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class AlertsTest extends ApiTest {

    private static final List<String> KEYS = List.of(
            "@odata.context",
            "id",
            "incidentId",
            "investigationId",
            "assignedTo",
            "severity",
            "status",
            "classification",
            "determination",
            "investigationState",
            "detectionSource",
            "detectorId",
            "category",
            "threatFamilyName",
            "title",
            "description",
            "alertCreationTime",
            "firstEventTime",
            "lastEventTime",
            "lastUpdateTime",
            "resolvedTime",
            "machineId",
            "computerDnsName",
            "rbacGroupName",
            "aadTenantId",
            "threatName",
            "mitreTechniques",
            "relatedUser",
            "loggedOnUsers",
            "comments",
            "evidence",
            "domains");

    private static final String REFERENCE = """
            {"machineId":"%s","eventTime":"2026-02-03T09:15:27.1043382Z","reportId":"48213","severity":"Medium","title":"NDR: beacon",
             "description":"d","recommendedAction":"Isolate","category":"CommandAndControl"}
            """.formatted(MACHINE);

    @Test
    void shouldShowEveryPropertyInTheRecordedOrderWhenAnAlertIsRead() {
        var alert = get("/api/alerts/" + submit("1", "Low")).statusCode(200);

        var keys = new java.util.ArrayList<>(
                alert.extract().jsonPath().<String, Object>getMap("$").keySet());
        assertThat(keys).isEqualTo(KEYS);
        alert.header("OData-Version", is("4.0"))
                .header(
                        "Content-Type",
                        is("application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8"));
    }

    @Test
    void shouldListByIdWithoutEvidenceWhenNotExpanded() {
        // Given
        String first = submit("1", "Low");
        String second = submit("2", "High");

        // When
        var list = get("/api/alerts");

        // Then
        list.statusCode(200)
                .body("value.id", is(List.of(first, second).stream().sorted().toList()))
                .body("value[0].evidence", hasSize(0))
                .body("'@odata.nextLink'", nullValue());
        get("/api/alerts?$expand=evidence").body("value[0].evidence", hasSize(1));
    }

    @Test
    void shouldFilterSkipAndCountWhenAsked() {
        submit("1", "Low");
        String high = submit("2", "High");

        get("/api/alerts?$filter=severity%20eq%20'High'%20and%20status%20ne%20'Resolved'&$count=true")
                .body("value.id", is(List.of(high)))
                .body("'@odata.count'", is(1));
        get("/api/alerts?$top=1&$skip=1").body("value", hasSize(1)).body("'@odata.nextLink'", nullValue());
        get("/api/v1.0/alerts?$filter=alertCreationTime+gt+2020-01-01Z").body("value", hasSize(2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$filter=severity%20eq",
                "$filter=title%20eq%20'x'",
                "$top=10001",
                "$top=-1",
                "$filter=severity%20eq%20'Dire'",
                "$nonsense=1"
            })
    void shouldRefuseWhenAQueryOptionIsWrong(String option) {
        get("/api/alerts?" + option).statusCode(400).body("error.code", is("ODataError"));
    }

    @Test
    void shouldSetResolvedTimeAndKeepTheRestWhenResolved() {
        // Given
        String id = submit("1", "Low");

        // When
        var updated = patch(id, """
                {"Status":"Resolved","assignedTo":"soc1@corp.example","Classification":"TruePositive","determination":"NotMalicious","Comment":"done"}
                """);

        // Then
        updated.statusCode(200)
                .body("status", is("Resolved"))
                .body("resolvedTime", notNullValue())
                .body("classification", is("TruePositive"))
                .body("determination", is("Clean"))
                .body("severity", is("Low"))
                .body("comments[0].comment", is("done"))
                .body("comments[0].createdBy", is("test-app"));
        patch(id, "{\"status\":\"InProgress\"}")
                .body("resolvedTime", nullValue())
                .body("assignedTo", is("soc1@corp.example"));
        assertThat(TestDatabase.value(
                        "select count(*) from audit_entry where action = 'alert.update' and target = ?", id))
                .isEqualTo(2L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                           | InvalidRequestBody",
                "{\"status\":\"Gone\"}        | InvalidInput",
                "{\"determination\":\"Apt\"}  | InvalidInput",
                "{\"status\":                 | InvalidRequestBody",
            })
    void shouldChangeNothingWhenTheUpdateIsRefused(String body, String code) {
        String id = submit("1", "Low");

        patch(id, body).statusCode(400).body("error.code", is(code));

        get("/api/alerts/" + id).body("status", is("New")).body("comments", hasSize(0));
    }

    @Test
    void shouldRaiseAnAlertOnItsEventWhenCreatedByReference() {
        // Given
        sighted();

        // When
        var created = createByReference(REFERENCE);

        // Then
        created.statusCode(200)
                .body("detectionSource", is("CustomDetection"))
                .body("severity", is("Medium"))
                .body("firstEventTime", is("2026-02-03T09:15:27.1043382Z"))
                .body("evidence.entityType", is(List.of("Process", "Ip")))
                .body("evidence[0].processId", is(7312));
    }

    @Test
    void shouldMergeWhenTheDeviceHasAnOpenAlertOfTheSameTitle() {
        // Given
        sighted();
        events(connection("203.0.113.9", "2026-02-03T09:20:00.0000001Z", 48214));
        String first = createByReference(REFERENCE).extract().path("id");
        String later = REFERENCE.replace("09:15:27.1043382", "09:20:00.0000001").replace("\"48213\"", "48214");

        // When
        var merged = createByReference(later);

        // Then
        merged.body("id", is(first))
                .body("lastEventTime", is("2026-02-03T09:20:00.0000001Z"))
                .body("evidence", hasSize(3));
        patch(first, "{\"status\":\"Resolved\"}");
        assertThat(createByReference(later).extract().<String>path("id")).isNotEqualTo(first);
    }

    @Test
    void shouldRefuseWhenTheReferenceLeadsNowhereOrAFieldIsMissing() {
        sighted();
        createByReference(REFERENCE.replace("1043382", "1043383"))
                .statusCode(404)
                .body("error.code", is("ResourceNotFound"));
        createByReference(REFERENCE.replace("\"recommendedAction\":\"Isolate\",", ""))
                .statusCode(400)
                .body("error.message", is("recommendedAction argument is missing"));
        createByReference(REFERENCE.replace("Medium", "Informational"))
                .statusCode(400)
                .body("error.code", is("InvalidInput"));
        assertThat(TestDatabase.count("alert")).isZero();
    }

    @Test
    void shouldHideAnAlertWhenAnotherTenantAsks() {
        // Given
        String id = submit("1", "Low");
        String theirs = "Bearer " + Tokens.of(Tokens.OTHER_TENANT, "app", "Alert.ReadWrite.All");

        // Then
        RestAssured.given()
                .header("Authorization", theirs)
                .get("/api/alerts/" + id)
                .then()
                .statusCode(404)
                .body("error.message", containsString(id));
        RestAssured.given()
                .header("Authorization", theirs)
                .contentType("application/json")
                .body("{\"status\":\"Resolved\"}")
                .patch("/api/alerts/" + id)
                .then()
                .statusCode(404);
        RestAssured.given()
                .header("Authorization", theirs)
                .get("/api/alerts")
                .then()
                .body("value", hasSize(0));
    }

    @Test
    void shouldRefuseWhenThePermissionIsMissing() {
        String id = submit("1", "Low");
        RestAssured.get("/api/alerts").then().statusCode(401);
        with("Machine.Read.All").get("/api/alerts/" + id).then().statusCode(403).body("error.target", notNullValue());
        with("Alert.Read.All")
                .body("{\"status\":\"Resolved\"}")
                .patch("/api/alerts/" + id)
                .then()
                .statusCode(403);
        with("Alert.Read.All")
                .body(REFERENCE)
                .post("/api/alerts/CreateAlertByReference")
                .then()
                .statusCode(403);
    }

    private static ValidatableResponse get(String path) {
        return with("Alert.Read.All").get(path).then();
    }

    private static ValidatableResponse patch(String id, String body) {
        return with("Alert.ReadWrite.All").body(body).patch("/api/alerts/" + id).then();
    }

    private static ValidatableResponse createByReference(String body) {
        return with("Alert.ReadWrite.All")
                .body(body)
                .post("/api/alerts/CreateAlertByReference")
                .then();
    }

    private static String submit(String reference, String severity) {
        return with("Alert.ReadWrite.All")
                .body("{\"source\":\"s\",\"sourceRef\":\"" + reference + "\",\"title\":\"t\",\"severity\":\"" + severity
                        + "\",\"evidence\":[{\"entityType\":\"Url\",\"url\":\"http://bad.example/x\"}]}")
                .post("/v1/alerts")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }
}
