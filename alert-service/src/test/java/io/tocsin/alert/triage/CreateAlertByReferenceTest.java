package io.tocsin.alert.triage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class CreateAlertByReferenceTest extends ApiTest {

    private static final String REFERENCE = """
            {"machineId":"%s","eventTime":"2026-02-03T09:15:27.1043382Z","reportId":"48213","severity":"Medium",
             "title":"NDR: beacon","description":"d","recommendedAction":"Isolate","category":"CommandAndControl"}
            """.formatted(MACHINE);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "machineId",
                "eventTime",
                "reportId",
                "severity",
                "title",
                "description",
                "recommendedAction",
                "category"
            })
    void shouldNameTheFieldAsRecordedWhenItIsMissingOrNull(String field) {
        sighted();
        String absent =
                REFERENCE.replaceFirst("\"" + field + "\":\"[^\"]*\",?", "").replaceFirst(",\\s*}", "}");
        String unset = REFERENCE.replaceFirst("\"" + field + "\":\"[^\"]*\"", "\"" + field + "\":null");

        for (String body : new String[] {absent, unset}) {
            create(body)
                    .statusCode(400)
                    .body("error.code", is("BadRequest"))
                    .body("error.message", is(field + " argument is missing"));
        }
        assertThat(TestDatabase.count("alert")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "Medium, Informational",
        "Medium, UnSpecified",
        "Medium, Dire",
        "CommandAndControl, Banana",
        "CommandAndControl, Impact",
        "48213, forty",
        "NDR: beacon, a\\u0000b"
    })
    void shouldRefuseWhenAValueIsNotAcceptable(String good, String bad) {
        sighted();

        create(REFERENCE.replace(good, bad)).statusCode(400).body("error.code", is("InvalidInput"));

        assertThat(TestDatabase.count("alert")).isZero();
    }

    @Test
    void shouldFindNoEventWhenItIsAnotherTenants() {
        sighted();

        RestAssured.given()
                .contentType("application/json")
                .header("Authorization", "Bearer " + Tokens.of(Tokens.OTHER_TENANT, "app", "Alert.ReadWrite.All"))
                .body(REFERENCE)
                .post("/api/alerts/CreateAlertByReference")
                .then()
                .statusCode(404)
                .body("error.code", is("ResourceNotFound"));

        assertThat(TestDatabase.count("alert")).isZero();
    }

    @Test
    void shouldStayWhatItIsWhenAnotherEventIsMergedIntoIt() {
        sighted();
        String id = create(REFERENCE).extract().path("id");
        events(connection("203.0.113.6", "2026-02-03T09:45:00Z", 48300)).statusCode(200);

        create(REFERENCE
                        .replace("2026-02-03T09:15:27.1043382Z", "2026-02-03T09:45:00Z")
                        .replace("48213", "48300")
                        .replace("Medium", "Low")
                        .replace("CommandAndControl", "Discovery"))
                .statusCode(200)
                .body("id", is(id))
                .body("severity", is("Medium"))
                .body("category", is("CommandAndControl"))
                .body("firstEventTime", is("2026-02-03T09:15:27.1043382Z"))
                .body("lastEventTime", is("2026-02-03T09:45:00Z"))
                .body("evidence.ipAddress", hasItems("203.0.113.5", "203.0.113.6"));
    }

    /// Who is behind an alert does not approve what its investigation proposes: response-service reads it.
    @Test
    void shouldRememberWhoMadeItAndWhoAddedToIt() {
        sighted();
        create(REFERENCE).statusCode(200);
        create(REFERENCE).statusCode(200);
        RestAssured.given()
                .contentType("application/json")
                .header("Authorization", "Bearer " + Tokens.user("ann@corp.example", "Alert.ReadWrite"))
                .body(REFERENCE)
                .post("/api/alerts/CreateAlertByReference")
                .then()
                .statusCode(200);

        assertThat(TestDatabase.column("select array_to_string(made_by, ',') from alert"))
                .containsExactly("test-app,ann@corp.example");
    }

    @Test
    void shouldTellTheFolderWithoutTheNameWhenTheEventIsOfDefendersForm() {
        // Given
        events("""
                {"Timestamp":"2026-02-03T09:15:27.1043382Z","DeviceId":"%s","DeviceName":"WS6.corp.example","ActionType":"FileCreated","FileName":"drop.dll","FolderPath":"C:\\\\Temp\\\\drop.dll","SHA1":"2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e","InitiatingProcessFileName":"PowerShell.exe","InitiatingProcessFolderPath":"c:\\\\windows\\\\system32\\\\windowspowershell\\\\v1.0\\\\powershell.exe","InitiatingProcessId":5692,"InitiatingProcessCreationTime":"2026-02-03T09:10:00.5Z","ReportId":48213}
                """.formatted(MACHINE)).statusCode(200).body("stored", is(1));

        // When, then
        create(REFERENCE)
                .statusCode(200)
                .body("evidence.filePath", hasItems("C:\\Temp", "c:\\windows\\system32\\windowspowershell\\v1.0"));
    }

    @Test
    void shouldRefuseTheUpdateWhenACommentHoldsANul() {
        sighted();
        String id = create(REFERENCE).extract().path("id");

        update(id, "{\"comment\":\"a\\u0000b\"}").statusCode(400).body("error.code", is("InvalidInput"));
    }

    @Test
    void shouldBeNobodysWhenTheOwnerIsSetToNothing() {
        sighted();
        String id = create(REFERENCE).extract().path("id");
        update(id, "{\"assignedTo\":\"soc1@corp.example\"}").body("assignedTo", is("soc1@corp.example"));

        update(id, "{\"assignedTo\":\"\"}").statusCode(200).body("assignedTo", nullValue());
    }

    private static ValidatableResponse create(String body) {
        return with("Alert.ReadWrite.All")
                .body(body)
                .post("/api/alerts/CreateAlertByReference")
                .then();
    }

    private static ValidatableResponse update(String id, String body) {
        return with("Alert.ReadWrite.All").body(body).patch("/api/alerts/" + id).then();
    }
}
