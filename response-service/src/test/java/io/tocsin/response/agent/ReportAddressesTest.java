package io.tocsin.response.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.tocsin.response.ApiTest;
import io.tocsin.testkit.TestDatabase;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever words a system has for its interfaces, a machine is answered in the contract's (contract 20 §1).
@QuarkusTest
class ReportAddressesTest extends ApiTest {

    @Test
    void shouldAnswerTheRecordedOrderWithEveryKeyWhenLittleIsSent() {
        Agent agent = enrol("ws1.corp.example");

        report(agent, "{\"ipAddress\":\"10.20.4.14\"}").statusCode(200);

        Map<String, Object> address = machine(agent).getMap("ipAddresses[0]");
        assertThat(address.keySet()).containsExactly("ipAddress", "macAddress", "type", "operationalStatus");
        assertThat(address).containsEntry("ipAddress", "10.20.4.14");
        assertThat(address.values()).filteredOn(value -> value == null).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "Ethernet, Ethernet",
                "ethernet, Ethernet",
                "Ppp, PPP",
                "Loopback, SoftwareLoopback",
                "Wireless80211, IEEE80211",
                "HighPerformanceSerialBus, IEEE1394",
                "unknown, Unknown",
                "wlan0, Other",
                "' ', null"
            })
    void shouldAnswerAMemberWhenTheTypeIsSpelledOtherwiseOrUnknown(String sent, String answered) {
        Agent agent = enrol("ws2.corp.example");

        report(agent, "{\"type\":\"" + sent + "\"}").statusCode(200);

        assertThat(machine(agent).getString("ipAddresses[0].type")).isEqualTo(answered);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {"Up, Up", "UP, Up", "lowerlayerdown, LowerLayerDown", "carrier lost, Unknown", "' ', null"})
    void shouldAnswerAMemberWhenTheStatusIsSpelledOtherwiseOrUnknown(String sent, String answered) {
        Agent agent = enrol("ws3.corp.example");

        report(agent, "{\"operationalStatus\":\"" + sent + "\"}").statusCode(200);

        assertThat(machine(agent).getString("ipAddresses[0].operationalStatus")).isEqualTo(answered);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "00155D0A1B2C, 00155D0A1B2C",
                "00-15-5D-0A-1B-2C, 00155D0A1B2C",
                "00:15:5d:0a:1b:2c, 00155D0A1B2C",
                "0015.5d0a.1b2c, 00155D0A1B2C",
                "00:00:00:00:00:00, 000000000000",
                "00155D0A1B2, null",
                "00-15-5D-0A-1B-2C-00-00, null",
                "none, null",
                "' ', null"
            })
    void shouldAnswerTwelveDigitsOrNullWhateverTheAddressIsWrittenLike(String sent, String answered) {
        Agent agent = enrol("ws4.corp.example");

        report(agent, "{\"macAddress\":\"" + sent + "\"}").statusCode(200);

        assertThat(machine(agent).getString("ipAddresses[0].macAddress")).isEqualTo(answered);
    }

    @Test
    void shouldKeepTheLastAddressThatIsUpWhenItsStatusIsSpelledOtherwise() {
        Agent agent = enrol("ws5.corp.example");

        report(agent, """
                {"ipAddress":"10.1.1.1","operationalStatus":"DOWN"},{"ipAddress":"10.1.1.2","operationalStatus":"up"}
                """).statusCode(200);

        assertThat(machine(agent).getString("lastIpAddress")).isEqualTo("10.1.1.2");
    }

    @Test
    void shouldAnswerInTheContractsWordsWhenAnEarlierReleaseStoredOthers() {
        Agent agent = enrol("ws6.corp.example");
        TestDatabase.update(
                "update machine set ip_addresses = '[{\"type\":\"fddi\",\"operationalStatus\":\"up\",\"macAddress\":\"00-15-5d-0a-1b-2d\",\"ipAddress\":\"10.20.4.15\"}]' where id = ?",
                agent.machineId());

        Map<String, Object> address = machine(agent).getMap("ipAddresses[0]");

        assertThat(address.values()).containsExactly("10.20.4.15", "00155D0A1B2D", "Other", "Up");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"10.20.4.14\"", "[]", "null", "{\"ipAddress\":\"10.\\u0000\"}"})
    void shouldRefuseWhenARowIsNoAddress(String row) {
        Agent agent = enrol("ws7.corp.example");

        report(agent, row)
                .statusCode(400)
                .body("error.code", is("InvalidInput"))
                .body("error.message", containsString("ipAddresses"));

        assertThat(machine(agent).getString("ipAddresses[0].ipAddress")).isEqualTo("10.20.4.14");
    }

    private static ValidatableResponse report(Agent agent, String rows) {
        return by(agent.credential())
                .body("{\"ipAddresses\":[" + rows + "]}")
                .post("/agent/v1/checkin")
                .then();
    }

    private static JsonPath machine(Agent agent) {
        return with("Machine.Read.All")
                .get("/api/machines/" + agent.machineId())
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }
}
