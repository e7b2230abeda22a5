package io.tocsin.indicator.matching;

import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.indicator.ApiTest;
import io.tocsin.testkit.Tokens;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class MatchTest extends ApiTest {

    @ParameterizedTest
    @CsvSource({
        "DomainName, bad.example,            DomainName, cdn.Bad.example., true",
        "DomainName, bad.example,            DomainName, notbad.example,   false",
        "DomainName, bad.example,            Url,        https://x.bad.example/a?b, true",
        "Url,        http://bad.example/a,   Url,        https://BAD.example/a/b,   true",
        "Url,        http://bad.example/a,   Url,        http://bad.example/ab,     false",
        "IpAddress,  2001:db9::1,            IpAddress,  2001:0db9:0:0:0:0:0:1,     true",
        "FileSha1,   2B3C4D5E6F708192A3B4C5D6E7F8091A2B3C4D5E, FileSha1, 2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e, true",
        "IpAddress,  203.0.113.7,            IpAddress,  not-an-address,   false",
        "IpAddress,  9.9.9.9,                IpAddress,  009.9.9.9,        false",
        "IpAddress,  203.0.113.7,            IpAddress,  ::ffff:203.0.113.7,        true",
        "IpAddress,  2001:db9::1,            Url,        http://[2001:DB9::1]:8080/x, true",
        "Url,        http://[2001:db9::1]/a, Url,        https://[2001:db9:0:0::1]/a/b, true",
        "Url,        http://münchen.example/a, Url,      http://xn--mnchen-3ya.example/a?b, true",
        "Url,        https://bad.example:80/a, Url,      http://bad.example/a,      true",
        "Url,        http://bad.example/a/,  Url,        http://bad.example//a?b=/, true",
        "Url,        http://bad.example/a,   Url,        http://bad.example/./x/../%61/b, true",
        "Url,        http://bad.example/ü,   Url,        http://bad.example/%c3%bc, true",
        "Url,        http://bad.example/A,   Url,        http://bad.example/a,      false",
        "DomainName, bad.example,            Url,        http://under_score.bad.example/, true",
        "DomainName, bad.example,            Url,        http://x@bad.example/{a}|b, true",
    })
    void shouldMatchWhatTheIndicatorCoversWhenAsked(
            String type, String value, String askedType, String asked, boolean matched) {
        submit(json(value, type, "Block")).statusCode(200);

        match(askedType, asked).body("value[0].matched", is(matched));
    }

    @Test
    void shouldMatchFromTheHostDownHoweverDeepTheUrlIs() {
        submit(json("http://bad.example/a", "Url", "Block"));

        match("Url", "http://bad.example/a" + "/b".repeat(500) + "?c=" + "d/".repeat(5_000))
                .body("value[0].matched", is(true));
    }

    /// Each would take minutes if its characters were gone over once for each of them.
    @ParameterizedTest
    @CsvSource({"IpAddress, :, x", "DomainName, 東, .example", "Url, a.b/.., x", "Url, http://東, x", "Url, @, x"})
    void shouldAnswerSoonWhenAValueIsHuge(String type, String part, String end) {
        match(type, part.repeat(500_000) + end).body("value[0].matched", is(false));
    }

    @Test
    void shouldFollowThePrecedenceWhenSeveralSpeakOfOneValue() {
        // Given
        for (String action : new String[] {"Audit", "Block", "Warn", "Allowed"}) {
            submit(json("bad.example", "DomainName", action)).statusCode(200);
            submit(json("2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e", "FileSha1", action))
                    .statusCode(200);
        }

        // Then
        match("DomainName", "bad.example").body("value[0].action", is("Allowed"));
        match("FileSha1", "2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e").body("value[0].action", is("Block"));
    }

    @Test
    void shouldAnswerInOrderWithTheDecidingIndicatorWhenAServiceAsksForATenant() {
        // Given
        submit(json("203.0.113.77", "IpAddress", "Block"));
        String body =
                "{\"values\":[{\"type\":\"IpAddress\",\"value\":\"203.0.113.1\"},{\"type\":\"IpAddress\",\"value\":\"203.0.113.77\"}]}";
        String service = Tokens.of(Tokens.OTHER_TENANT, "alert-service", "Tocsin.Service");

        // Then
        by(service)
                .header("Tocsin-Tenant", Tokens.TENANT)
                .body(body)
                .post("/v1/indicators/match")
                .then()
                .statusCode(200)
                .body("value[0].matched", is(false))
                .body("value[0].indicator", nullValue())
                .body("value[1].indicator.title", is("C2"))
                .body("value[1].generateAlert", is(true));
        String partner = Tokens.of(Tokens.OTHER_TENANT, "x", "Ti.ReadWrite.All");
        by(partner)
                .header("Tocsin-Tenant", Tokens.TENANT)
                .body(body)
                .post("/v1/indicators/match")
                .then()
                .body("value[1].matched", is(false));
    }

    @Test
    void shouldRefuseWhenTheTypeIsUnknownOrTheCallerMayNot() {
        with("Ti.ReadWrite.All")
                .body("{\"values\":[{\"type\":\"Moon\",\"value\":\"x\"}]}")
                .post("/v1/indicators/match")
                .then()
                .statusCode(400)
                .body("error.code", is("InvalidInput"));
        with("Alert.Read.All")
                .body("{\"values\":[]}")
                .post("/v1/indicators/match")
                .then()
                .statusCode(403);
    }
}
