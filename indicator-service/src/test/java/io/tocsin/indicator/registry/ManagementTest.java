package io.tocsin.indicator.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.indicator.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `/v1/indicators` and what stands beside the five documented routes.
@QuarkusTest
class ManagementTest extends ApiTest {

    @Test
    void shouldAnswerOneByItsIdUnderBothDoors() {
        submit(json("203.0.113.77", "IpAddress", "Block"));

        with("Ti.ReadWrite.All")
                .get("/api/indicators/1")
                .then()
                .statusCode(200)
                .body("'@odata.context'", containsString("$metadata#Indicators/$entity"))
                .body("indicatorValue", is("203.0.113.77"));
        with("Ti.ReadWrite.All").get("/v1/indicators/1").then().statusCode(200).body("id", is("1"));
        for (String door : List.of("/api/indicators/", "/v1/indicators/")) {
            for (String id : List.of("2", "01", "x")) {
                with("Ti.ReadWrite.All")
                        .get(door + id)
                        .then()
                        .statusCode(404)
                        .body("error.code", is("ResourceNotFound"));
            }
        }
        by(Tokens.of(Tokens.TENANT, "feed", "Ti.ReadWrite"))
                .get("/v1/indicators/1")
                .then()
                .statusCode(404);
    }

    @Test
    void shouldDeleteAllOfABatchOrNone() {
        // Given
        for (int i = 1; i <= 4; i++) {
            submit(json("203.0.113." + i, "IpAddress", "Block")).statusCode(200);
        }
        String feed = Tokens.of(Tokens.TENANT, "feed", "Ti.ReadWrite");

        // Then
        batchDelete("\"1\",\"2\",\"9\"").statusCode(404).body("error.code", is("ResourceNotFound"));
        batchDelete("").statusCode(400).body("error.code", is("InvalidInput"));
        batchDelete("\"1\",\"x\"").statusCode(400).body("error.code", is("InvalidInput"));
        batchDelete("\"1\",null").statusCode(400);
        batchDelete(String.join(",", java.util.Collections.nCopies(501, "\"1\"")))
                .statusCode(400)
                .body("error.code", is("MaximumBatchSizeExceeded"));
        by(feed).body("{\"IndicatorIds\":[\"1\"]}")
                .post("/api/indicators/BatchDelete")
                .then()
                .statusCode(404);
        assertThat(TestDatabase.count("indicator")).isEqualTo(4);
        batchDelete("\"1\",\"2\",\"1\"").statusCode(204);
        assertThat(TestDatabase.column("select id from indicator order by id")).isEqualTo(List.of(3L, 4L));
        assertThat(TestDatabase.value("select count(*) from indicator_change where removed"))
                .isEqualTo(2L);
        match("IpAddress", "203.0.113.1").body("value[0].matched", is(false));
        match("IpAddress", "203.0.113.3").body("value[0].matched", is(true));
    }

    private static ValidatableResponse batchDelete(String ids) {
        return with("Ti.ReadWrite.All")
                .body("{\"IndicatorIds\":[" + ids + "]}")
                .post("/api/indicators/BatchDelete")
                .then();
    }

    @ParameterizedTest
    @CsvSource({
        "45.67.89.0/24,        IpAddress,  45.67.89.0/24,        45.67.89.255",
        "2606:4700:0::/32,  IpAddress,  2606:4700:0::/32,  2606:4700::1",
        "*.Wild.example.,   DomainName, *.Wild.example,    a.wild.example",
    })
    void shouldTakeRangesAndWildcardsByOurOwnDoorAlone(String value, String type, String answered, String covered) {
        submit(json(value, type, "Block")).statusCode(400);
        own(json(value, type, "Block")).statusCode(200).body("indicatorValue", is(answered));
        match(type, covered).body("value[0].matched", is(true));
    }

    @ParameterizedTest
    @CsvSource({
        "45.67.89.1/24,    IpAddress,  InvalidIpAddress",
        "45.67.89.0/33,    IpAddress,  InvalidIpAddress",
        "45.67.89.0/x,     IpAddress,  InvalidIpAddress",
        "10.0.0.0/8,    IpAddress,  InvalidInput",
        "8.0.0.0/5,     IpAddress,  InvalidInput",
        "172.0.0.0/8,   IpAddress,  InvalidInput",
        "::/0,          IpAddress,  InvalidInput",
        "*.*.example.x, DomainName, InvalidDomainName",
        "a.*.example,   DomainName, InvalidDomainName",
        "*.example,     DomainName, InvalidDomainName",
    })
    void shouldRefuseWhatIsNoRangeOrWildcard(String value, String type, String code) {
        own(json(value, type, "Block")).statusCode(400).body("error.code", is(code));
        assertThat(TestDatabase.count("indicator")).isZero();
    }

    @Test
    void shouldTakeCertificatesByTheirIssuerByOurOwnDoorAlone() {
        String issuer = json("Issuer:CN=Bad CA,  O=Bad", "CertificateThumbprint", "BlockAndRemediate");

        submit(issuer).statusCode(400).body("error.code", is("InvalidHashValue"));
        own(issuer).statusCode(200).body("indicatorValue", is("issuer:CN=Bad CA,  O=Bad"));
        own(json("issuer: ", "CertificateThumbprint", "BlockAndRemediate")).statusCode(400);

        match("CertificateThumbprint", "issuer:cn=bad ca,o=BAD").body("value[0].matched", is(true));
        match("CertificateThumbprint", "issuer:cn=bad ca").body("value[0].matched", is(false));
        with("Ti.ReadWrite.All")
                .body("{\"values\":[{\"type\":\"FileSha1\",\"value\":\"" + "a".repeat(40)
                        + "\",\"also\":[{\"type\":\"CertificateThumbprint\",\"value\":\"issuer:CN=Bad CA, O=Bad\"}]}]}")
                .post("/v1/indicators/match")
                .then()
                .body("value[0].action", is("BlockAndRemediate"));
        with("Ti.Read.All")
                .get("/taxii2/api/collections/all/objects/")
                .then()
                .body("objects[0].pattern", is("[x509-certificate:issuer = 'CN=Bad CA,  O=Bad']"));
    }

    @Test
    void shouldListPageByPageWhatIsAskedFor() {
        // Given
        for (int i = 1; i <= 5; i++) {
            submit(json("203.0.113." + i, "IpAddress", "Block"));
        }
        submit(json("bad.example", "DomainName", "Allowed"));
        by(Tokens.of(Tokens.TENANT, "feed", "Ti.ReadWrite"))
                .body(json("203.0.113.9", "IpAddress", "Block"))
                .post("/api/indicators")
                .then()
                .statusCode(200);

        // Then
        var seen = new ArrayList<String>();
        String cursor = "";
        do {
            var page = list("type=IpAddress&cursor=" + cursor, 2).extract().jsonPath();
            seen.addAll(page.getList("value.id"));
            cursor = page.getString("cursor");
        } while (cursor != null);
        assertThat(seen).containsExactly("1", "2", "3", "4", "5", "7");
        list("action=Allowed").body("value.id", is(List.of("6"))).body("cursor", nullValue());
        list("value=BAD.example").body("value.id", is(List.of("6")));
        list("type=DomainName&value=BAD.example.").body("value.id", is(List.of("6")));
        list("createdBy=feed").body("value.id", is(List.of("7")));
        by(Tokens.of(Tokens.TENANT, "feed", "Ti.ReadWrite"))
                .get("/v1/indicators")
                .then()
                .body("value.id", is(List.of("7")));
        for (String wrong : List.of("limit=0", "limit=1001", "cursor=x", "type=Moon", "action=Allow")) {
            with("Ti.ReadWrite.All")
                    .get("/v1/indicators?" + wrong)
                    .then()
                    .statusCode(400)
                    .body("error.code", is("InvalidInput"));
        }
    }

    private static ValidatableResponse list(String query) {
        return list(query, 100);
    }

    private static ValidatableResponse list(String query, int limit) {
        return with("Ti.ReadWrite.All")
                .get("/v1/indicators?limit=" + limit + "&" + query)
                .then()
                .statusCode(200);
    }

    @Test
    void shouldChangeSomeAndTellWhatItWas() {
        // Given
        submit(json("203.0.113.77", "IpAddress", "Block"));

        // When
        patch(
                        "{\"Title\":\"new\",\"severity\":\"Low\",\"recommendedActions\":null,\"expirationTime\":\"2036-01-01T00:00:00Z\"}")
                .statusCode(200)
                .body("title", is("new"))
                .body("severity", is("Low"))
                .body("description", is("case 812"))
                .body("generateAlert", is(true))
                .body("category", is(512))
                .body("lastUpdatedBy", notNullValue());

        // Then
        with("Ti.ReadWrite.All")
                .get("/v1/indicators/1/history")
                .then()
                .statusCode(200)
                .body("value[0].action", is("indicator.submit"))
                .body("value[0].before.title", is("C2"))
                .body("value[0].after.title", is("new"))
                .body("value[1].before", nullValue());
        with("Ti.ReadWrite.All").delete("/v1/indicators/1").then().statusCode(204);
        with("Ti.ReadWrite.All")
                .get("/v1/indicators/1/history")
                .then()
                .body("value[0].action", is("indicator.delete"))
                .body("value[0].after", nullValue());
        with("Ti.ReadWrite.All").get("/v1/indicators/999999999/history").then().statusCode(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"indicatorValue\":\"203.0.113.78\"}",
                "{\"ACTION\":\"Allowed\"}",
                "{\"title\":\"\"}",
                "{\"severity\":\"Huge\"}",
                "{\"expirationTime\":\"2001-01-01T00:00:00Z\"}",
                "{\"expirationTime\":\"soon\"}",
                "[]",
            })
    void shouldChangeNothingWhenAPartOfItIsWrong(String patch) {
        submit(json("203.0.113.77", "IpAddress", "Block"));

        patch(patch).statusCode(400).body("error.code", notNullValue());
        list("type=IpAddress").body("value[0].title", is("C2")).body("value[0].lastUpdatedBy", nullValue());
    }

    @Test
    void shouldNotChangeAnothersWithTiReadWriteAlone() {
        submit(json("203.0.113.77", "IpAddress", "Block"));
        String feed = Tokens.of(Tokens.TENANT, "feed", "Ti.ReadWrite");

        by(feed).body("{\"title\":\"new\"}").patch("/v1/indicators/1").then().statusCode(404);
        by(feed).delete("/v1/indicators/1").then().statusCode(404);
        by(feed).get("/v1/indicators/1/history").then().statusCode(404);
    }

    private static ValidatableResponse patch(String body) {
        return with("Ti.ReadWrite.All").body(body).patch("/v1/indicators/1").then();
    }

    private static ValidatableResponse own(String body) {
        return with("Ti.ReadWrite.All").body(body).post("/v1/indicators").then();
    }
}
