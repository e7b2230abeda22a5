package io.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import io.tocsin.testkit.AnswerCheck;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.wire.Metadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every entity and collection of the partner API this service answers, held against what `$metadata` declares.
@QuarkusTest
class AnswersTest extends ApiTest {

    @Test
    void shouldAnswerAlertsAsDeclaredWhenListedReadAndUpdated() {
        sighted();
        String full = submit("1", """
                ,"machineId":"%s","description":"d","category":"Malware","mitreTechniques":["T1059"],"threatName":"n",
                "firstEventTime":"2026-02-03T09:15:27.1000000Z","evidence":[
                {"entityType":"Ip","ipAddress":"203.0.113.9"},{"entityType":"Url","url":"https://a.example/x"},
                {"entityType":"User","accountName":"a","domainName":"d","userSid":"S-1-5"},
                {"detectionStatus":"BLOCKED","entityType":"FILE","sha1":"%s","fileName":"a.exe","filePath":"C:\\\\"},
                {"registryValue":"1","registryValueType":"Dword","registryKey":"K","entityType":"registry","nested":{}},
                {"entityType":"Process","processId":4,"processCommandLine":"a","processCreationTime":"2026-02-03T09:15:27Z"}]
                """.formatted(MACHINE, "a".repeat(40)));
        submit("2", "");
        TestDatabase.update(
                "update alert_evidence set detection_status = 'burnt' where alert_id = ? and position = 4", full);

        AnswerCheck.collection(all().get("/api/alerts"), "Alerts", "Alert", "relatedUser", "mitreTechniques");
        AnswerCheck.collection(
                all().get("/api/alerts?$expand=evidence&$count=true"), "Alerts", "Alert", "evidence.registryValueType");
        AnswerCheck.entity(
                all().get("/api/alerts/" + full), "Alerts", "Alert", "evidence.detectionStatus", "evidence.ipAddress");
        AnswerCheck.entity(
                all().body("{\"status\":\"Resolved\",\"classification\":\"TruePositive\",\"determination\":\"Malware\","
                                + "\"comment\":\"c\"}")
                        .patch("/api/alerts/" + full),
                "Alerts",
                "Alert",
                "comments",
                "evidence");
        AnswerCheck.entity(
                all().body("""
                        {"machineId":"%s","eventTime":"2026-02-03T09:15:27.1043382Z","reportId":"48213",
                         "severity":"Medium","title":"NDR","description":"d","recommendedAction":"r",
                         "category":"Malware"}""".formatted(MACHINE)).post("/api/alerts/CreateAlertByReference"),
                "Alerts",
                "Alert",
                "evidence");
    }

    @Test
    void shouldAnswerIncidentsAsDeclaredWhenListedAndRead() {
        sighted();
        String alert = submit(
                "3",
                ",\"machineId\":\"" + MACHINE
                        + "\",\"evidence\":[{\"ipAddress\":\"203.0.113.9\",\"entityType\":\"IP\"},"
                        + "{\"entityType\":\"File\",\"fileName\":\"a.exe\",\"detectionStatus\":\"blocked\"}]");
        Integer incident = await().until(
                        () -> all().get("/api/alerts/" + alert).jsonPath().<Integer>get("incidentId"),
                        found -> found != null);

        AnswerCheck.collection(
                all().get("/api/incidents"),
                "Incidents",
                "Incident",
                "alerts.devices",
                "alerts.entities.detectionStatus");
        var read = all().get("/api/incidents/" + incident);
        AnswerCheck.entity(read, "Incidents", "Incident", "alerts.devices", "alerts.entities.detectionStatus");
        assertThat(read.jsonPath().<String>getList("alerts[0].entities.remediationStatus"))
                .containsExactly("None", "Blocked");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/alerts", "/api/alerts/none", "/v1/audit", "/API//Alerts/?$filter=x"})
    void shouldSayHowItTravelledWhateverItAnswers(String path) {
        all().get(path).then().header("Vary", "Accept-Encoding").header("Strict-Transport-Security", nullValue());
        all().header("X-Forwarded-Proto", "https")
                .get(path)
                .then()
                .header("Vary", "Accept-Encoding")
                .header("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/$metadata", "/api/v1.0/$metadata", "/API/%24Metadata/"})
    void shouldServeTheDocumentItIsHeldAgainst(String path) {
        String served = RestAssured.given()
                .urlEncodingEnabled(false)
                .get(path)
                .then()
                .statusCode(200)
                .header("OData-Version", "4.0")
                .contentType(startsWith("application/xml"))
                .extract()
                .asString();

        assertThat(served).isEqualTo(Metadata.document());
    }

    private static String submit(String reference, String more) {
        return all().body("{\"source\":\"answers\",\"sourceRef\":\"" + reference
                        + "\",\"title\":\"t\",\"severity\":\"Low\"" + more + "}")
                .post("/v1/alerts")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private static RequestSpecification all() {
        return with("Alert.ReadWrite.All", "Incident.Read.All");
    }
}
