package io.tocsin.response.machine;

import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.response.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import io.tocsin.wire.WireTime;
import org.junit.jupiter.api.Test;

/// Who takes what is meant for a machine that is named by what it says of itself (docs/adr/075): nobody by
/// claiming it.
@QuarkusTest
class ClaimedNamesTest extends ApiTest {

    private static final String DEVICE = "5a9f1d6e-1c2b-4d3e-8f90-1a2b3c4d5e6f";

    @Test
    void shouldLeaveTheDirectorysIdWithTheMachineThatHasIt() {
        Agent holder = enrol("ws5.corp.example");
        Agent other = enrol("ws6.corp.example");
        claim(holder, DEVICE);

        claim(other, DEVICE);

        get(DEVICE).statusCode(200).body("id", is(holder.machineId()));
        get(other.machineId()).body("aadDeviceId", nullValue());
        act(DEVICE, "isolate", "{\"Comment\":\"c\"}").statusCode(201).body("machineId", is(holder.machineId()));
    }

    @Test
    void shouldHandTheDirectorysIdOnOnceItsMachineWasOffboarded() {
        Agent holder = enrol("ws5.corp.example");
        Agent other = enrol("ws6.corp.example");
        claim(holder, DEVICE);
        TestDatabase.update("update machine set onboarding_status = 'CanBeOnboarded' where id = ?", holder.machineId());

        claim(other, DEVICE);

        get(DEVICE).statusCode(200).body("id", is(other.machineId()));
        by(holder.credential()).body("{}").post("/agent/v1/checkin").then().statusCode(200);
        get(DEVICE).statusCode(200).body("id", is(other.machineId()));
        get(holder.machineId()).body("aadDeviceId", nullValue());
    }

    @Test
    void shouldLetAMachineHaveAnotherIdOfTheDirectory() {
        Agent agent = enrol("ws5.corp.example");
        String another = "6a9f1d6e-1c2b-4d3e-8f90-1a2b3c4d5e6f";
        claim(agent, DEVICE);
        claim(agent, another);

        get(another).statusCode(200).body("id", is(agent.machineId()));
        get(DEVICE).statusCode(404);
    }

    /// As it may be of rows from before.
    @Test
    void shouldNotChooseAmongMachinesWithOneIdOfTheDirectory() {
        Agent one = enrol("ws5.corp.example");
        enrol("ws6.corp.example");
        TestDatabase.update("update machine set aad_device_id = cast(? as uuid)", DEVICE);

        get(DEVICE).statusCode(400).body("error.code", is("InvalidInput"));
        act(DEVICE, "isolate", "{\"Comment\":\"c\"}").statusCode(400);
        get(one.machineId()).statusCode(200);
    }

    @Test
    void shouldNotChooseAmongMachinesOfOneName() {
        Agent one = enrol("ws5.corp.example");
        telemetrys("b", "WS5.corp.example", null);

        get("ws5.corp.example").statusCode(400).body("error.code", is("InvalidInput"));
        act("ws5.corp.example", "isolate", "{\"Comment\":\"c\"}").statusCode(400);
        get(one.machineId()).statusCode(200);
    }

    @Test
    void shouldPassOverAMachineOfTheNameThatWasReplaced() {
        Agent one = enrol("ws5.corp.example");
        telemetrys("b", "ws5.corp.example", one.machineId());

        get("ws5.corp.example").statusCode(200).body("id", is(one.machineId()));
    }

    private static void telemetrys(String id, String name, String mergedInto) {
        TestDatabase.update(
                "insert into machine (tenant_id, id, computer_dns_name, first_seen_ticks, last_seen_ticks, onboarding_status,"
                        + " merged_into_machine_id) values (cast(? as uuid), ?, ?, 10, ?, 'Onboarded', ?)",
                Tokens.TENANT,
                id,
                name,
                mergedInto == null ? WireTime.now().ticks() : 20,
                mergedInto);
    }

    private static void claim(Agent agent, String device) {
        by(agent.credential())
                .body("{\"aadDeviceId\":\"" + device + "\",\"isAadJoined\":true}")
                .post("/agent/v1/checkin")
                .then()
                .statusCode(200);
    }

    private static ValidatableResponse get(String key) {
        return with("Machine.Read.All").get("/api/machines/" + key).then();
    }
}
