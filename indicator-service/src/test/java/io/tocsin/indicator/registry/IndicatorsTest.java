package io.tocsin.indicator.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.tocsin.indicator.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import io.tocsin.wire.WireTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class IndicatorsTest extends ApiTest {

    private static final List<String> KEYS = List.of(
            "@odata.context",
            "id",
            "indicatorValue",
            "indicatorType",
            "action",
            "createdBy",
            "severity",
            "category",
            "application",
            "educateUrl",
            "bypassDurationHours",
            "title",
            "description",
            "recommendedActions",
            "creationTimeDateTimeUtc",
            "expirationTime",
            "lastUpdateTime",
            "lastUpdatedBy",
            "rbacGroupNames",
            "rbacGroupIds",
            "notificationId",
            "notificationBody",
            "version",
            "mitreTechniques",
            "historicalDetection",
            "lookBackPeriod",
            "generateAlert",
            "additionalInfo",
            "createdByDisplayName",
            "externalId",
            "createdBySource",
            "certificateInfo");

    @Test
    void shouldAnswerEveryPropertyInOrderWhenCreated() {
        var created = submit(json("203.0.113.77", "IpAddress", "Block")).statusCode(200);

        assertThat(new ArrayList<>(
                        created.extract().jsonPath().<String, Object>getMap("$").keySet()))
                .isEqualTo(KEYS);
        created.body("id", is("1"))
                .body("severity", is("High"))
                .body("category", is(512))
                .body("generateAlert", is(true))
                .body("createdBy", is("test-app"))
                .body("lastUpdatedBy", nullValue())
                .body("rbacGroupNames", hasSize(0))
                .body("createdBySource", is("PublicApi"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rbacGroupNames", "rbacGroupIds", "mitreTechniques"})
    void shouldRefuseWhenAListHoldsANul(String property) {
        submit(json("203.0.113.77", "IpAddress", "Block").replaceFirst("}$", ",\"" + property + "\":[\"a\\\\u0000\"]}"))
                .statusCode(400)
                .body("error.code", is("InvalidInput"))
                .body("error.message", containsString(property));
    }

    @Test
    void shouldKeepItsIdAndApplicationWhenTheSameIsSubmittedAgainAndCoexistWithAnotherAction() {
        // Given
        submit(json("Bad.Example", "DomainName", "Block").replace("\"title\"", "\"application\":\"a\",\"title\""));

        // When
        var again = submit(json("bad.example", "DomainName", "Block")
                .replace("C2", "worse")
                .replace("\"title\"", "\"application\":\"b\",\"title\""));

        // Then
        again.statusCode(200)
                .body("id", is("1"))
                .body("title", is("worse"))
                .body("application", is("a"))
                .body("lastUpdatedBy", is("test-app"));
        submit(json("bad.example", "DomainName", "Allowed")).statusCode(200);
        assertThat(TestDatabase.count("indicator")).isEqualTo(2);
    }

    @Test
    void shouldStillTakeOneWhenMoreIdsWereGivenOutThanTheTenantMayHold() {
        TestDatabase.update("alter table indicator alter column id restart with 10000001");

        submit(json("bad.example", "DomainName", "Block")).statusCode(200).body("id", is("10000001"));
    }

    @ParameterizedTest
    @CsvSource({
        "'', IpAddress, Block, InvalidInput",
        "zz, FileSha1, Block, InvalidHashValue",
        "0f3c2f, FileSha256, Block, InvalidHashValue",
        "10.0.0.0/8, IpAddress, Block, InvalidIpAddress",
        "10.1.2.3, IpAddress, Block, InvalidInput",
        "300.1.2.3, IpAddress, Block, InvalidIpAddress",
        "*.bad.example, DomainName, Block, InvalidDomainName",
        "ftp://bad.example, Url, Block, InvalidUrl",
        "203.0.113.7, IpAddress, Allow, InvalidInput",
        "203.0.113.7, ipaddress, Block, InvalidInput",
        "2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e, CertificateThumbprint, Block, InvalidInput",
        "203.0.113.7, FileShaMd5, Block, InvalidInput",
    })
    void shouldStoreNothingWhenTheIndicatorIsRefused(String value, String type, String action, String code) {
        submit(json(value, type, action)).statusCode(400).body("error.code", is(code));

        assertThat(TestDatabase.count("indicator") + TestDatabase.count("indicator_change"))
                .isZero();
    }

    @Test
    void shouldNameWhatIsWrongWhenAFieldIsMissingOrTheBodyIsBroken() {
        submit(
                        "{\"indicatorValue\":\"203.0.113.7\",\"indicatorType\":\"IpAddress\",\"action\":\"Block\",\"title\":\"t\"}")
                .statusCode(400)
                .body("error.code", is("MissingRequiredParameter"))
                .body("error.message", containsString("description"));
        submit("{\"indicatorValue\":").statusCode(400).body("error.code", is("InvalidRequestBody"));
        submit(json("203.0.113.7", "IpAddress", "Block").replace("{", "{\"expirationTime\":\"2020-01-01Z\","))
                .statusCode(400)
                .body("error.code", is("InvalidInput"));
        submit("\"" + "x".repeat(1_100_000) + "\"").statusCode(413);
    }

    @Test
    void shouldReportEachItemWhenImported() {
        String items =
                json("203.0.113.7", "IpAddress", "Block") + "," + json("10.0.0.0/8", "IpAddress", "Block") + ",5";

        var answer = with("Ti.ReadWrite.All")
                .body("{\"Indicators\":[" + items + "]}")
                .post("/api/indicators/import")
                .then();

        answer.statusCode(200)
                .body(
                        "'@odata.context'",
                        containsString("#Collection(microsoft.windowsDefenderATP.api.ImportIndicatorResult)"))
                .body("value.isFailed", is(List.of(false, true, true)))
                .body("value[0].id", is("1"))
                .body("value[1].failureReason", is("IP address 10.0.0.0/8 is invalid"))
                .body("value[1].id", nullValue());
        String many = String.join(",", Collections.nCopies(501, "{}"));
        with("Ti.ReadWrite.All")
                .body("{\"Indicators\":[" + many + "]}")
                .post("/api/indicators/import")
                .then()
                .statusCode(400)
                .body("error.code", is("MaximumBatchSizeExceeded"));
        with("Ti.ReadWrite.All")
                .body("{}")
                .post("/api/indicators/import")
                .then()
                .statusCode(400);
    }

    @Test
    void shouldFilterAndPageWhenListed() {
        submit(json("203.0.113.1", "IpAddress", "Block"));
        submit(json("bad.example", "DomainName", "Allowed"));

        get("?$filter=indicatorType%20eq%20'IpAddress'").body("value.indicatorValue", is(List.of("203.0.113.1")));
        get("?$filter=indicatorValue%20eq%20'BAD.example'").body("value", hasSize(1));
        get("?$top=1&$skip=1&$count=true").body("value", hasSize(1)).body("'@odata.count'", is(2));
        get("?$filter=indicatorType%20eq%20'Moon'").statusCode(400).body("error.code", is("ODataError"));
    }

    @Test
    void shouldBeGoneWhenDeletedOrExpiredToTheSecond() {
        // Given
        submit(json("203.0.113.1", "IpAddress", "Block"));
        submit(json("203.0.113.2", "IpAddress", "Block"));
        with("Ti.ReadWrite.All").delete("/api/indicators/1").then().statusCode(204);
        with("Ti.ReadWrite.All")
                .delete("/api/indicators/1")
                .then()
                .statusCode(404)
                .body("error.code", is("ResourceNotFound"));

        // When
        TestDatabase.update(
                "update indicator set expiration_ticks = ?", WireTime.now().ticks() - 1);

        // Then
        get("").body("value", hasSize(0));
        match("IpAddress", "203.0.113.2").body("value[0].matched", is(false));
        await().atMost(Duration.ofSeconds(20)).until(() -> TestDatabase.count("indicator") == 0);
        assertThat(TestDatabase.value("select count(*) from indicator_change where removed"))
                .isEqualTo(2L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"01", "001", "+1", "-1", "1.0", "1%20", "%EF%BC%91", "0", "x", "99999999999999999999"})
    void shouldDeleteNothingWhenTheIdIsNotSpelledAsAnswered(String id) {
        submit(json("203.0.113.1", "IpAddress", "Block")).body("id", is("1"));

        with("Ti.ReadWrite.All")
                .delete("/api/indicators/" + id)
                .then()
                .statusCode(404)
                .body("error.code", is("ResourceNotFound"));
        assertThat(TestDatabase.count("indicator")).isEqualTo(1);
    }

    @Test
    void shouldSeeOnlyItsOwnWhenTheApplicationHasTiReadWrite() {
        // Given
        submit(json("203.0.113.1", "IpAddress", "Block"));
        String token = Tokens.of(Tokens.TENANT, "feed", "Ti.ReadWrite");

        // Then
        by(token).get("/api/indicators").then().body("value", hasSize(0));
        by(token).delete("/api/indicators/1").then().statusCode(404);
        by(token)
                .body(json("203.0.113.1", "IpAddress", "Block"))
                .post("/api/indicators")
                .then()
                .statusCode(403);
        by(token)
                .body(json("203.0.113.9", "IpAddress", "Block"))
                .post("/api/indicators")
                .then()
                .statusCode(200);
        by(token).get("/api/indicators").then().body("value", hasSize(1));
    }

    @Test
    void shouldRefuseWhenThePermissionIsMissingOrTheTenantIsAnother() {
        submit(json("203.0.113.1", "IpAddress", "Block"));
        RestAssured.get("/api/indicators").then().statusCode(401).body("error.code", is("Unauthorized"));
        with("Alert.Read.All").get("/api/indicators").then().statusCode(403).body("error.code", is("Forbidden"));
        with("Alert.Read.All").delete("/api/indicators/1").then().statusCode(403);
        String other = Tokens.of(Tokens.OTHER_TENANT, "x", "Ti.ReadWrite.All");
        by(other).get("/api/indicators").then().body("value", hasSize(0));
        by(other).delete("/api/indicators/1").then().statusCode(404);
        assertThat(TestDatabase.count("indicator")).isEqualTo(1);
    }

    private static io.restassured.response.ValidatableResponse get(String query) {
        return with("Ti.ReadWrite.All").get("/api/indicators" + query).then();
    }
}
