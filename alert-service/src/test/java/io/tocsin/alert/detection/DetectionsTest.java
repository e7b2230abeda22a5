package io.tocsin.alert.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.tocsin.alert.ApiTest;
import io.tocsin.alert.Followed;
import io.tocsin.alert.telemetry.MappedEvents;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class DetectionsTest extends ApiTest {

    private static final String RULE = """
            title: Updater started by the mail program
            description: It never does that here.
            logsource:
              product: windows
              category: process_creation
            tags:
              - attack.execution
              - attack.t1204.002
            detection:
              selection:
                ParentImage|endswith: '\\outlook.exe'
                Image|endswith: '\\updater.exe'
              condition: selection
            level: medium
            """;

    private static final String UPDATER = started("updater.exe", "outlook.exe", 1);
    private static final String BY_OTHER = "9".repeat(8) + "-0000-4000-8000-000000000009";

    @Test
    void shouldListTheBuiltInRulesAndTheTenantsOwn() {
        String id = create(RULE).statusCode(201).extract().path("id");

        reader().get("/v1/detections")
                .then()
                .statusCode(200)
                .body("value.id", hasItem(id))
                .body("value.findAll { it.origin == 'BuiltIn' }.enabled.unique()", is(List.of(true)))
                .body(
                        "value.findAll { it.origin == 'BuiltIn' }",
                        hasSize(new BuiltInRules().all().size()))
                .body("value.rule.unique()", is(java.util.Collections.singletonList(null)));
        reader().get("/v1/detections/" + id)
                .then()
                .body("rule", is(RULE))
                .body("title", is("Updater started by the mail program"))
                .body("severity", is("Medium"))
                .body("category", is("Execution"))
                .body("mitreTechniques", is(List.of("T1204.002")))
                .body("logSource.category", is("process_creation"))
                .body("createdTime", notNullValue())
                .body("problem", nullValue());
        String builtIn = new BuiltInRules().all().keySet().iterator().next();
        reader().get("/v1/detections/" + builtIn)
                .then()
                .body("rule", containsString("id: " + builtIn))
                .body("createdBy", nullValue());
    }

    @Test
    void shouldRaiseAlertsByTheTenantsRuleFromTheMomentItIsThere() {
        String id = create(RULE).statusCode(201).extract().path("id");

        events(UPDATER).statusCode(200);

        await().untilAsserted(() -> assertThat(alerts()).containsExactly("Updater started by the mail program Medium"));
        assertThat(TestDatabase.value("select detection_source || ' ' || detector_id from alert"))
                .isEqualTo("CustomDetection " + id);
        reader().get("/v1/detections/" + id).then().body("alertsLastDay", is(1));
    }

    @Test
    void shouldWeighExemptAndSwitchOffWhatATenantWants() {
        String id = create(RULE).statusCode(201).extract().path("id");
        change(
                        id,
                        "{\"severity\":\"high\",\"exclusions\":[{\"User\":\"CORP\\\\ann\",\"CommandLine|contains\":\"/trusted\"}]}")
                .statusCode(200)
                .body("severity", is("High"))
                .body("ruleSeverity", is("Medium"))
                .body("exclusions", hasSize(1));

        events(started("updater.exe", "outlook.exe /trusted", 1)).statusCode(200);
        events(started("updater.exe", "outlook.exe", 2)).statusCode(200);
        await().untilAsserted(() -> assertThat(alerts()).containsExactly("Updater started by the mail program High"));

        change(id, "{\"enabled\":false}")
                .statusCode(200)
                .body("enabled", is(false))
                .body("severity", is("High"));
        TestDatabase.update("update alert set status = 'Resolved'");
        events(started("updater.exe", "outlook.exe", 3)).statusCode(200);
        Followed.all();
        change(id, "{\"enabled\":true,\"severity\":\"\",\"exclusions\":[]}")
                .statusCode(200)
                .body("severity", is("Medium"))
                .body("exclusions", hasSize(0));
        events(started("updater.exe", "outlook.exe", 4)).statusCode(200);
        await().until(() -> alerts().size() >= 2);
        assertThat(TestDatabase.value("select sum(hits)::bigint from detection_hit"))
                .isIn(1L, 2L);
    }

    @Test
    void shouldSwitchABuiltInRuleForTheTenantAlone() {
        String id = new BuiltInRules()
                .all().entrySet().stream()
                        .filter(rule -> rule.getValue().rule().title().equals("Script host started a shell"))
                        .findFirst()
                        .orElseThrow()
                        .getKey();
        change(id, "{\"enabled\":false}").statusCode(200).body("origin", is("BuiltIn"));

        events(started("cmd.exe", "wscript.exe", 1) + "\n" + started("cmd.exe", "winword.exe", 2))
                .statusCode(200);

        await().untilAsserted(() ->
                assertThat(alerts()).containsExactly("Office program started a shell or script host High"));
        RestAssured.given()
                .header("Authorization", "Bearer " + stranger("CustomDetection.Read.All"))
                .get("/v1/detections/" + id)
                .then()
                .body("enabled", is(true));
        admin().delete("/v1/detections/" + id)
                .then()
                .statusCode(400)
                .body("error.message", containsString("switches it off"));
        admin().body(RULE).put("/v1/detections/" + id).then().statusCode(400);
    }

    @Test
    void shouldReplaceAndRemoveARule() {
        String id = create(RULE).statusCode(201).extract().path("id");

        admin().contentType("application/octet-stream")
                .body(RULE.replace("level: medium", "level: low").getBytes(StandardCharsets.UTF_8))
                .put("/v1/detections/" + id)
                .then()
                .statusCode(200)
                .body("severity", is("Low"));
        admin().delete("/v1/detections/" + id).then().statusCode(204);
        reader().get("/v1/detections/" + id).then().statusCode(404).body("error.code", is("ResourceNotFound"));
        admin().delete("/v1/detections/" + id).then().statusCode(404);

        events(UPDATER).statusCode(200);
        Followed.all();
        Map<String, Object> audit = with("Audit.Read.All")
                .get("/v1/audit?$filter=action%20eq%20'detection.update'%20and%20target%20eq%20'" + id + "'")
                .then()
                .extract()
                .path("value[0].detail");
        assertThat(audit).containsKeys("before", "after");
        assertThat(TestDatabase.count("alert")).isZero();
    }

    @Test
    void shouldTakeJsonAndTheRulesOwnIdOnce() {
        String json = "{\"title\":\"t\",\"id\":\"" + BY_OTHER.toUpperCase(java.util.Locale.ROOT)
                + "\",\"logsource\":{\"category\":\"dns_query\"},\"detection\":{\"s\":{\"QueryName|endswith\":\".evil.example\"},\"condition\":\"s\"}}";

        admin().body(json).post("/v1/detections").then().statusCode(201).body("id", is(BY_OTHER));
        admin().body(json)
                .post("/v1/detections")
                .then()
                .statusCode(400)
                .body("error.message", containsString("is taken"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "category: process_creation ~ category: proxy        ~ logsource.category 'proxy' is not supported",
                "product: windows           ~ product: aws           ~ logsource.product 'aws' is not supported",
                "ParentImage|endswith       ~ ParentImage|sounds     ~ modifier 'sounds'",
                "ParentImage|endswith       ~ Parent|endswith        ~ field 'Parent' is not known of process_creation",
                "condition: selection       ~ condition: selection | count() > 5 ~ aggregations",
                "condition: selection       ~ condition: other       ~ there is no item 'other'",
                "title: Updater             ~ correlation: x         ~ correlation",
                "level: medium              ~ level: tremendous      ~ level 'tremendous'",
            })
    void shouldSayPreciselyWhatIsWrongWithARule(String from, String to, String message) {
        create(RULE.replace(from, to))
                .statusCode(400)
                .body("error.code", is("InvalidInput"))
                .body("error.message", containsString(message));
        assertThat(TestDatabase.count("detection")).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "{}                                     ~ names nothing",
                "{\"severity\":\"Awful\"}               ~ severity is none of",
                "{\"exclusions\":{}}                    ~ is an array",
                "{\"exclusions\":[{}]}                  ~ exclusion is an object",
                "{\"exclusions\":[{\"Nobody\":\"x\"}]}  ~ field 'Nobody'",
            })
    void shouldRefuseAChangeThatCannotBe(String change, String message) {
        String id = create(RULE).statusCode(201).extract().path("id");

        change(id, change).statusCode(400).body("error.message", containsString(message));
    }

    @Test
    void shouldShowWhatARuleWouldHaveHitAndRaiseNothing() {
        events(UPDATER + "\n" + started("updater.exe", "explorer.exe", 2) + "\n"
                        + started("updater.exe", "outlook.exe", 3))
                .statusCode(200);
        await().until(() -> TestDatabase.count("process") >= 3);

        Map<String, Object> result = with("CustomDetection.Read.All")
                .body(Map.of("rule", RULE, "hours", 1))
                .post("/v1/detections/dry-run")
                .then()
                .statusCode(200)
                .body("complete", is(true))
                .body("events", is(3))
                .body("hits", is(2))
                .body("machines", is(1))
                .body("examples.image", hasItems("C:\\Windows\\updater.exe"))
                .extract()
                .path("$");

        assertThat(result).containsKey("from");
        assertThat(TestDatabase.count("alert")).isZero();
        with("CustomDetection.Read.All")
                .body("{}")
                .post("/v1/detections/dry-run")
                .then()
                .statusCode(400);
        with("CustomDetection.Read.All")
                .body(Map.of("id", BY_OTHER))
                .post("/v1/detections/dry-run")
                .then()
                .statusCode(404);
        RestAssured.given()
                .contentType("application/json")
                .header("Authorization", "Bearer " + stranger("CustomDetection.Read.All"))
                .body(Map.of("rule", RULE))
                .post("/v1/detections/dry-run")
                .then()
                .statusCode(200)
                .body("events", is(0));
    }

    @Test
    void shouldShowARuleThisReleaseCannotUseAndGoOnWithTheOthers() {
        String id = create(RULE).statusCode(201).extract().path("id");
        TestDatabase.update("update detection set rule = replace(rule, 'ParentImage', 'ElderImage')");
        create(RULE.replace("Updater started", "Updater again started")).statusCode(201);

        reader().get("/v1/detections/" + id).then().statusCode(200).body("problem", containsString("ElderImage"));
        events(UPDATER).statusCode(200);
        await().untilAsserted(
                        () -> assertThat(alerts()).containsExactly("Updater again started by the mail program Medium"));
    }

    @Test
    void shouldRefuseWhenThePermissionIsMissing() {
        reader().body(RULE).post("/v1/detections").then().statusCode(403);
        with("Alert.Read.All").get("/v1/detections").then().statusCode(403);
        create("").statusCode(400);
        create("title: " + "x".repeat(200_000)).statusCode(413).body("error.message", not(containsString("xxx")));
    }

    /// A rule is held against the events of every machine.
    @Test
    void shouldRefuseChangesOfAPersonToWhomADeviceGroupIsClosed() {
        String id = create(RULE).statusCode(201).extract().path("id");
        TestDatabase.update("""
                insert into device_group (tenant_id, id, rank, name, automation_level, last_update_ticks, user_group_ids,
                    user_group_names, rules)
                values (cast(? as uuid), 7, 1, 'closed', 'NoAutomatedResponse', 1, '{admins}', '{Admins}', '[]')
                """, Tokens.TENANT);
        String kim = Tokens.member(
                Set.of("others"), "kim@corp.example", "CustomDetection.ReadWrite", "CustomDetection.Read");
        Supplier<RequestSpecification> person =
                () -> RestAssured.given().auth().oauth2(kim).contentType("application/json");

        for (var answer : List.of(
                person.get().body(RULE).post("/v1/detections"),
                person.get().body(RULE).put("/v1/detections/" + id),
                person.get().body("{\"enabled\":false}").patch("/v1/detections/" + id),
                person.get().delete("/v1/detections/" + id))) {
            answer.then()
                    .statusCode(403)
                    .body("error.code", is("DisallowedOperation"))
                    .body("error.message", containsString("device groups"));
        }
        person.get().get("/v1/detections/" + id).then().statusCode(200).body("enabled", is(true));
    }

    private static RequestSpecification reader() {
        return with("CustomDetection.Read.All");
    }

    private static RequestSpecification admin() {
        return with("CustomDetection.ReadWrite.All");
    }

    private static String stranger(String permission) {
        return Tokens.of(Tokens.OTHER_TENANT, "stranger-app", permission);
    }

    private static ValidatableResponse create(String rule) {
        return admin().contentType("application/octet-stream")
                .body(rule.getBytes(StandardCharsets.UTF_8))
                .post("/v1/detections")
                .then();
    }

    private static ValidatableResponse change(String id, String body) {
        return admin().body(body).patch("/v1/detections/" + id).then();
    }

    private static List<Object> alerts() {
        return TestDatabase.column("select title || ' ' || severity from alert order by 1");
    }

    /// A process of its own tree, by the number.
    private static String started(String file, String parent, int number) {
        String[] words = parent.split(" ", 2);
        return MappedEvents.windows("""
                {"EventID":1,"RecordNumber":%d,"UtcTime":"2026-02-03 09:10:%02d.000","ProcessGuid":"{49a15388-bb%02d-6981-4205-000000000400}","ProcessId":"%d","Image":"C:\\\\Windows\\\\%s","CommandLine":"%s %s","ParentProcessGuid":"{49a15388-aa%02d-6981-4205-000000000400}","ParentProcessId":"%d","ParentImage":"C:\\\\Windows\\\\%s","ParentCommandLine":"%s"}""".formatted(
                        number,
                        number,
                        number,
                        100 + number,
                        file,
                        file,
                        words.length == 2 ? words[1] : "/x",
                        number,
                        200 + number,
                        words[0],
                        words[0]));
    }
}
