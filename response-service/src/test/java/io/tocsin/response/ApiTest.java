package io.tocsin.response;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.tocsin.testkit.OpenApiCheck;
import io.tocsin.testkit.PlatformResource;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;

/// One start of the service, with a real PostgreSQL, for every API test of this module.
@WithTestResource(value = PlatformResource.class, initArgs = @ResourceArg(name = "service", value = "response-service"))
@WithTestResource(AlertPeer.class)
@WithTestResource(IndicatorPeer.class)
public abstract class ApiTest {

    protected static final String[] ALL = {
        "Machine.ReadWrite.All",
        "Machine.Isolate",
        "Machine.Scan",
        "Machine.RestrictExecution",
        "Machine.StopAndQuarantine",
        "Machine.CollectForensics",
        "Machine.Offboard",
        "Machine.LiveResponse",
        "Library.Manage"
    };

    static {
        OpenApiCheck.install();
    }

    @BeforeEach
    void emptyTables() {
        TestDatabase.clean();
    }

    protected static RequestSpecification with(String... permissions) {
        return by(Tokens.application(permissions));
    }

    protected static RequestSpecification by(String token) {
        return RestAssured.given()
                .urlEncodingEnabled(false)
                .contentType("application/json")
                .header("Authorization", "Bearer " + token);
    }

    /// An agent as a test holds it.
    protected record Agent(String machineId, String credential) {

        public ValidatableResponse actions(int wait) {
            return by(credential).get("/agent/v1/actions?wait=" + wait).then();
        }

        public ValidatableResponse report(String action, String lease, String status) {
            return by(credential)
                    .body("{\"leaseId\":\"" + lease + "\",\"status\":\"" + status
                            + "\",\"errorHResult\":0,\"message\":\"done\"}")
                    .post("/agent/v1/actions/" + action + "/result")
                    .then();
        }

        public ValidatableResponse command(String action, String lease, int index, String status) {
            return by(credential)
                    .body("{\"leaseId\":\"" + lease + "\",\"status\":\"" + status + "\"}")
                    .post("/agent/v1/actions/" + action + "/commands/" + index)
                    .then();
        }

        /// Uploads a piece of a file of this size.
        public ValidatableResponse upload(String action, String lease, String part, long at, long size, byte[] piece) {
            return by(credential)
                    .contentType("application/octet-stream")
                    .body(piece)
                    .put("/agent/v1/actions/" + action + "/files/" + part + "?leaseId=" + lease + "&at=" + at + "&size="
                            + size)
                    .then();
        }

        public String lease() {
            return actions(0).extract().path("value[0].leaseId");
        }

        public ValidatableResponse indicators(String query) {
            return by(credential).get("/agent/v1/indicators" + query).then();
        }
    }

    protected static Agent enrol(String name) {
        var answer = RestAssured.given()
                .contentType("application/json")
                .body(
                        "{\"token\":\"" + token() + "\",\"computerDnsName\":\"" + name
                                + "\",\"osPlatform\":\"Windows11\","
                                + "\"osBuild\":22631,\"ipAddresses\":[{\"ipAddress\":\"10.20.4.14\",\"macAddress\":\"00155D0A1B2C\",\"type\":\"Ethernet\",\"operationalStatus\":\"Up\"}]}")
                .post("/agent/v1/enroll")
                .then()
                .statusCode(201)
                .extract()
                .jsonPath();
        return new Agent(answer.getString("machineId"), answer.getString("credential"));
    }

    protected static String token() {
        return with(ALL)
                .body("{\"expiresInSeconds\":600}")
                .post("/agent/v1/enrollment-tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("token");
    }

    protected static ValidatableResponse act(String machine, String verb, String body) {
        return with(ALL)
                .body(body)
                .post("/api/machines/" + machine + "/" + verb)
                .then();
    }

    protected static String isolate(Agent agent) {
        return act(agent.machineId(), "isolate", "{\"Comment\":\"c\"}")
                .statusCode(201)
                .extract()
                .path("id");
    }

    /// Returns once every machine stands in the group it belongs to.
    protected static void assigned() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> with("DeviceGroup.Read.All")
                                .get("/v1/device-groups")
                                .jsonPath()
                                .getInt("waitingDeviceCount")
                        == 0);
    }
}
