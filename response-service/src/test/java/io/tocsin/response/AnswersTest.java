package io.tocsin.response;

import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.tocsin.testkit.AnswerCheck;
import io.tocsin.testkit.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every entity and collection of the partner API this service answers, held against what `$metadata` declares.
@QuarkusTest
class AnswersTest extends ApiTest {

    private static final String ODD_ADDRESSES = """
            {"ipAddresses":[{"operationalStatus":"UP","type":"Wireless80211","macAddress":"00:15:5d:0a:1b:2c",
             "ipAddress":"10.20.4.14"},{"ipAddress":"10.20.4.15","type":"Fddi","operationalStatus":"NotPresent"},{}]}""";

    @Test
    void shouldAnswerMachinesAsDeclaredWhenListedAndReadByIdAndName() {
        Agent agent = enrol("ws1.corp.example");
        by(agent.credential())
                .body(ODD_ADDRESSES)
                .post("/agent/v1/checkin")
                .then()
                .statusCode(200);

        AnswerCheck.collection(with(ALL).get("/api/machines"), "Machines", "Machine", "ipAddresses");
        AnswerCheck.collection(with(ALL).get("/api/machines?$top=1&$count=true"), "Machines", "Machine", "ipAddresses");
        AnswerCheck.entity(
                with(ALL).get("/api/machines/" + agent.machineId()), "Machines", "Machine", "ipAddresses.type");
        AnswerCheck.entity(
                with(ALL).get("/api/v1.0/machines/ws1.corp.example"), "Machines", "Machine", "ipAddresses.type");
    }

    @Test
    void shouldAnswerMachinesAsDeclaredWhenAnEarlierReleaseStoredTheirAddresses() {
        Agent agent = enrol("ws4.corp.example");
        TestDatabase.update("""
                update machine set ip_addresses = '[{"type":"fddi","ipAddress":"10.20.4.15"},{"operationalStatus":"off"},
                    {"macAddress":"00-15-5d-0a-1b-2d","operationalStatus":"down","more":1},{}]' where id = ?
                """, agent.machineId());

        AnswerCheck.entity(
                with(ALL).get("/api/machines/" + agent.machineId()), "Machines", "Machine", "ipAddresses.macAddress");
    }

    @Test
    void shouldAnswerActionsAsDeclaredWhenSubmittedListedReadAndCancelled() {
        Agent agent = enrol("ws2.corp.example");
        String machine = "/api/machines/" + agent.machineId();
        var isolate =
                with(ALL).body("{\"Comment\":\"c\",\"IsolationType\":\"Full\"}").post(machine + "/isolate");
        String id = isolate.jsonPath().getString("id");

        AnswerCheck.entity(isolate, "MachineActions", "MachineAction");
        AnswerCheck.entity(
                with(ALL).body("{\"Comment\":\"c\",\"ScanType\":\"Quick\"}").post(machine + "/runAntiVirusScan"),
                "MachineActions",
                "MachineAction");
        AnswerCheck.collection(with(ALL).get("/api/machineactions"), "MachineActions", "MachineAction");
        AnswerCheck.entity(with(ALL).get("/api/machineactions/" + id), "MachineActions", "MachineAction");
        AnswerCheck.entity(
                with(ALL).body("{\"Comment\":\"no\"}").post("/api/machineactions/" + id + "/cancel"),
                "MachineActions",
                "MachineAction");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "nonsense", "application/json", "multipart/form-data"})
    void shouldAnswerTheEnvelopeWhenTheBodyIsMissingWhateverItsType(String contentType) {
        Agent agent = enrol("ws3.corp.example");

        with(ALL)
                .config(RestAssured.config()
                        .encoderConfig(EncoderConfig.encoderConfig()
                                .appendDefaultContentCharsetToContentTypeIfUndefined(false)))
                .header("Content-Type", contentType)
                .post("/api/machines/" + agent.machineId() + "/isolate")
                .then()
                .statusCode(allOf(greaterThanOrEqualTo(400), lessThan(416)))
                .body("error.code", notNullValue())
                .body("error.target", notNullValue());
    }
}
