package io.tocsin.alert.triage;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `POST /api/alerts/batchUpdate` (contract 10 §4.2), and every spelling of a verdict (§2).
@QuarkusTest
class UpdateAlertsTest extends ApiTest {

    @Test
    void shouldChangeEveryAlertWhenAllAreThere() {
        // Given
        String first = submit("1");
        String second = submit("2");
        String third = submit("3");

        // When
        var answer = update("""
                {"alertIds":["%s","%s","%1$s"],"status":"Resolved","assignedTo":"soc1@corp.example",
                 "classification":"Informational, expected activity","determination":"Line-of-business application",
                 "comment":"Taken by SOAR"}
                """.formatted(first, second));

        // Then
        answer.statusCode(200).body(is(emptyString()));
        for (String id : List.of(first, second)) {
            get(id).body("status", is("Resolved"))
                    .body("resolvedTime", notNullValue())
                    .body("assignedTo", is("soc1@corp.example"))
                    .body("classification", is("InformationalExpectedActivity"))
                    .body("determination", is("LineOfBusinessApplication"))
                    .body("comments.comment", is(List.of("Taken by SOAR")))
                    .body("comments[0].createdBy", is("test-app"));
            assertThat((String) TestDatabase.value(
                            "select detail::text from audit_entry where action = 'alert.update' and target = ?", id))
                    .contains("\"before\": {\"status\": \"New\"", "\"after\": {\"status\": \"Resolved\"");
        }
        get(third).body("status", is("New")).body("comments", hasSize(0));
    }

    @Test
    void shouldChangeNothingWhenOneIsNotThere() {
        String mine = submit("1");
        for (String missing : List.of("da1_1", "")) {
            update("{\"alertIds\":[\"" + mine + "\",\"" + missing + "\"],\"status\":\"Resolved\",\"comment\":\"c\"}")
                    .statusCode(404)
                    .body("error.code", is("ResourceNotFound"))
                    .body("error.message", containsString("Alert " + missing));
        }

        given().contentType("application/json")
                .header("Authorization", "Bearer " + Tokens.of(Tokens.OTHER_TENANT, "app", "Alert.ReadWrite.All"))
                .body("{\"alertIds\":[\"" + mine + "\"],\"status\":\"Resolved\"}")
                .post("/api/alerts/batchUpdate")
                .then()
                .statusCode(404);
        get(mine).body("status", is("New")).body("comments", hasSize(0));
        assertThat(TestDatabase.value(
                        "select count(*) from audit_entry where action = 'alert.update' and target = ?", mine))
                .isEqualTo(0L);
    }

    @Test
    void shouldTakeAHundredAndNoMore() {
        String hundred = ids(100);
        update("{\"alertIds\":[" + hundred + "],\"status\":\"Resolved\"}").statusCode(404);
        update("{\"alertIds\":[" + hundred + ",\"x\"],\"status\":\"Resolved\"}")
                .statusCode(400)
                .body("error.code", is("MaximumBatchSizeExceeded"))
                .body("error.message", containsString("101"));
    }

    private static String ids(int count) {
        return IntStream.range(0, count).mapToObj(n -> "\"da" + n + "\"").collect(Collectors.joining(","));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"status\":\"Resolved\"}                            | MissingRequiredParameter",
                "{\"alertIds\":[],\"status\":\"Resolved\"}            | MissingRequiredParameter",
                "{\"alertIds\":[null],\"status\":\"Resolved\"}        | InvalidInput",
                "{\"alertIds\":[\"ID\"]}                              | InvalidRequestBody",
                "{\"alertIds\":[\"ID\"],\"comment\":\" \"}            | InvalidRequestBody",
                "{\"alertIds\":[\"ID\"],\"status\":\"Unknown\"}       | InvalidInput",
                "{\"alertIds\":[\"ID\"],\"determination\":\"Apt\"}    | InvalidInput",
                "{\"alertIds\":[\"ID\"],\"determination\":\"SecurityPersonnel\"} | InvalidInput",
                "{\"alertIds\":\"ID\",\"status\":                     | InvalidRequestBody",
            })
    void shouldRefuseWhatIsNoBatch(String body, String code) {
        String id = submit("1");

        update(body.replace("ID", id)).statusCode(400).body("error.code", is(code));

        get(id).body("status", is("New"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MultiStagedAttack | MultiStagedAttack",
                "Multi-staged attack | MultiStagedAttack",
                "CompromisedAccount | CompromisedUser",
                "malware | Malware",
                "Unwanted software | UnwantedSoftware",
                "SecurityTesting | SecurityTesting",
                "ConfirmedActivity | ConfirmedUserActivity",
                "NotMalicious | Clean",
                "Not malicious | Clean",
                "NoEnoughDataToValidate | InsufficientData",
                "NotEnoughDataToValidate | InsufficientData",
                "Not enough data to validate | InsufficientData",
                "Other | Other",
            })
    void shouldTakeADeterminationAsAnyPageSpellsIt(String spelled, String canonical) {
        String id = submit("1");

        update("{\"alertIds\":[\"" + id + "\"],\"classification\":\"False positive\",\"determination\":\"" + spelled
                        + "\"}")
                .statusCode(200);

        get(id).body("determination", is(canonical)).body("classification", is("FalsePositive"));
    }

    @Test
    void shouldTakeADeterminationAwayWhenItIsNotAvailable() {
        String id = submit("1");
        update("{\"alertIds\":[\"" + id + "\"],\"determination\":\"Malware\"}").statusCode(200);
        get(id).body("determination", is("Malware"));

        update("{\"alertIds\":[\"" + id + "\"],\"determination\":\"NotAvailable\"}")
                .statusCode(200);

        get(id).body("determination", nullValue());
    }

    private static ValidatableResponse update(String body) {
        return with("Alert.ReadWrite.All")
                .body(body)
                .post("/api/alerts/batchUpdate")
                .then();
    }

    private static ValidatableResponse get(String id) {
        return with("Alert.Read.All").get("/api/alerts/" + id).then();
    }

    private static String submit(String reference) {
        return with("Alert.ReadWrite.All")
                .body("{\"source\":\"s\",\"sourceRef\":\"" + reference + "\",\"title\":\"t\",\"severity\":\"Low\"}")
                .post("/v1/alerts")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }
}
