package io.tocsin.alert.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class SubmitAlertTest extends ApiTest {

    private static final String ALERT = """
            {"source":"suricata-edge","sourceRef":"a-1","title":"Beacon","severity":"high","category":"CommandAndControl",
             "firstEventTime":"2026-02-03T09:15:27.1043382Z","lastEventTime":"2026-02-03T09:16:00Z",
             "computerDnsName":"WS6.corp.example","mitreTechniques":["T1071.001"],
             "evidence":[{"entityType":"Ip","ipAddress":"203.0.113.77"},{"entityType":"User","accountName":"m.ortiz","domainName":"CORP"}]}
            """;

    @Test
    void shouldAnswerTheAlertWhenItIsNew() {
        // Given
        sighted();

        // When
        ValidatableResponse created = submit(ALERT);

        // Then
        created.statusCode(201)
                .body("'@odata.context'", containsString("/api/$metadata#Alerts/$entity"))
                .body("severity", is("High"))
                .body("status", is("New"))
                .body("detectionSource", is("ThirdPartySensors"))
                .body("machineId", is(MACHINE))
                .body("computerDnsName", is("ws6.corp.example"))
                .body("firstEventTime", is("2026-02-03T09:15:27.1043382Z"))
                .body("aadTenantId", is(Tokens.TENANT))
                .body("relatedUser.userName", is("m.ortiz"))
                .body("evidence", hasSize(2))
                .body("evidence[0].ipAddress", is("203.0.113.77"))
                .body("evidence[0].sha1", nullValue());
        assertThat(created.extract().jsonPath().getString("id")).matches("da\\d{18}_-?\\d+");
    }

    @Test
    void shouldBeTheSameAlertWhenItComesAgainAndNeverGoBackInTime() {
        // Given
        sighted();
        String id = submit(ALERT).extract().path("id");

        // When
        ValidatableResponse again = submit(ALERT.replace("\"Beacon\"", "\"Beacon, worse\"")
                .replace("2026-02-03T09:16:00Z", "2026-02-03T09:15:30Z")
                .replace("203.0.113.77", "203.0.113.78"));

        // Then
        again.statusCode(200)
                .body("id", is(id))
                .body("title", is("Beacon")) // what came late was said before
                .body("lastEventTime", is("2026-02-03T09:16:00Z"))
                .body("evidence", hasSize(3));
        assertThat(TestDatabase.count("alert")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "2026-02-03T10:00:00Z, 2026-02-03T10:00:01Z, second",
                "2026-02-03T10:00:00Z, 2026-02-03T10:00:00Z, second",
                "2026-02-03T10:00:00Z, 2026-02-03T09:59:59Z, first",
                "null, 2026-02-03T09:00:00Z, second",
                "2026-02-03T10:00:00Z, null, second",
            })
    void shouldKeepWhatTheSenderCallsNewest(String first, String second, String kept) {
        submit(versioned("first", first)).statusCode(201);

        submit(versioned("second", second)).statusCode(200).body("title", is(kept));
    }

    private static String versioned(String title, String lastUpdateTime) {
        return "{\"source\":\"s\",\"sourceRef\":\"1\",\"severity\":\"Low\",\"title\":\"" + title + "\""
                + (lastUpdateTime == null ? "" : ",\"lastUpdateTime\":\"" + lastUpdateTime + "\"") + "}";
    }

    /// Sources send what is open every night: nothing becomes younger by that.
    @Test
    void shouldChangeNothingByARepeatThatSaysNoTimes() {
        String untimed = versioned("Beacon", null);
        String id = submit(untimed)
                .statusCode(201)
                .body("firstEventTime", notNullValue())
                .extract()
                .path("id");
        String times =
                "select first_event_ticks || ' ' || last_event_ticks || ' ' || last_update_ticks from alert where id = ?";
        await().until(() -> TestDatabase.count("alert where not correlated") == 0);
        Object before = TestDatabase.value(times, id);

        submit(untimed).statusCode(200);
        submit(versioned("Beacon", "2026-02-03T10:00:00Z")).statusCode(200);

        assertThat(TestDatabase.value(times, id).toString().split(" "))
                .startsWith(before.toString().split(" ")[0], before.toString().split(" ")[1]);
        assertThat(TestDatabase.value(
                        "select count(*) from audit_entry where target = ? and action = 'alert.repeat' and detail -> 'after' = '{}'",
                        id))
                .isEqualTo(2L);
        submit(untimed).statusCode(200);
        Object known = TestDatabase.value(times, id);
        submit(untimed).statusCode(200);
        assertThat(TestDatabase.value(times, id)).isEqualTo(known);
    }

    /// As if the older word had come first.
    @Test
    void shouldKeepWhatOnlyAnOlderWordSaysWhicheverComesFirst() {
        sighted();
        String older = versioned("first", "2026-02-03T09:00:00Z")
                .replace(
                        "{",
                        "{\"threatName\":\"Upd\",\"detectorId\":\"d-1\",\"machineId\":\"" + MACHINE
                                + "\",\"evidence\":[{\"entityType\":\"User\",\"accountName\":\"ann\",\"domainName\":\"corp\"}],");
        String newer = versioned("second", "2026-02-03T10:00:00Z");
        String columns =
                "select concat_ws(' ', title, threat_name, detector_id, machine_id, computer_dns_name, related_user_name, related_user_domain) from alert where source_ref = ?";

        submit(older).statusCode(201);
        submit(newer).statusCode(200);
        submit(newer.replace("\"sourceRef\":\"1\"", "\"sourceRef\":\"2\"")).statusCode(201);
        submit(older.replace("\"sourceRef\":\"1\"", "\"sourceRef\":\"2\"")).statusCode(200);

        assertThat(TestDatabase.value(columns, "2"))
                .isEqualTo(TestDatabase.value(columns, "1"))
                .isEqualTo("second Upd d-1 " + MACHINE + " ws6.corp.example ann corp");
    }

    /// The newest names no machine, threat, detector or user: of those that do the newer counts, whenever it comes.
    @ParameterizedTest
    @ValueSource(strings = {"123", "132", "213", "231", "312", "321"})
    void shouldEndAsTheSourceMeantInWhateverOrderItsWordsCome(String order) {
        String title = "select concat_ws(' ', title, threat_family_name, threat_name, detector_id, computer_dns_name,"
                + " related_user_name, related_user_domain) from alert where source_ref = '1'";
        for (char word : order.toCharArray()) {
            String said = versioned("word " + word, "2026-02-03T1" + word + ":00:00Z");
            submit(
                            word == '3'
                                    ? said
                                    : said.replace(
                                            "{",
                                            ("{'threatFamilyName':'f%1$s','threatName':'t%1$s','detectorId':'d%1$s',"
                                                            + "'computerDnsName':'host%1$s','evidence':[{'entityType':'User',"
                                                            + "'accountName':'u%1$s','domainName':'corp%1$s'}],")
                                                    .formatted(word)
                                                    .replace('\'', '"')))
                    .statusCode(word == order.charAt(0) ? 201 : 200);
        }

        assertThat(TestDatabase.value(title)).isEqualTo("word 3 f2 t2 d2 host2 u2 corp2");
    }

    /// What the newer of two older words says is no news, and counts against those between them all the same.
    @Test
    void shouldRememberWhoSaidAgainWhatIsKnown() {
        String user = "{\"evidence\":[{\"entityType\":\"User\",\"accountName\":\"%s\"}],";
        submit(versioned("w", "2026-02-03T10:00:00Z").replace("{", user.formatted("ann")))
                .statusCode(201);
        submit(versioned("w", "2026-02-03T20:00:00Z")).statusCode(200);
        await().until(() -> TestDatabase.count("alert where not correlated") == 0); // which moves it, too
        Object before = TestDatabase.value("select last_update_ticks from alert");
        submit(versioned("w", "2026-02-03T15:00:00Z").replace("{", user.formatted("ann")))
                .statusCode(200);

        assertThat(TestDatabase.value("select last_update_ticks from alert")).isEqualTo(before);
        submit(versioned("w", "2026-02-03T12:00:00Z").replace("{", user.formatted("bob")))
                .statusCode(200);
        assertThat(TestDatabase.value("select related_user_name from alert")).isEqualTo("ann");
    }

    /// Whom an address points to is a guess, which any word of the source knows better than.
    @Test
    void shouldPutAnAlertWhereAnOlderWordSaysIfItsMachineWasGuessed() {
        sighted();
        String newest = versioned("newest", "2026-02-03T10:00:00Z");
        String id = submit(newest).statusCode(201).extract().path("id");
        TestDatabase.update(
                "update alert set machine_id = ?, computer_dns_name = 'guessed' where id = ?", "9".repeat(40), id);
        TestDatabase.update(
                "insert into alert_link (tenant_id, alert_id, rule, detail, created_ticks)"
                        + " values (cast(? as uuid), ?, 'MachineByAddress', '10.0.0.9', 1)",
                Tokens.TENANT,
                id);

        submit(versioned("older", "2026-02-03T09:00:00Z").replace("{", "{\"machineId\":\"" + MACHINE + "\","))
                .statusCode(200);

        assertThat(TestDatabase.value("select title || ' ' || machine_id from alert where id = ?", id))
                .isEqualTo("newest " + MACHINE);
    }

    @Test
    void shouldSayInTheAuditWhatARepeatReplaced() {
        sighted();
        String id = submit(ALERT).extract().path("id");
        String worse = ALERT.replace("\"Beacon\"", "\"Beacon, worse\"")
                .replaceFirst("(?i)\"severity\":\"high\"", "\"severity\":\"Low\"");
        submit(worse).statusCode(200);
        submit(worse).statusCode(200);

        assertThat(TestDatabase.column(
                        "select (detail -> 'before')::text || (detail -> 'after')::text from audit_entry"
                                + " where target = ? and action = 'alert.repeat' order by id",
                        id))
                .containsExactly(
                        "{\"title\": \"Beacon\", \"severity\": \"High\"}{\"title\": \"Beacon, worse\", \"severity\": \"Low\"}",
                        "{}{}");
    }

    /// A sensor may be faster than telemetry, and know a short name only.
    @ParameterizedTest
    @ValueSource(strings = {"WS6.corp.example", "ws6"})
    void shouldPutTheAlertOnItsMachineWhenTelemetryComesAfterIt(String host) {
        // Given
        submit(ALERT.replace("WS6.corp.example", host))
                .statusCode(201)
                .body("machineId", nullValue())
                .body("computerDnsName", is(host.toLowerCase(java.util.Locale.ROOT)));
        await().until(() -> TestDatabase.count("alert where not correlated") == 0
                && TestDatabase.count("event_position where consumer = 'correlation'") == 1);

        // When
        sighted();

        // Then
        await().untilAsserted(() -> assertThat(
                        TestDatabase.column("select machine_id || ' ' || computer_dns_name from alert"))
                .containsExactly(MACHINE + " ws6.corp.example"));
        submit(ALERT.replace("WS6.corp.example", host))
                .statusCode(200)
                .body("machineId", is(MACHINE))
                .body("computerDnsName", is("ws6.corp.example"));
    }

    @Test
    void shouldPutTheAlertOnNoMachineWhenTwoHaveItsShortName() {
        // Given
        sighted();
        events(connection("203.0.113.5", "2026-02-03T09:15:27Z", 7)
                        .replace(MACHINE, "5".repeat(40))
                        .replace("corp.example", "lab.example"))
                .statusCode(200);

        // When
        var answer = submit(ALERT.replace("WS6.corp.example", "ws6"));

        // Then
        answer.statusCode(201).body("machineId", nullValue()).body("computerDnsName", is("ws6"));
        submit(ALERT.replace("a-1", "a-2")).body("machineId", is(MACHINE));
    }

    @Test
    void shouldReportEachItemWhenAnArrayHoldsGoodAndBad() {
        // Given
        sighted();

        // When
        ValidatableResponse answer = submit("[" + ALERT + ",{\"source\":\"s\",\"title\":\"t\",\"severity\":\"Low\"},17,"
                + ALERT.replace("a-1", "a-2")
                        .replace("\"computerDnsName\":\"WS6.corp.example\"", "\"machineId\":\"ffff\"")
                + "]");

        // Then
        answer.statusCode(200)
                .body("value.status", is(java.util.List.of(201, 400, 400, 404)))
                .body("value[1].error.code", is("MissingRequiredParameter"))
                .body("value[2].error.code", is("InvalidRequestBody"))
                .body("value[3].error.code", is("ResourceNotFound"));
        assertThat(TestDatabase.count("alert")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"source\":                                                          | 400 | InvalidRequestBody",
                "{\"sourceRef\":\"1\",\"title\":\"t\",\"severity\":\"Low\"}            | 400 | MissingRequiredParameter",
                "{\"source\":\"s\",\"sourceRef\":\"1\",\"title\":\"t\",\"severity\":\"Dire\"} | 400 | InvalidInput",
                "{\"source\":\"s\",\"sourceRef\":\"1\",\"title\":\"t\",\"severity\":\"Low\",\"firstEventTime\":\"soon\"} | 400 | InvalidInput",
                "{\"source\":\"s\",\"sourceRef\":\"1\",\"title\":\"t\",\"severity\":\"Low\",\"evidence\":[{\"entityType\":\"Moon\"}]} | 400 | InvalidInput",
                "{\"source\":\"s\",\"sourceRef\":\"1\",\"title\":\"t\",\"severity\":\"Low\",\"evidence\":[{\"entityType\":\"Ip\",\"detectionStatus\":\"Burnt\"}]} | 400 | InvalidInput",
                "{\"source\":\"s\",\"sourceRef\":\"1\\ud800\",\"title\":\"t\",\"severity\":\"Low\"} | 400 | InvalidInput",
                "{\"source\":\"s\",\"sourceRef\":\"\\udc00\\ud800\",\"title\":\"t\",\"severity\":\"Low\"} | 400 | InvalidInput",
                "{\"source\":\"s\",\"sourceRef\":\"1\",\"title\":\"t\",\"severity\":\"Low\",\"evidence\":[{\"entityType\":\"Ip\",\"ipAddress\":\"300.1.1.1\"}]} | 400 | InvalidInput",
                "{\"source\":\"s\",\"sourceRef\":\"1\",\"title\":\"t\",\"severity\":\"Low\",\"evidence\":[{\"entityType\":\"Ip\",\"ipAddress\":\"8.8.8.08\"}]} | 400 | InvalidInput",
                "{\"source\":\"s\",\"sourceRef\":\"1\",\"title\":\"t\",\"severity\":\"Low\",\"evidence\":[{\"entityType\":\"File\",\"sha1\":\"zz\"}]} | 400 | InvalidInput",
                "{\"source\":\"s\",\"sourceRef\":\"1\",\"title\":\"t\",\"severity\":\"Low\",\"machineId\":\"ffff\"} | 404 | ResourceNotFound",
                "{\"source\":\"CustomerTI\",\"sourceRef\":\"1\",\"title\":\"t\",\"severity\":\"Low\"} | 403 | DisallowedOperation",
                "''                                                                    | 400 | InvalidRequestBody",
            })
    void shouldStoreNothingWhenTheAlertIsRefused(String body, int status, String code) {
        submit(body).statusCode(status).body("error.code", is(code));

        assertThat(TestDatabase.count("alert") + TestDatabase.count("alert_source"))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {"file, Blocked, File, Blocked", "PROCESS, prevented, Process, Prevented", "Ip, ' ', Ip, null"})
    void shouldAnswerTheContractsWordsWhenEvidenceIsSpelledOtherwise(
            String sentType, String sentStatus, String type, String status) {
        submit(ALERT.replace(
                                "\"entityType\":\"Ip\"",
                                "\"entityType\":\"" + sentType + "\",\"detectionStatus\":\"" + sentStatus + "\"")
                        .replace("\"computerDnsName\":\"WS6.corp.example\",", ""))
                .statusCode(201)
                .body("evidence[0].entityType", is(type))
                .body("evidence[0].detectionStatus", is(status));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {"blocked, Blocked", "burnt, null"})
    void shouldAnswerTheContractsWordsWhenAnEarlierReleaseStoredOthers(String stored, String answered) {
        String id = submit(ALERT.replace("\"computerDnsName\":\"WS6.corp.example\",", ""))
                .extract()
                .path("id");
        TestDatabase.update("update alert_evidence set detection_status = ? where position = 0", stored);

        with("Alert.Read.All").get("/api/alerts/" + id).then().body("evidence[0].detectionStatus", is(answered));
    }

    @Test
    void shouldRefuseWhenTheSourceBelongsToAnotherApplication() {
        // Given
        sighted();
        submit(ALERT);

        // When
        var other = RestAssured.given()
                .contentType("application/json")
                .header("Authorization", "Bearer " + Tokens.of(Tokens.TENANT, "other-app", "Alert.ReadWrite.All"))
                .body(ALERT)
                .post("/v1/alerts");

        // Then
        other.then().statusCode(403).body("error.code", is("DisallowedOperation"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 15, 40, 70})
    void shouldRefuseABodyWhoseGzipBreaksOff(int kept) {
        byte[] whole = gzip("[" + ALERT + "]");

        gzipped(Arrays.copyOf(whole, kept))
                .statusCode(400)
                .body("error.code", is("InvalidRequestBody"))
                .body("error.message", containsString("gzip"));
        byte[] wrongSum = whole.clone();
        wrongSum[whole.length - 6] ^= 1;
        gzipped(wrongSum).statusCode(400).body("error.message", containsString("gzip"));
        assertThat(TestDatabase.count("alert")).isZero();
    }

    @Test
    void shouldKeepApartWhatIsWrittenWithWholeSurrogatePairs() {
        sighted();

        submit(ALERT.replace("a-1", "\\ud83d\\ude00")).statusCode(201);
        submit(ALERT.replace("a-1", "\\ud83d\\ude01")).statusCode(201);
    }

    private static ValidatableResponse gzipped(byte[] body) {
        return with("Alert.ReadWrite.All")
                .config(RestAssured.config()
                        .encoderConfig(EncoderConfig.encoderConfig()
                                .appendDefaultContentCharsetToContentTypeIfUndefined(false)
                                .encodeContentTypeAs("application/json", ContentType.TEXT)))
                .header("Content-Encoding", "gzip")
                .body(body)
                .post("/v1/alerts")
                .then();
    }

    @Test
    void shouldRefuseWhenTheBodyIsTooLarge() {
        submit("\"" + "x".repeat(17 * 1024 * 1024) + "\"").statusCode(413);
    }

    @Test
    void shouldRefuseWhenTheCallerMayOnlyRead() {
        with("Alert.Read.All")
                .body(ALERT)
                .post("/v1/alerts")
                .then()
                .statusCode(403)
                .body("error.code", is("Forbidden"));
        RestAssured.given()
                .contentType("application/json")
                .body(ALERT)
                .post("/v1/alerts")
                .then()
                .statusCode(401)
                .body("error.code", is("Unauthorized"));
    }

    private static ValidatableResponse submit(String body) {
        return with("Alert.ReadWrite.All").body(body).post("/v1/alerts").then();
    }
}
