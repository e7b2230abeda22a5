package io.tocsin.response.machine;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.tocsin.response.ApiTest;
import io.tocsin.testkit.AnswerCheck;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What agents tell of their machines' software and updates, and how it is answered (contract 20 §2, 80 §1).
@QuarkusTest
class MachineInventoryTest extends ApiTest {

    private static final String VIEW = "{'vendor':'Example','name':'View Pro','version':'4.1.0'}";
    private static final String VIEW_NEWER = "{'vendor':'Example','name':'View Pro','version':'4.2.0'}";
    private static final String TOOL = "{'vendor':'Example','name':'Tool'}";
    private static final String KB =
            "{'id':'5044284','name':'Security Updates','osBuild':26100,'productsNames':['windows_11'],"
                    + "'url':'https://updates.example/5044284','cveAddressed':12}";

    /// What the job added up while tables were emptied.
    @BeforeEach
    void forgetCounts() {
        TestDatabase.update("delete from inventory_count");
    }

    @Test
    void shouldTellWhatIsInstalledWithTheCountersOfTheTenant() {
        Agent one = enrol("ws5.corp.example");
        Agent other = enrol("ws6.corp.example");
        tell(one, "'software':[" + VIEW + "," + VIEW_NEWER + "," + TOOL + "," + VIEW + "]")
                .then()
                .statusCode(200);
        tell(other, "'software':[" + VIEW + "]").then().statusCode(200);
        counted();

        var software = software(one);

        AnswerCheck.collection(software, "Software", "Software", "distributions");
        software.then()
                .body("value.id", contains("example-_-tool", "example-_-view_pro"))
                .body("value.name", contains("Tool", "View Pro"))
                .body("value.vendor", contains("Example", "Example"))
                .body("value.installedMachines", contains(1, 2))
                .body("value[0].distributions.version", contains(nullValue()))
                .body("value[1].distributions.version", contains("4.1.0", "4.2.0"))
                .body("value[1].distributions.installations", contains(2, 1));
        by(Tokens.user("ann@corp.example", "Software.Read"))
                .get("/api/machines/ws5.corp.example/software")
                .then()
                .statusCode(200)
                .body("value.id", contains("example-_-tool", "example-_-view_pro"));
    }

    @Test
    void shouldReplaceWhatACheckInNamesAndKeepWhatItDoesNot() {
        Agent one = enrol("ws5.corp.example");
        Agent other = enrol("ws6.corp.example");
        tell(one, "'software':[" + VIEW + "," + TOOL + "],'missingKbs':[" + KB + "]");
        tell(other, "'software':[" + VIEW + "]");

        tell(one, "'version':'24H2'");
        software(one).then().body("value.id", contains("example-_-tool", "example-_-view_pro"));

        tell(one, "'software':[" + VIEW_NEWER + "]");
        counted();
        software(one)
                .then()
                .body("value.id", contains("example-_-view_pro"))
                .body("value[0].installedMachines", is(2))
                .body("value[0].distributions.version", contains("4.1.0", "4.2.0"))
                .body("value[0].distributions.installations", contains(1, 1));
        missingKbs(one.machineId()).then().body("value.id", contains("5044284"));

        tell(one, "'software':[],'missingKbs':[]");
        counted();
        software(one).then().body("value", empty());
        missingKbs(one.machineId()).then().body("value", empty());
        software(other).then().body("value[0].installedMachines", is(1));
    }

    @Test
    void shouldTellWhichUpdatesAreMissing() {
        Agent one = enrol("ws5.corp.example");
        tell(one, "'missingKbs':[" + KB + ",{'id':'890830','name':'Removal Tool'}]");
        tell(enrol("ws6.corp.example"), "'missingKbs':[" + KB + "]");
        counted();

        var missing = missingKbs(one.machineId());

        AnswerCheck.collection(
                missing,
                "Collection(microsoft.windowsDefenderATP.api.PublicProductFixDto)",
                "PublicProductFixDto",
                "productsNames");
        missing.then()
                .body("value.id", contains("5044284", "890830"))
                .body("value.machineMissedOn", contains(2, 1))
                .body("value.cveAddressed", contains(12, 0))
                .body("value.url", contains("https://updates.example/5044284", null));
        by(Tokens.user("ann@corp.example", "Software.Read"))
                .get("/api/machines/" + one.machineId() + "/getmissingkbs")
                .then()
                .statusCode(403);
    }

    @Test
    void shouldKnowNoVulnerabilityAndRecommendNothing() {
        Agent agent = enrol("ws5.corp.example");
        tell(agent, "'software':[" + VIEW + "]");

        AnswerCheck.none(
                with("Vulnerability.Read.All").get("/api/machines/" + agent.machineId() + "/vulnerabilities"),
                "Collection(microsoft.windowsDefenderATP.api.PublicVulnerabilityDto)");
        AnswerCheck.none(
                with("SecurityRecommendation.Read.All").get("/api/machines/" + agent.machineId() + "/recommendations"),
                "Recommendations");
    }

    @ParameterizedTest
    @CsvSource({
        "software, Software.Read.All",
        "vulnerabilities, Vulnerability.Read.All",
        "recommendations, SecurityRecommendation.Read.All",
        "getmissingkbs, Software.Read.All"
    })
    void shouldKnowNoMachineThatIsNotThere(String route, String permission) {
        with(permission)
                .get("/api/machines/nosuch/" + route)
                .then()
                .statusCode(404)
                .body("error.code", is("ResourceNotFound"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    'software':[{'vendor':'v'}]                              | MissingRequiredParameter
                    'software':[{'vendor':' ','name':'n'}]                   | InvalidInput
                    'software':[null]                                        | MissingRequiredParameter
                    'software':'all'                                         | InvalidRequestBody
                    'missingKbs':[{'id':'KB1','name':'n'}]                   | InvalidInput
                    'missingKbs':[{'id':'1'}]                                | MissingRequiredParameter
                    'missingKbs':[{'id':'1','name':'n','url':'file:///etc'}] | InvalidInput
                    'missingKbs':[{'id':'1','name':'n','cveAddressed':-1}]   | InvalidInput
                    """)
    void shouldKeepNothingOfWhatIsWrong(String inventory, String code) {
        Agent agent = enrol("ws5.corp.example");
        tell(agent, "'software':[" + TOOL + "],'missingKbs':[" + KB + "]");

        tell(agent, "'version':'new'," + inventory).then().statusCode(400).body("error.code", is(code));

        software(agent).then().body("value.id", contains("example-_-tool"));
        missingKbs(agent.machineId()).then().body("value.id", contains("5044284"));
        with("Machine.Read.All")
                .get("/api/machines/" + agent.machineId())
                .then()
                .body("version", nullValue());
    }

    @Test
    void shouldTakeAsMuchAsIsBounded() {
        Agent agent = enrol("ws5.corp.example");

        tell(agent, "'software':[" + programs(5_001) + "]").then().statusCode(400);
        software(agent).then().body("value", empty());
        tell(agent, "'software':[" + programs(5_000) + "]").then().statusCode(200);
        software(agent).then().body("value.size()", is(5_000));
    }

    private static String programs(int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> "{'vendor':'v','name':'n" + n + "','version':'1'}")
                .collect(Collectors.joining(","));
    }

    private static Response tell(Agent agent, String inventory) {
        return by(agent.credential())
                .body("{" + inventory.replace('\'', '"') + "}")
                .post("/agent/v1/checkin");
    }

    private static Response software(Agent agent) {
        return with("Software.Read.All").get("/api/machines/" + agent.machineId() + "/software");
    }

    private static Response missingKbs(String machine) {
        return with("Software.Read.All").get("/api/machines/" + machine + "/getMissingKbs");
    }

    private static void counted() {
        await().atMost(Duration.ofSeconds(20)).until(() -> TestDatabase.count("inventory_change") == 0);
    }
}
