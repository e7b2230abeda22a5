package io.tocsin.alert.triage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.tocsin.alert.StoryApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The query options of `/api/alerts`, in the spellings of real clients (contract 00 §4, wire-facts §7).
@QuarkusTest
class QueryAlertsTest extends StoryApiTest {

    @BeforeEach
    void threeAlerts() {
        alert("da1", WS5, "Beacon", "High", "CommandAndControl", NOON);
        alert("da2", WS6, "Macro", "Low", "Malware", NOON.plusSeconds(60));
        alert("da3", null, "Leak", "High", "Exfiltration", NOON.plusSeconds(120));
        evidence("da1", "File", "sha256", "ab12");
        evidence("da1", "Ip", "ip_address", "203.0.113.77");
        evidence("da2", "File", "sha256", "cd34");
        TestDatabase.update("update alert set mitre_techniques = array['T1021', 'T1059'] where id = 'da2'");
        TestDatabase.update(
                "update alert set assigned_to = 'soc1@corp.example', status = 'InProgress' where id = 'da3'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    $filter=severity%20eq%20'High'                                              | da1,da3
                    %24filter=severity%20eq%20'high'%20AND%20status%20eq%20New                  | da1
                    $FILTER=status%20in%20['New','Resolved']                                    | da1,da2
                    filter=not%20(assignedTo%20eq%20'soc1@corp.example')                        | da1,da2
                    $filter=assignedTo+ne+null                                                  | da3
                    $filter=alertCreationTime%2Bgt%2B2026-02-03T12:00:30Z                       | da2,da3
                    $filter=alertCreationTime+gt+'2026-02-03T14:00:30%2B02:00'                  | da2,da3
                    $filter=alertCreationTime%20ge%202026-02-03%20and%20category%20eq%20'Malware' | da2
                    $filter=mitreTechniques/any(t:%20t%20eq%20'T1059')                          | da2
                    $filter=evidence/any(e:%20e/sha256%20eq%20'ab12')                           | da1
                    $filter=evidence/any(e:%20e/sha256%20eq%20'ab12'%20and%20e/entityType%20eq%20'Ip') |
                    $filter=evidence/any(e:%20startswith(e/ipAddress,'203.0.113.'))             | da1
                    $filter=not%20evidence/any()                                                | da3
                    $filter=severity%20eq%20microsoft.windowsDefenderATP.api.AlertSeverity'Low' | da2
                    $orderby=alertCreationTime%20desc                                           | da3,da2,da1
                    $orderby=severity,lastUpdateTime+desc&$top=2                                | da3,da1
                    $orderby=assignedTo%20desc&$top=1                                           | da3
                    $filter=detectionSource%20eq%20ThirdPartySensors%20and%20id%20ne%20'da1'    | da2,da3
                    $filter=detectionSource%20eq%20'customerti'                                 |
                    $top=1&$skip=1                                                              | da2
                    $top=0                                                                      |
                    """)
    void shouldAnswerTheAlertsAskedFor(String options, String ids) {
        get("/api/alerts?" + options)
                .statusCode(200)
                .body("value.id", is(ids == null ? List.of() : List.of(ids.split(","))));
    }

    @Test
    void shouldLeaveToTheNextPageWhatWouldBeTooMuchEvidence() {
        // Given
        TestDatabase.update("update alert_evidence set process_command_line = repeat('x', 9000000)"
                + " where alert_id in ('da1', 'da2') and entity_type = 'File'");

        // When
        var first = get("/api/alerts?$expand=evidence&$top=3&$count=true");
        var next = get("/api/alerts?$expand=evidence&$top=2&$skip=1");

        // Then
        first.statusCode(200)
                .body("value.id", is(List.of("da1")))
                .body("value[0].evidence", hasSize(2))
                .body("'@odata.count'", is(3))
                .body("'@odata.nextLink'", endsWith("&$skip=1&$top=2"));
        next.statusCode(200).body("value.id", is(List.of("da2", "da3"))).body("'@odata.nextLink'", nullValue());
        get("/api/alerts").body("value", hasSize(3));
    }

    @Test
    void shouldAnswerCommentsAndTheGroupOfTheMachineInTheList() {
        // Given
        TestDatabase.update(
                "insert into machine (id, tenant_id, rbac_group_name) values (?, cast(? as uuid), 'Servers')"
                        + " on conflict (tenant_id, id) do update set rbac_group_name = excluded.rbac_group_name",
                WS5,
                Tokens.TENANT);
        for (String said : List.of("first \"line\"\n", "second é")) {
            TestDatabase.update(
                    "insert into alert_comment (tenant_id, alert_id, comment, created_by, created_ticks)"
                            + " values (cast(? as uuid), 'da1', ?, 'soc1', 17700000000000001)",
                    Tokens.TENANT,
                    said);
        }

        // When
        var answer = get("/api/alerts?$filter=id%20ne%20'da2'");

        // Then
        answer.statusCode(200)
                .body("value[0].rbacGroupName", is("Servers"))
                .body("value[0].comments.comment", is(List.of("first \"line\"\n", "second é")))
                .body("value[0].comments[0].createdBy", is("soc1"))
                .body("value[0].comments[0].createdTime", is("2026-02-02T02:40:00.0000001Z"))
                .body("value[1].rbacGroupName", nullValue())
                .body("value[1].comments", is(List.of()));
    }

    @Test
    void shouldAnswerOnlyWhatIsSelectedInTheDeclaredOrder() {
        // When
        var answer = get("/api/alerts?$select=title,Severity,id&$count=true&$top=1");

        // Then
        answer.statusCode(200)
                .header("OData-Version", is("4.0"))
                .body("'@odata.context'", endsWith("/api/$metadata#Alerts(id,severity,title)"))
                .body("'@odata.count'", is(3));
        assertThat(keys(answer, "$")).containsExactly("@odata.context", "@odata.count", "value");
        assertThat(keys(answer, "value[0]")).containsExactly("id", "severity", "title");
    }

    @Test
    void shouldKeepWhatIsExpandedWhenOtherPropertiesAreSelected() {
        // When
        var answer = get("/api/alerts?$select=id&$expand=evidence&$filter=id%20eq%20'da1'");

        // Then
        assertThat(keys(answer, "value[0]")).containsExactly("id", "evidence");
        answer.body("value[0].evidence.sha256", contains("ab12", null));
        assertThat(keys(answer, "value[0].evidence[0]")).hasSize(26);
        get("/api/alerts?$select=id,evidence&$top=1").body("value[0].evidence", hasSize(0));
    }

    @Test
    void shouldCountWhatTheFilterLeavesWithoutPaging() {
        get("/api/alerts?$count=true&$top=1&$skip=1&$filter=severity%20eq%20'High'")
                .body("'@odata.count'", is(2))
                .body("value.id", contains("da3"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    /api/alerts/$count                                          | 3
                    /api/alerts/%24count                                        | 3
                    /API/v1.0/Alerts/$Count/                                    | 3
                    /api/alerts/$count?$filter=severity%20eq%20'High'           | 2
                    /api/alerts/$count?$filter=evidence/any()&$top=1&$skip=2    | 2
                    """)
    void shouldAnswerABareNumberWhenTheCountIsThePath(String path, String count) {
        // When
        var answer = get(path);

        // Then
        answer.statusCode(200).header("OData-Version", is("4.0"));
        assertThat(answer.extract().contentType()).startsWith("text/plain");
        assertThat(answer.extract().asString()).isEqualTo(count);
    }

    @Test
    void shouldCountOnlyForWhoMayReadAndOnlyTheTenantsOwn() {
        RestAssured.get("/api/alerts/$count").then().statusCode(401).body("error.code", is("Unauthorized"));
        with("Machine.Read.All")
                .get("/api/alerts/$count")
                .then()
                .statusCode(403)
                .body("error.code", is("Forbidden"));
        assertThat(RestAssured.given()
                        .auth()
                        .oauth2(Tokens.of(Tokens.OTHER_TENANT, "app", "Alert.Read.All"))
                        .get("/api/alerts/$count")
                        .asString())
                .isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?$select=nosuch",
                "?$select=id,",
                "?$select=evidence/sha256",
                "?$expand=comments",
                "?$orderby=evidence",
                "?$top=10001",
                "?$count=maybe",
                "?$filter=evidence/any(e:%20e/nosuch%20eq%20'x')",
                "/$count?$filter=nosuch%20eq%201",
                "/$count?$filter=alertCreationTime%20gt%20'yesterday'"
            })
    void shouldAnswerAnODataErrorAsJsonWhenAnOptionCannotBeHonoured(String options) {
        get("/api/alerts" + options)
                .statusCode(400)
                .contentType("application/json")
                .body("error.code", is("ODataError"))
                .body("error.keySet()", contains("code", "message", "target"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "not ", "tolower(", "evidence/any(e:"})
    void shouldRefuseAFilterThatIsNestedWithoutEnd(String opening) {
        get("/api/alerts?$filter=" + opening.replace(" ", "%20").repeat(200))
                .statusCode(400)
                .body("error.code", is("ODataError"));
    }

    @Test
    void shouldRefuseAFilterThatIsTooLong() {
        get("/api/alerts?$filter=id%20eq%20'" + "x".repeat(9_000) + "'")
                .statusCode(400)
                .body("error.code", is("ODataError"));
    }

    @Test
    void shouldReadAFilterAsLongAsWeAcceptHoweverItIsEncoded() {
        get("/api/alerts?$filter=id%20in%20('da1'" + ",%27da9%27".repeat(900) + ")")
                .statusCode(200)
                .body("value.id", contains("da1"));
    }

    private static List<String> keys(ValidatableResponse answer, String path) {
        return List.copyOf(
                answer.extract().jsonPath().<Map<String, Object>>get(path).keySet());
    }

    protected static ValidatableResponse get(String path) {
        return with("Alert.Read.All").get(path).then();
    }
}
