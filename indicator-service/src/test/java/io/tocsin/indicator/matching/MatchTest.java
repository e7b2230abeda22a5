package io.tocsin.indicator.matching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.indicator.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import io.tocsin.wire.WireTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
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

    @Test
    void shouldSayWhyWhenSeveralSpeakOfOneValue() {
        submit(json("bad.example", "DomainName", "Block")).statusCode(200);
        submit(json("http://bad.example/a", "Url", "Warn")).statusCode(200);
        submit(json("http://bad.example/a", "Url", "Allowed")).statusCode(200);

        match("Url", "http://bad.example/a/b")
                .body("value[0].action", is("Allowed"))
                .body("value[0].generateAlert", is(false))
                .body("value[0].rule", is("AllowedBeforeBlock"))
                .body("value[0].candidates.id", is(List.of("3", "2", "1")))
                .body("value[0].candidates.lostBy", is(Arrays.asList(null, "AllowedBeforeBlock", "NarrowerKind")));
        match("Url", "http://other.example/")
                .body("value[0].rule", nullValue())
                .body("value[0].candidates", hasSize(0));
    }

    @Test
    void shouldCountTheDeviceGroupsOwnOnlyForItsDevices() {
        // Given
        submit(json("bad.example", "DomainName", "Allowed")).statusCode(200);
        submit(json("bad.example", "DomainName", "Block")
                        .replace("\"rbacGroupNames\":\"\"", "\"rbacGroupNames\":\"Finance\""))
                .statusCode(200);
        machine("m-finance", "Finance", 12);
        machine("m-other", "Sales", 13);

        // Then
        asked("\"deviceGroup\":\"finance\"")
                .body("value[0].action", is("Block"))
                .body("value[0].rule", is("DeviceGroupBeforeAll"));
        asked("\"deviceGroup\":\"Sales\"").body("value[0].action", is("Allowed"));
        asked("\"machineId\":\"m-finance\"").body("value[0].action", is("Block"));
        asked("\"machineId\":\"m-other\"")
                .body("value[0].action", is("Allowed"))
                .body("value[0].candidates[1].lostBy", is("AnotherDeviceGroup"));
        asked("\"machineId\":\"nobody's\"").body("value[0].action", is("Allowed"));
        with("Ti.ReadWrite.All")
                .get("/v1/indicators/explain?type=DomainName&value=x.bad.example&machineId=m-finance")
                .then()
                .statusCode(200)
                .body("verdict.action", is("Block"))
                .body("deviceGroup", is("Finance"));
    }

    private static ValidatableResponse asked(String about) {
        return with("Ti.ReadWrite.All")
                .body("{\"values\":[{\"type\":\"DomainName\",\"value\":\"bad.example\"," + about + "}]}")
                .post("/v1/indicators/match")
                .then()
                .statusCode(200);
    }

    private static void machine(String id, String group, int groupId) {
        TestDatabase.update(
                "insert into machine (tenant_id, id, computer_dns_name, first_seen_ticks, last_seen_ticks, rbac_group_id, rbac_group_name)"
                        + " values (cast(? as uuid), ?, ?, 1, 1, ?, ?)",
                Tokens.TENANT,
                id,
                id,
                groupId,
                group);
    }

    @Test
    void shouldTakeAFilesHashesAndItsCertificateTogether() {
        submit(json("a".repeat(64), "FileSha256", "Allowed")).statusCode(200);
        submit(json("b".repeat(40), "FileSha1", "Block")).statusCode(200);
        String file = "{\"values\":[{\"type\":\"FileSha1\",\"value\":\"" + "b".repeat(40)
                + "\",\"also\":[{\"type\":\"FileSha256\",\"value\":\"" + "A".repeat(64) + "\"}]}]}";

        with("Ti.ReadWrite.All")
                .body(file)
                .post("/v1/indicators/match")
                .then()
                .statusCode(200)
                .body("value[0].action", is("Allowed"))
                .body("value[0].rule", is("StrongerHash"));
        with("Ti.ReadWrite.All")
                .body(file.replace("FileSha256", "DomainName"))
                .post("/v1/indicators/match")
                .then()
                .statusCode(400)
                .body("error.code", is("InvalidInput"));
    }

    @Test
    void shouldStopMatchingInTheVerySecondItExpires() {
        submit(json("bad.example", "DomainName", "Block")).statusCode(200);
        match("DomainName", "bad.example").body("value[0].matched", is(true));

        TestDatabase.update(
                "update indicator set expiration_ticks = ?", WireTime.now().ticks());

        match("DomainName", "bad.example").body("value[0].matched", is(false));
    }

    @Test
    void shouldFindWhatAnotherReplicaStoredAndNotWhatItRemoved() {
        // Given: as another replica's statement does it
        TestDatabase.update("""
                with changed as (
                    insert into indicator (tenant_id, indicator_value, indicator_type, match_value, action, created_by,
                        severity, title, description, creation_ticks, last_update_ticks)
                    select cast(? as uuid), v, t, v, 'Block', 'test', 'Low', 't', 'd', 1, 1
                    from (values ('8.8.4.0/24', 'IpAddress'), ('2001:db9:0:0:0:0:0:0/32', 'IpAddress'), ('*.wild.example', 'DomainName')) as n (v, t)
                    returning tenant_id, id)
                insert into indicator_change (tenant_id, indicator_id, removed, at_ticks) select tenant_id, id, false, 1 from changed
                """, Tokens.TENANT);

        // Then
        await().atMost(Duration.ofSeconds(20)).until(() -> matched("IpAddress", "8.8.4.255"));
        match("IpAddress", "8.8.5.0").body("value[0].matched", is(false));
        match("IpAddress", "2001:db9:ffff::1").body("value[0].matched", is(true));
        match("IpAddress", "2001:dba::1").body("value[0].matched", is(false));
        match("Url", "http://8.8.4.4:8080/x").body("value[0].matched", is(true));
        match("DomainName", "a.wild.example").body("value[0].matched", is(true));
        match("DomainName", "wild.example").body("value[0].matched", is(false));
        match("Url", "https://a.b.wild.example/x").body("value[0].matched", is(true));
        TestDatabase.update("""
                with gone as (delete from indicator where tenant_id = cast(? as uuid) returning tenant_id, id)
                insert into indicator_change (tenant_id, indicator_id, removed, at_ticks) select tenant_id, id, true, 1 from gone
                """, Tokens.TENANT);
        match("IpAddress", "8.8.4.255").body("value[0].matched", is(false));
    }

    private static boolean matched(String type, String value) {
        return match(type, value).extract().path("value[0].matched");
    }

    @Test
    void shouldAnswerAStreamLineByLineWithWrongLinesInTheirPlaces() {
        // Given
        submit(json("203.0.113.77", "IpAddress", "Block"));
        var lines = new StringBuilder();
        for (int i = 0; i < 12_000; i++) {
            lines.append("{\"type\":\"IpAddress\",\"value\":\"203.0.113.")
                    .append(i % 100)
                    .append("\"}\n");
        }
        lines.append("{\"type\":\"Moon\",\"value\":\"x\"}\n{\n{\"value\":\"x\"}\n");

        // When
        String[] answered = with("Ti.ReadWrite.All")
                .contentType("application/x-ndjson")
                .body(lines.toString().getBytes(StandardCharsets.UTF_8))
                .post("/v1/indicators/match")
                .then()
                .statusCode(200)
                .contentType("application/x-ndjson")
                .extract()
                .asString()
                .split("\n");

        // Then
        assertThat(answered).hasSize(12_003);
        assertThat(Arrays.stream(answered).filter(line -> line.contains("\"matched\":true")))
                .hasSize(120);
        assertThat(answered[77]).contains("\"matched\":true", "\"OnlyOne\"");
        assertThat(answered[12_000])
                .isEqualTo(
                        "{\"line\":12001,\"error\":{\"code\":\"InvalidInput\",\"message\":\"'Moon' is not an indicator type\"}}");
        assertThat(answered[12_001]).contains("\"line\":12002", "InvalidRequestBody");
        assertThat(answered[12_002]).contains("\"line\":12003", "InvalidInput");
    }

    @Test
    void shouldExplainWhatWasLookedUpAndRefuseHalfAQuestion() {
        submit(json("bad.example", "DomainName", "Block"));

        with("Ti.ReadWrite.All")
                .get("/v1/indicators/explain?type=Url&value=HTTP://x.bad.example/a?b")
                .then()
                .statusCode(200)
                .body("canonicalValue", is("x.bad.example/a?b"))
                .body("verdict.matched", is(true))
                .body("verdict.candidates[0].indicatorValue", is("bad.example"))
                .body(
                        "lookedUp.value",
                        hasItems("x.bad.example/a?b", "x.bad.example/a", "*.bad.example", "bad.example"))
                .body("rules[0]", is("ActionBeforeAudit"));
        with("Ti.ReadWrite.All")
                .get("/v1/indicators/explain?type=IpAddress&value=no")
                .then()
                .statusCode(200)
                .body("canonicalValue", nullValue())
                .body("verdict.matched", is(false));
        with("Ti.ReadWrite.All")
                .get("/v1/indicators/explain?type=Url")
                .then()
                .statusCode(400)
                .body("error.code", is("MissingRequiredParameter"));
        with("Ti.ReadWrite.All")
                .get("/v1/indicators/explain?type=Moon&value=x")
                .then()
                .statusCode(400)
                .body("error.code", is("InvalidInput"));
    }
}
