package io.tocsin.indicator.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.tocsin.indicator.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The query options of `/api/indicators` (contract 00 §4, wire-facts §7).
@QuarkusTest
class QueryIndicatorsTest extends ApiTest {

    @BeforeEach
    void threeIndicators() {
        submit(json("203.0.113.1", "IpAddress", "Block"));
        submit(json("Bad.Example", "DomainName", "Audit"));
        submit(json("https://bad.example/x", "Url", "Warn"));
        TestDatabase.update("""
                update indicator set generate_alert = false, severity = 'Low', rbac_group_names = array['Finance', 'HR'],
                    rbac_group_ids = array['12'], mitre_techniques = array['T1021'], application = 'feed',
                    expiration_ticks = 40000000000000000 where id = 3
                """);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    $filter=indicatorType%20eq%20IpAddress                                   | 1
                    $filter=indicatorType%20eq%20Url%20or%20action%20eq%20'audit'            | 2,3
                    $filter=indicatorValue%20eq%20'BAD.example'                              | 2
                    $filter=generateAlert%20eq%20false                                       | 3
                    $filter=not%20generateAlert                                              | 3
                    $filter=rbacGroupNames/any(g:%20g%20eq%20'Finance')                      | 3
                    $filter=rbacGroupNames/any(g:%20g%20ne%20'Finance')                      | 3
                    $filter=not%20rbacGroupNames/any(g:%20g%20eq%20'Finance')                | 1,2
                    $filter=rbacGroupIds/any(g:%20g%20eq%2012)                               | 3
                    $filter=mitreTechniques/any(t:%20startswith(t,'T10'))                    | 3
                    $filter=application%20ne%20'feed'                                        | 1,2
                    $filter=expirationTime%20eq%20null                                       | 1,2
                    $filter=expirationTime%20ge%202090-01-01                                 | 3
                    $filter=severity%20in%20['high']&$orderby=id%20desc                      | 2,1
                    $filter=createdBy%20eq%20'test-app'%20and%20title%20eq%20'C2'            | 1,2,3
                    $filter=id%20eq%20'2'                                                    | 2
                    $top=1&$skip=2                                                           | 3
                    """)
    void shouldAnswerTheIndicatorsAskedFor(String options, String ids) {
        get("?" + options).statusCode(200).body("value.id", is(List.of(ids.split(","))));
    }

    @Test
    void shouldAnswerOnlyWhatIsSelectedInTheDeclaredOrder() {
        var answer = get("?$select=action,indicatorValue&$top=1").statusCode(200);

        answer.body("'@odata.context'", endsWith("#Indicators(indicatorValue,action)"));
        assertThat(answer.extract().jsonPath().<Map<String, Object>>get("value[0]"))
                .containsExactly(Map.entry("indicatorValue", "203.0.113.1"), Map.entry("action", "Block"));
    }

    @Test
    void shouldAnswerABareNumberOfItsOwnWhenTheCountIsThePath() {
        assertThat(count(Tokens.application("Ti.ReadWrite.All"), "/$count")).isEqualTo("3");
        assertThat(count(Tokens.application("Ti.ReadWrite.All"), "/%24count?$filter=severity%20eq%20'High'"))
                .isEqualTo("2");
        assertThat(count(Tokens.of(Tokens.TENANT, "feed", "Ti.ReadWrite"), "/$count"))
                .isEqualTo("0");
        assertThat(count(Tokens.of(Tokens.OTHER_TENANT, "x", "Ti.ReadWrite.All"), "/$count"))
                .isEqualTo("0");
        RestAssured.get("/api/indicators/$count").then().statusCode(401);
        with("Alert.Read.All").get("/api/indicators/$count").then().statusCode(403);
    }

    private static String count(String token, String path) {
        return by(token)
                .get("/api/indicators" + path)
                .then()
                .statusCode(200)
                .contentType("text/plain")
                .extract()
                .asString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?$top=10001",
                "?$select=nosuch",
                "?$expand=rbacGroupNames",
                "?$filter=rbacGroupNames%20eq%20'x'",
                "?$filter=action%20eq%20'Allow'",
                "?$orderby=rbacGroupIds",
                "/$count?$filter=id%20eq%20'x'"
            })
    void shouldAnswerAnODataErrorWhenAnOptionCannotBeHonoured(String options) {
        get(options).statusCode(400).body("error.code", is("ODataError"));
    }

    private static ValidatableResponse get(String options) {
        return with("Ti.ReadWrite.All").get("/api/indicators" + options).then();
    }
}
