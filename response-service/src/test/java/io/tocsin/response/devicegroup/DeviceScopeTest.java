package io.tocsin.response.devicegroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import io.tocsin.response.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.sql.SQLException;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What people reach of machines and machine actions (contract 00 §2.2).
@QuarkusTest
class DeviceScopeTest extends ApiTest {

    private static final String DIRECTORY_ID = "0e0c2f6e-5f27-4c7e-9a0a-8f2b8d7c1a22";

    private Agent finance;
    private Agent server;
    private Agent stray;

    @BeforeEach
    void enrolAndGroup() {
        finance = enrol("fin-1.corp.example");
        server = enrol("srv-1.corp.example");
        stray = enrol("kiosk.example");
        TestDatabase.update(
                "update machine set aad_device_id = cast(? as uuid) where id = ?", DIRECTORY_ID, finance.machineId());
        group("Finance", "fin-", "[{\"displayName\":\"Finance SOC\",\"id\":\"Finance-SOC\"}]");
        group("Servers", "srv-", "[]");
        assigned();
    }

    @Test
    void shouldShowEveryMachineWhenAnApplicationAsks() {
        with(ALL).get("/api/machines").then().body("value", hasSize(3));
        with(ALL).get("/api/machines/$count").then().body(is("3"));
    }

    @Test
    void shouldShowAClosedGroupToItsUserGroupOnly() {
        member("finance-soc").get("/api/machines").then().body("value", hasSize(3));
        member("other")
                .get("/api/machines?$count=true")
                .then()
                .body("'@odata.count'", is(2))
                .body("value.id", containsInAnyOrder(server.machineId(), stray.machineId()));
        member("other").get("/api/machines/$count").then().body(is("2"));
        member().get("/api/machines?$filter=rbacGroupName%20eq%20'Finance'")
                .then()
                .statusCode(400);
        member().get("/api/machines?$filter=startswith(computerDnsName,'fin-')")
                .then()
                .statusCode(200)
                .body("value", hasSize(0));
        member().get("/api/machines/$count?$filter=id%20eq%20'" + finance.machineId() + "'%20or%20true%20eq%20true")
                .then()
                .statusCode(400);
        member().get("/api/machines/$count?$filter=id%20eq%20'" + finance.machineId() + "'%20or%20id%20ne%20'x'")
                .then()
                .body(is("2"));
    }

    @Test
    void shouldCloseTheDefaultGroupToo() {
        with("DeviceGroup.ReadWrite.All")
                .body("{\"aadUsersGroups\":[{\"id\":\"leads\"}]}")
                .patch("/v1/device-groups/0")
                .then()
                .statusCode(200);

        member("other").get("/api/machines").then().body("value.id", contains(server.machineId()));
        member("leads")
                .get("/api/machines")
                .then()
                .body("value.id", containsInAnyOrder(server.machineId(), stray.machineId()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "name", "directory"})
    void shouldAnswerNotFoundWhenAMachineOutOfReachIsNamed(String how) {
        String key = switch (how) {
            case "id" -> finance.machineId();
            case "name" -> "fin-1.corp.example";
            default -> DIRECTORY_ID;
        };

        member("finance-soc").get("/api/machines/" + key).then().statusCode(200);
        member("other").get("/api/machines/" + key).then().statusCode(404).body("error.code", is("ResourceNotFound"));
    }

    @ParameterizedTest
    @CsvSource({
        "software, Software.Read",
        "vulnerabilities, Vulnerability.Read",
        "recommendations, SecurityRecommendation.Read"
    })
    void shouldNotTellWhatIsOnAMachineOutOfReach(String what, String permission) {
        String path = "/api/machines/" + finance.machineId() + "/" + what;

        by(Tokens.member(Set.of("finance-soc"), "ana@corp.example", permission))
                .get(path)
                .then()
                .statusCode(200);
        by(Tokens.member(Set.of("other"), "ana@corp.example", permission))
                .get(path)
                .then()
                .statusCode(404)
                .body("error.code", is("ResourceNotFound"));
    }

    /// Or a machine could be put within reach to stand for one that is not.
    @Test
    void shouldNotChooseByReachAmongMachinesWithOneIdOfTheDirectory() {
        TestDatabase.update("update machine set aad_device_id = cast(? as uuid)", DIRECTORY_ID);

        member("other").get("/api/machines/" + DIRECTORY_ID).then().statusCode(400);
        TestDatabase.update("update machine set aad_device_id = null where id <> ?", finance.machineId());
        member("other").get("/api/machines/" + DIRECTORY_ID).then().statusCode(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"isolate", "unisolate", "runAntiVirusScan"})
    void shouldNotActOnAMachineOutOfReach(String verb) {
        String body = "{\"Comment\":\"c\",\"ScanType\":\"Quick\"}";

        member("other")
                .body(body)
                .post("/api/machines/" + finance.machineId() + "/" + verb)
                .then()
                .statusCode(404);
        assertThat(TestDatabase.count("machine_action")).isZero();
        member("finance-soc")
                .body(body)
                .post("/api/machines/" + finance.machineId() + "/" + verb)
                .then()
                .statusCode(201);
    }

    @Test
    void shouldHideActionsOnMachinesOutOfReach() {
        String hidden = isolate(finance);
        String shown = isolate(server);

        member("other")
                .get("/api/machineactions?$count=true")
                .then()
                .body("'@odata.count'", is(1))
                .body("value.id", contains(shown));
        member("other").get("/api/machineactions/$count").then().body(is("1"));
        member("other").get("/api/machineactions/" + hidden).then().statusCode(404);
        member("other")
                .body("{\"Comment\":\"c\"}")
                .post("/api/machineactions/" + hidden + "/cancel")
                .then()
                .statusCode(404);
        assertThat(TestDatabase.value("select status from machine_action where id = cast(? as uuid)", hidden))
                .isEqualTo("Pending");
        member("finance-soc")
                .body("{\"Comment\":\"c\"}")
                .post("/api/machineactions/" + hidden + "/cancel")
                .then()
                .statusCode(200)
                .body("status", is("Cancelled"));
    }

    @Test
    void shouldHideAMachineThatNobodyHasAssignedYet() throws SQLException {
        try (var connection = TestDatabase.open()) {
            connection.setAutoCommit(false);
            try (var locked = connection.prepareStatement("select 1 from machine where id = ? for update")) {
                TestDatabase.update(
                        "update machine set group_generation = -1, rbac_group_id = 0 where id = ?",
                        finance.machineId());
                locked.setString(1, finance.machineId());
                locked.executeQuery();

                // whoever assigns passes a locked row by
                member("other").get("/api/machines").then().body("value", hasSize(2));
                with(ALL).get("/api/machines").then().body("value", hasSize(3));
            } finally {
                connection.rollback();
            }
        }
    }

    @Test
    void shouldGiveEnrolmentTokensOnlyToWhoReachesEveryMachine() {
        member("other")
                .body("{}")
                .post("/agent/v1/enrollment-tokens")
                .then()
                .statusCode(403)
                .body("error.code", is("Forbidden"));
        assertThat(TestDatabase.value("select count(*) from enrollment_token where used_at is null"))
                .isEqualTo(0L);
        member("finance-soc")
                .body("{}")
                .post("/agent/v1/enrollment-tokens")
                .then()
                .statusCode(201);
    }

    @Test
    void shouldFollowTheGroupsFromOneRequestToTheNext() {
        int id = with("DeviceGroup.Read.All").get("/v1/device-groups").path("value[0].id");

        member("other").get("/api/machines/" + finance.machineId()).then().statusCode(404);
        with("DeviceGroup.ReadWrite.All")
                .body("{\"aadUsersGroups\":[{\"id\":\"OTHER\"}]}")
                .patch("/v1/device-groups/" + id)
                .then()
                .statusCode(200);
        member("other").get("/api/machines/" + finance.machineId()).then().statusCode(200);
    }

    private static RequestSpecification member(String... groups) {
        return by(Tokens.member(
                Set.of(groups), "ana@corp.example", "Machine.ReadWrite", "Machine.Isolate", "Machine.Scan"));
    }

    private static void group(String name, String prefix, String userGroups) {
        with("DeviceGroup.ReadWrite.All")
                .body("{\"deviceGroupName\":\"" + name + "\",\"aadUsersGroups\":" + userGroups
                        + ",\"deviceGroupRules\":{\"devicesNamesConditions\":[{\"condition\":\"StartsWith\",\"value\":\""
                        + prefix + "\"}]}}")
                .post("/v1/device-groups")
                .then()
                .statusCode(201);
    }
}
