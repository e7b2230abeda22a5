package io.tocsin.alert.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class MapAlertsTest extends ApiTest {

    private static final String MAPPING = """
            {"source":"acme-ids","when":[{"pointer":"/type","equals":["alert","detection"]}],
             "properties":{"sourceRef":{"pointer":"/id"},"title":{"template":"{/rule/name} from {/src}"},
               "severity":{"pointer":"/level","values":{"crit":"High","3":"Medium"},"default":"Low"},
               "category":{"pointer":"/kind"},"lastEventTime":{"pointer":"/ts","time":"EpochSeconds"},
               "computerDnsName":{"pointer":"/host"}},
             "mitreTechniques":"/attack","evidence":[{"entityType":"Ip","each":"/peers","properties":{"ipAddress":{"pointer":"/ip"}}},
               {"entityType":"User","properties":{"accountName":{"pointer":"/user"}}}]}
            """;
    private static final String EVENT = """
            {"type":"Alert","id":"e-1","rule":{"name":"Beacon"},"src":"10.0.0.5","level":"CRIT","kind":"who knows","ts":1770110130.5,
             "host":"nobody.corp.example","attack":["T1071.001","odd"],"peers":[{"ip":"203.0.113.77"},{"ip":"?"}],"user":"m.ortiz"}
            """;

    @Test
    void shouldStoreWhatATenantsOwnMappingMakesOfItsEvents() {
        put(MAPPING).statusCode(201).body("name", is("acme.ids")).body("definition.source", is("acme-ids"));

        submit("acme.ids", EVENT)
                .statusCode(201)
                .body("title", is("Beacon from 10.0.0.5"))
                .body("severity", is("High"))
                .body("category", is("SuspiciousActivity"))
                .body("lastEventTime", is("2026-02-03T09:15:30.5Z"))
                .body("machineId", nullValue())
                .body("mitreTechniques", is(List.of("T1071.001")))
                .body("evidence", hasSize(2))
                .body("relatedUser.userName", is("m.ortiz"));
        submit("ACME.ids", EVENT).statusCode(200);
        submit("acme.ids", EVENT.replace("Alert", "flow")).statusCode(204);
        submit("acme.ids", "[" + EVENT + "," + EVENT.replace("Alert", "flow") + ",{\"type\":\"alert\"}]")
                .statusCode(200)
                .body("value.status", is(List.of(200, 204, 400)))
                .body("value[0].sourceRef", is("e-1"));
        assertThat(TestDatabase.column("select source || source_ref from alert"))
                .containsExactly("acme-idse-1");
    }

    /// Its events would vanish, or come under another's name.
    @Test
    void shouldRefuseAnotherApplicationAMappingThatIsThere() {
        put(MAPPING).statusCode(201);
        String other = Tokens.of(Tokens.TENANT, "other-app", "Alert.ReadWrite.All");

        RestAssured.given()
                .auth()
                .oauth2(other)
                .contentType("application/json")
                .body(MAPPING)
                .put("/v1/alert-mappings/acme.ids")
                .then()
                .statusCode(403)
                .body("error.code", is("DisallowedOperation"));
        RestAssured.given()
                .auth()
                .oauth2(other)
                .delete("/v1/alert-mappings/acme.ids")
                .then()
                .statusCode(403);
        put(MAPPING).statusCode(200);
        RestAssured.given()
                .auth()
                .oauth2(Tokens.user("kim@corp.example", "Alert.ReadWrite"))
                .delete("/v1/alert-mappings/acme.ids")
                .then()
                .statusCode(204);
    }

    @Test
    void shouldKeepTwoFindingsApartWhoseReferencesDifferBehindWhatTheFormTakes() {
        // Given
        put(MAPPING);
        String beginning = "e".repeat(300);

        // When
        submit("acme.ids", EVENT.replace("e-1", beginning + "1")).statusCode(201);
        submit("acme.ids", EVENT.replace("e-1", beginning + "2")).statusCode(201);
        submit("acme.ids", EVENT.replace("e-1", beginning + "1")).statusCode(200);

        // Then
        assertThat(TestDatabase.column("select source_ref from alert"))
                .hasSize(2)
                .allSatisfy(
                        reference -> assertThat((String) reference).hasSize(256).matches("e{191}#[0-9a-f]{64}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1770110130000000", "-99999999999999", "1e400", "1e999999999", "1e-999999999"})
    void shouldTakeATimeForNoneThatNoTimeCanBe(String seconds) {
        put(MAPPING);

        submit("acme.ids", EVENT.replace("1770110130.5", "\"" + seconds + "\""))
                .statusCode(201)
                .body("lastEventTime", not(startsWith("2026-02-03")));

        assertThat(TestDatabase.value("select abs(last_event_ticks - alert_creation_ticks) < 600000000 from alert"))
                .isIn(true, null);
    }

    @Test
    void shouldLoseNoAlertForAnOddFieldOfAnEntity() {
        // Given
        put(MAPPING.replace(
                        "\"properties\":{\"accountName\":{\"pointer\":\"/user\"}}}",
                        "\"properties\":{\"accountName\":{\"pointer\":\"/user\"}}},{\"entityType\":\"Process\",\"properties\":{"
                                + "\"fileName\":{\"pointer\":\"/exe\"},\"detectionStatus\":{\"pointer\":\"/action\"},"
                                + "\"processCreationTime\":{\"pointer\":\"/began\"},\"parentProcessCreationTime\":{\"pointer\":\"/parent\"}}}"))
                .statusCode(201);

        // When, then
        submit("acme.ids", odd("e-1", "allowed", "this morning", "2026-02-03T09:10:00Z"))
                .statusCode(201)
                .body("evidence[2].fileName", is("a.exe"))
                .body("evidence[2].processCreationTime", nullValue())
                .body("evidence[2].parentProcessCreationTime", is("2026-02-03T09:10:00Z"));
        submit("acme.ids", odd("e-2", "blocked", "2026-02-03T09:10:00Z", "?"))
                .statusCode(201)
                .body("evidence[2].detectionStatus", is("Blocked"))
                .body("evidence[2].processCreationTime", is("2026-02-03T09:10:00Z"));
    }

    private static String odd(String id, String action, String began, String parent) {
        return EVENT.replace("e-1", id)
                .replace(
                        "\"user\"",
                        "\"exe\":\"a.exe\",\"action\":\"" + action + "\",\"began\":\"" + began + "\",\"parent\":\""
                                + parent + "\",\"user\"");
    }

    @Test
    void shouldSayWhatAMappingWouldMakeAndStoreNothing() {
        put(MAPPING);

        with("Alert.Read.All")
                .body(EVENT)
                .post("/v1/alert-mappings/acme.ids/test")
                .then()
                .statusCode(200)
                .body("skipped", is(false))
                .body("alert.sourceRef", is("e-1"))
                .body("alert.evidence[0].ipAddress", is("203.0.113.77"));
        with("Alert.Read.All")
                .body("{\"type\":\"flow\"}")
                .post("/v1/alert-mappings/acme.ids/test")
                .then()
                .statusCode(200)
                .body("skipped", is(true))
                .body("alert", nullValue());
        assertThat(TestDatabase.count("alert")).isZero();
    }

    @Test
    void shouldListReplaceAndRemoveMappingsAndSayWhatWasBefore() {
        put(MAPPING).statusCode(201);
        put(MAPPING.replace("acme-ids", "acme-2")).statusCode(200).body("definition.source", is("acme-2"));

        with("Alert.Read.All")
                .get("/v1/alert-mappings")
                .then()
                .statusCode(200)
                .body("value.name", is(List.of("acme.ids")));
        with("Alert.ReadWrite.All").delete("/v1/alert-mappings/acme.ids").then().statusCode(204);
        with("Alert.ReadWrite.All").delete("/v1/alert-mappings/acme.ids").then().statusCode(404);
        with("Alert.Read.All").get("/v1/alert-mappings/acme.ids").then().statusCode(404);
        submit("acme.ids", EVENT).statusCode(404).body("error.code", is("ResourceNotFound"));
        assertThat(TestDatabase.column("select action || coalesce(detail -> 'before' ->> 'source', '-')"
                        + " || coalesce(detail -> 'after' ->> 'source', '-') from audit_entry"
                        + " where target = 'acme.ids' order by id desc limit 3"))
                .containsExactly(
                        "alert-mapping.deleteacme-2-",
                        "alert-mapping.updateacme-idsacme-2",
                        "alert-mapping.create-acme-ids");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"source\":\"acme-ids\"         | \"source\":\" \"                       | source is missing",
                "\"/id\"                         | \"id\"                                 | no JSON pointer",
                "\"sourceRef\":                  | \"nonsense\":                          | needs sourceRef",
                "\"High\"                        | \"Dire\"                               | is none of [UnSpecified",
                "\"category\":                   | \"colour\":                            | no property of an alert",
                "\"entityType\":\"User\"         | \"entityType\":\"Moon\"                | entityType is none of",
                "{/src}                          | {src}                                  | no JSON pointer",
                "\"accountName\":                | \"account\":                           | no property of an entity",
            })
    void shouldRefuseAMappingThatCannotMakeAlerts(String part, String instead, String message) {
        put(MAPPING.replace(part, instead)).statusCode(400).body("error.message", containsString(message));

        assertThat(TestDatabase.count("alert_mapping")).isZero();
    }

    @Test
    void shouldCountWhatASensorWritesBesideItsAlerts() throws IOException {
        byte[] lines;
        try (InputStream file = MapAlertsTest.class.getResourceAsStream("/mapping/eve.ndjson")) {
            lines = file.readAllBytes();
        }

        with("Alert.ReadWrite.All")
                .config(RestAssured.config()
                        .encoderConfig(EncoderConfig.encoderConfig()
                                .appendDefaultContentCharsetToContentTypeIfUndefined(false)
                                .encodeContentTypeAs("application/x-ndjson", ContentType.TEXT)))
                .contentType("application/x-ndjson")
                .body(lines)
                .post("/v1/alerts?mapping=suricata&source=edge&results=numbers")
                .then()
                .statusCode(200)
                .body("received", is(6))
                .body("created", is(4))
                .body("skipped", is(2));
        assertThat(TestDatabase.count("alert_evidence")).isEqualTo(11);
    }

    @Test
    void shouldTakeADetectionFindingAsItIs() throws IOException {
        String finding;
        try (InputStream file = MapAlertsTest.class.getResourceAsStream("/mapping/ocsf.json")) {
            finding = new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
        sighted();

        submit("ocsf", finding)
                .statusCode(201)
                .body("title", is("LSASS memory was dumped"))
                .body("machineId", is(MACHINE))
                .body("evidence", hasSize(5));
        submit(
                        "ocsf",
                        finding.replace("\"modified_time\":1770110140000", "\"modified_time\":1770110130000")
                                .replace("LSASS memory was dumped", "older"))
                .statusCode(200)
                .body("title", is("LSASS memory was dumped"));
    }

    @Test
    void shouldRefuseADetectionFindingThatSaysNothingInsteadOfSkippingIt() {
        submit("ocsf", "{\"class_uid\":2004}").statusCode(400).body("error.code", is("MissingRequiredParameter"));
        submit("ocsf", "{\"class_uid\":2002}").statusCode(204);
    }

    private static ValidatableResponse put(String mapping) {
        return with("Alert.ReadWrite.All")
                .body(mapping)
                .put("/v1/alert-mappings/acme.ids")
                .then();
    }

    private static ValidatableResponse submit(String mapping, String body) {
        return with("Alert.ReadWrite.All")
                .body(body)
                .post("/v1/alerts?mapping=" + mapping)
                .then();
    }
}
