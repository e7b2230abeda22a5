package io.tocsin.indicator.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.indicator.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What must not be blocked by mistake.
@QuarkusTest
class WarningTest extends ApiTest {

    @ParameterizedTest
    @CsvSource({
        "Google.com.,          DomainName, Block,             google.com",
        "*.google.com,         DomainName, Warn,              www.google.com",
        "*.microsoftonline.com, DomainName, Block,            login.microsoftonline.com",
        "co.uk,                DomainName, Block,             co.uk",
        "https://github.com/,  Url,        Block,             github.com",
        "8.8.8.8,              IpAddress,  Block,             8.8.8.8",
        "8.8.8.0/24,           IpAddress,  AlertAndBlock,     8.8.8.8",
        "D41D8CD98F00B204E9800998ECF8427E, FileMd5, BlockAndRemediate, d41d8cd98f00b204e9800998ecf8427e",
    })
    void shouldRefuseToBlockWhatTheListHasUnlessItIsMeant(String value, String type, String action, String listed) {
        own(json(value, type, action), "")
                .statusCode(400)
                .body("error.code", is("WarningListed"))
                .body("error.message", containsString("would block " + listed));
        assertThat(TestDatabase.count("indicator")).isZero();
        own(json(value, type, "Audit"), "").statusCode(200);
        own(json(value, type, action), "?override=true").statusCode(200);
        assertThat(
                        TestDatabase.value(
                                "select detail->>'overridden' from audit_entry where action = 'indicator.submit' order by id desc limit 1"))
                .isEqualTo("true");
    }

    @ParameterizedTest
    @CsvSource({
        "bad.google.com,          DomainName",
        "notgoogle.com,           DomainName",
        "https://github.com/evil, Url",
        "8.8.8.9,                 IpAddress",
        "8.8.9.0/24,              IpAddress",
    })
    void shouldBlockWhatIsBesideOrBelow(String value, String type) {
        own(json(value, type, "Block"), "").statusCode(200);
    }

    @Test
    void shouldLeaveTheDoorOfTheContractAsItIs() {
        submit(json("google.com", "DomainName", "Block")).statusCode(200);
    }

    @Test
    void shouldRefuseLinesOfAListAndTakeThemWhenTheyAreMeant() {
        String lines =
                json("google.com", "DomainName", "Block") + "\n" + json("bad.example", "DomainName", "Block") + "\n";

        imported(lines, "")
                .body("created", is(1))
                .body("refused", is(1))
                .body("errors[0].error.code", is("WarningListed"));
        imported(lines, "&override=true").body("created", is(1)).body("unchanged", is(1));
    }

    private static ValidatableResponse imported(String lines, String more) {
        return with("Ti.ReadWrite.All")
                .contentType("application/x-ndjson")
                .body(lines.getBytes(StandardCharsets.UTF_8))
                .post("/v1/indicators/import?results=numbers" + more)
                .then()
                .statusCode(200);
    }

    @Test
    void shouldHoldTheTenantsOwnBesideWhatIsBuiltIn() {
        // Given
        String id = add("{\"type\":\"DomainName\",\"value\":\"Shop.Example.\",\"reason\":\"ours\"}")
                .statusCode(200)
                .body("value", is("shop.example"))
                .extract()
                .path("id");
        add("{\"type\":\"IpAddress\",\"value\":\"203.0.113.0/24\",\"reason\":\"our network\"}")
                .statusCode(200);

        // Then
        with("Ti.ReadWrite.All")
                .get("/v1/indicators/warnings")
                .then()
                .statusCode(200)
                .body("value.size()", greaterThan(50))
                .body("value.value", hasItem("shop.example"))
                .body("value[0].id", nullValue());
        own(json("shop.example", "DomainName", "Block"), "").statusCode(400);
        own(json("203.0.113.9", "IpAddress", "Block"), "")
                .statusCode(400)
                .body("error.message", containsString("our network"));
        String other = Tokens.of(Tokens.OTHER_TENANT, "x", "Ti.ReadWrite.All");
        by(other)
                .body(json("shop.example", "DomainName", "Block"))
                .post("/v1/indicators")
                .then()
                .statusCode(200);
        by(other).delete("/v1/indicators/warnings/" + id).then().statusCode(404);
        with("Ti.ReadWrite.All").delete("/v1/indicators/warnings/" + id).then().statusCode(204);
        own(json("shop.example", "DomainName", "Block"), "").statusCode(200);
        with("Ti.ReadWrite.All").delete("/v1/indicators/warnings/" + id).then().statusCode(404);
    }

    @ParameterizedTest
    @CsvSource({
        "Url,        http://a.example, InvalidInput",
        "Moon,       a.example,        InvalidInput",
        "DomainName, *.a.example,      InvalidInput",
        "DomainName, a b,              InvalidDomainName",
        "IpAddress,  1.2.3.4/24,       InvalidIpAddress",
    })
    void shouldRefuseAWarningThatIsNone(String type, String value, String code) {
        add("{\"type\":\"" + type + "\",\"value\":\"" + value + "\",\"reason\":\"r\"}")
                .statusCode(400)
                .body("error.code", is(code));
    }

    @Test
    void shouldLetOnlyWhoSeesAllOverrideOrWarn() {
        String feed = Tokens.of(Tokens.TENANT, "feed", "Ti.ReadWrite");

        by(feed).body(json("google.com", "DomainName", "Block"))
                .post("/v1/indicators?override=true")
                .then()
                .statusCode(403);
        by(feed).body("{\"type\":\"DomainName\",\"value\":\"a.example\",\"reason\":\"r\"}")
                .post("/v1/indicators/warnings")
                .then()
                .statusCode(403);
        by(feed).get("/v1/indicators/warnings").then().statusCode(200);
    }

    private static ValidatableResponse add(String body) {
        return with("Ti.ReadWrite.All")
                .body(body)
                .post("/v1/indicators/warnings")
                .then();
    }

    private static ValidatableResponse own(String body, String query) {
        return with("Ti.ReadWrite.All")
                .body(body)
                .post("/v1/indicators" + query)
                .then();
    }
}
