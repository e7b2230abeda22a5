package io.tocsin.response.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.tocsin.response.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import io.tocsin.wire.WireTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class AgentChannelTest extends ApiTest {

    private static final List<String> MACHINE_KEYS = List.of(
            "@odata.context",
            "id",
            "mergedIntoMachineId",
            "isPotentialDuplication",
            "isExcluded",
            "exclusionReason",
            "computerDnsName",
            "firstSeen",
            "lastSeen",
            "osPlatform",
            "osVersion",
            "osProcessor",
            "version",
            "lastIpAddress",
            "lastExternalIpAddress",
            "agentVersion",
            "osBuild",
            "healthStatus",
            "deviceValue",
            "rbacGroupId",
            "rbacGroupName",
            "riskScore",
            "exposureLevel",
            "isAadJoined",
            "aadDeviceId",
            "machineTags",
            "onboardingStatus",
            "osArchitecture",
            "managedBy",
            "managedByStatus",
            "ipAddresses",
            "vmMetadata");

    @Test
    void shouldBeAMachineWhenEnrolledAndFoundByIdAndName() {
        Agent agent = enrol("WS6.corp.example");

        var machine = with("Machine.Read.All")
                .get("/api/machines/" + agent.machineId())
                .then()
                .statusCode(200);

        assertThat(new ArrayList<>(
                        machine.extract().jsonPath().<String, Object>getMap("$").keySet()))
                .isEqualTo(MACHINE_KEYS);
        machine.body("computerDnsName", is("ws6.corp.example"))
                .body("onboardingStatus", is("Onboarded"))
                .body("osBuild", is(22631))
                .body("lastIpAddress", is("10.20.4.14"))
                .body("ipAddresses[0].macAddress", is("00155D0A1B2C"));
        with("Machine.Read.All").get("/api/machines/WS6.CORP.example").then().body("id", is(agent.machineId()));
        with("Machine.Read.All")
                .get("/api/machines?$filter=healthStatus%20eq%20'Active'")
                .then()
                .body("value", hasSize(1));
        with("Machine.Read.All").get("/api/machines/nobody").then().statusCode(404);
    }

    @Test
    void shouldAppearWithinASecondWhenTelemetrySightsIt() {
        TestDatabase.update(
                "insert into machine_sighting (tenant_id, machine_id, device_name, last_ip_address, first_seen_ticks, last_seen_ticks) values (?, ?, 'ws9.corp.example', '10.1.1.9', 10, 20)",
                UUID.fromString(Tokens.TENANT),
                "9".repeat(40));

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> with("Machine.Read.All")
                        .get("/api/machines/" + "9".repeat(40))
                        .then()
                        .statusCode(200)
                        .body("lastIpAddress", is("10.1.1.9")));
    }

    @Test
    void shouldEnrolOnceWhenATokenIsUsedTwiceOrIsOverOrUnknown() {
        String token = token();
        String body = "{\"token\":\"" + token + "\",\"computerDnsName\":\"a.corp.example\"}";
        enrolWith(body).statusCode(201);
        enrolWith(body).statusCode(401).body("error.code", is("Unauthorized"));
        enrolWith(body.replace(token, "x")).statusCode(401);
        String late = token();
        TestDatabase.update("update enrollment_token set expires_at = now() - interval '1 second'");
        enrolWith(body.replace(token, late)).statusCode(401);
        with("Machine.Read.All")
                .body("{}")
                .post("/agent/v1/enrollment-tokens")
                .then()
                .statusCode(403);
    }

    @Test
    void shouldNeitherReadNorAnswerForAnotherWhenTwoAgentsAreEnrolled() {
        // Given
        Agent one = enrol("one.corp.example");
        Agent two = enrol("two.corp.example");
        String id = isolate(one);

        // Then
        two.actions(0).body("value", hasSize(0));
        String lease = one.actions(0).extract().path("value[0].leaseId");
        two.report(id, lease, "Succeeded").statusCode(404);
        with(ALL).get("/api/machineactions/" + id).then().body("status", is("InProgress"));
        by("tad_" + UUID.randomUUID() + ".x").get("/agent/v1/actions").then().statusCode(401);
        by(Tokens.application(ALL)).get("/agent/v1/actions").then().statusCode(401);
        RestAssured.get("/agent/v1/indicators").then().statusCode(401);
    }

    @Test
    void shouldTakeOverWhatTheOldAgentHeldWhenTheMachineEnrolsAgain() {
        Agent old = enrol("one.corp.example");
        String id = isolate(old);
        old.actions(0).body("value", hasSize(1));

        Agent fresh = enrol("one.corp.example");

        old.actions(0).statusCode(401);
        fresh.actions(0).body("value[0].id", is(id));
    }

    @Test
    void shouldAnswerOthersWhenManyAgentsWait() {
        // Given
        Agent agent = enrol("one.corp.example");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = new ArrayList<CompletableFuture<Integer>>();
            for (int i = 0; i < 60; i++) {
                waiting.add(CompletableFuture.supplyAsync(
                        () -> agent.actions(4).extract().statusCode(), threads));
            }

            // When
            for (int i = 0; i < 20; i++) {
                with("Machine.Read.All").get("/api/machines").then().statusCode(200);
            }

            // Then
            assertThat(waiting).allSatisfy(poll -> assertThat(poll.join()).isEqualTo(200));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"61", "-1", "abc", "99999999999"})
    void shouldRefuseAWaitThatIsNone(String wait) {
        Agent agent = enrol("one.corp.example");

        for (String route : List.of("actions", "indicators?cursor=x&", "indicators?")) {
            by(agent.credential())
                    .get("/agent/v1/" + route + (route.equals("actions") ? "?" : "") + "wait=" + wait)
                    .then()
                    .statusCode(400)
                    .body("error.code", is("InvalidInput"));
        }
    }

    @Test
    void shouldTakeAReportOnlyWithALeaseTheActionWasGivenWith() {
        // Given
        Agent agent = enrol("one.corp.example");
        String id = isolate(agent);
        String first = agent.actions(0).extract().path("value[0].leaseId");
        TestDatabase.update("update machine_action set lease_expires_at = now()");
        String second = agent.actions(0).extract().path("value[0].leaseId");

        // When, then
        assertThat(second).isNotEqualTo(first);
        agent.report(id, UUID.randomUUID().toString(), "Succeeded")
                .statusCode(400)
                .body("error.code", is("InvalidInput"));
        agent.report(id, "x", "Succeeded").statusCode(400);
        with(ALL).get("/api/machineactions/" + id).then().body("status", is("InProgress"));
        agent.report(id, first, "Succeeded").statusCode(200).body("accepted", is(true));
        agent.report(id, second, "Succeeded").statusCode(200).body("accepted", is(true));
        agent.report(id, second, "Failed").statusCode(200).body("accepted", is(false));
    }

    @Test
    void shouldHearOfEveryIndicatorWhenItFollowsTheFeed() {
        // Given
        Agent agent = enrol("one.corp.example");
        indicator(1, null);
        indicator(2, WireTime.now().ticks() - 1);
        String cursor = agent.indicators("")
                .body("value.id", is(List.of("1")))
                .body("value[0].action", is("Block"))
                .extract()
                .path("cursor");
        agent.indicators("?cursor=" + cursor).body("value", hasSize(0));

        // When
        var waiting = CompletableFuture.supplyAsync(
                () -> agent.indicators("?wait=20&cursor=" + cursor).extract().jsonPath());
        indicator(3, null);

        // Then
        var page = waiting.join();
        assertThat(page.getString("value[0].id")).isEqualTo("3");
        TestDatabase.update("delete from indicator where id = 1");
        TestDatabase.update(
                "insert into indicator_change (tenant_id, indicator_id, removed, at_ticks) values (?, 1, true, 0)",
                UUID.fromString(Tokens.TENANT));
        agent.indicators("?wait=5&cursor=" + page.getString("cursor"))
                .body("value[0].change", is("Remove"))
                .body("value[0].id", is("1"));
        agent.indicators("?cursor=nonsense").statusCode(400).body("error.code", is("InvalidInput"));
    }

    @Test
    void shouldTellADeviceWhatItsSystemCanDoAndHowAWarningIsShown() {
        // Given
        Agent windows = enrol("one.corp.example");
        Agent linux = enrol("two.corp.example");
        TestDatabase.update("update machine set os_platform = 'Ubuntu' where id = ?", linux.machineId());
        for (long id = 1; id <= 5; id++) {
            indicator(id, null);
        }
        TestDatabase.update(
                "update indicator set action = 'Warn', educate_url = 'https://x.example/', bypass_duration_hours = 4 where id = 1");
        TestDatabase.update("update indicator set indicator_type = 'CertificateThumbprint' where id = 2");
        TestDatabase.update("update indicator set indicator_type = 'FileSha256' where id = 3");
        TestDatabase.update(
                "update indicator set indicator_type = 'FileSha1', action = 'BlockAndRemediate' where id = 4");
        TestDatabase.update("update indicator set indicator_type = 'FileMd5', action = 'Audit' where id = 5");

        // When
        ValidatableResponse all = windows.indicators("");
        ValidatableResponse some = linux.indicators("");

        // Then
        all.body("value.id", is(List.of("1", "2", "3", "4", "5")))
                .body("value[0].educateUrl", is("https://x.example/"))
                .body("value[0].bypassDurationHours", is(4))
                .body("value[1].educateUrl", nullValue());
        some.body("value.id", is(List.of("1", "4")));
        String cursor = some.extract().path("cursor");
        TestDatabase.update("update indicator set action = 'Block' where id = 4");
        TestDatabase.update(
                "insert into indicator_change (tenant_id, indicator_id, removed, at_ticks) values (?, 4, false, 0)",
                UUID.fromString(Tokens.TENANT));
        linux.indicators("?wait=5&cursor=" + cursor)
                .body("value.change", is(List.of("Remove")))
                .body("value.id", is(List.of("4")));
    }

    @Test
    void shouldBeFoundByTheDirectorysIdItsAgentTold() {
        Agent agent = enrol("one.corp.example");
        String device = "5a9f1d6e-1c2b-4d3e-8f90-1a2b3c4d5e6f";
        by(agent.credential())
                .body("{\"aadDeviceId\":\"" + device + "\",\"isAadJoined\":true}")
                .post("/agent/v1/checkin")
                .then()
                .statusCode(200);
        by(agent.credential()).body("{}").post("/agent/v1/checkin").then().statusCode(200);

        with("Machine.Read.All")
                .get("/api/machines/" + device)
                .then()
                .statusCode(200)
                .body("id", is(agent.machineId()))
                .body("isAadJoined", is(true))
                .body("lastExternalIpAddress", nullValue()); // it came from here
        by(agent.credential())
                .body("{\"aadDeviceId\":\"none\"}")
                .post("/agent/v1/checkin")
                .then()
                .statusCode(400);
    }

    @Test
    void shouldHearOfTheIndicatorsOfItsDeviceGroupAndBeginAnewInAnotherOne() {
        // Given
        Agent agent = enrol("one.corp.example");
        group(agent, 5, "Finance");
        indicator(1, null);
        indicator(2, null);
        indicator(3, null);
        TestDatabase.update("update indicator set rbac_group_names = '{finance}' where id = 2");
        TestDatabase.update("update indicator set rbac_group_names = '{Lab}', rbac_group_ids = '{7}' where id = 3");

        // When
        String cursor = agent.indicators("")
                .body("value.id", is(List.of("1", "2")))
                .extract()
                .path("cursor");
        agent.indicators("?cursor=" + cursor).statusCode(200).body("value", hasSize(0));
        group(agent, 7, "Other");

        // Then
        agent.indicators("?cursor=" + cursor).statusCode(410).body("error.code", is("ResyncRequired"));
        agent.indicators("").body("value.id", is(List.of("1", "3")));
    }

    private static void group(Agent agent, int id, String name) {
        TestDatabase.update(
                "update machine set rbac_group_id = ?, rbac_group_name = ? where id = ?", id, name, agent.machineId());
    }

    @Test
    void shouldAskForANewBeginningWhenTheCursorIsOfALostHistory() {
        // Given
        Agent agent = enrol("one.corp.example");
        indicator(1, null);
        String cursor = agent.indicators("").extract().path("cursor");
        String[] place = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split("\\.");

        // When, then: an epoch nobody here has heard of, and a place this one has not come to yet
        for (String lost : List.of("00000000beef." + String.join(".", place), "999999999999.7." + place[2])) {
            agent.indicators("?cursor="
                            + Base64.getUrlEncoder()
                                    .withoutPadding()
                                    .encodeToString(lost.getBytes(StandardCharsets.UTF_8)))
                    .statusCode(410)
                    .body("error.code", is("ResyncRequired"));
        }
        agent.indicators("?cursor=" + cursor).statusCode(200).body("value", hasSize(0));
    }

    @Test
    void shouldAskForANewBeginningWhenWhatCameBehindTheCursorIsForgotten() {
        // Given
        Agent agent = enrol("one.corp.example");
        indicator(1, null);
        String cursor = agent.indicators("").extract().path("cursor");
        indicator(2, null);
        String later = agent.indicators("?wait=5&cursor=" + cursor)
                .body("value.id", is(List.of("2")))
                .extract()
                .path("cursor");

        // When: as indicator-service does with what is old
        TestDatabase.update("delete from indicator_change");

        // Then: who had seen all goes on
        agent.indicators("?cursor=" + cursor).statusCode(410).body("error.code", is("ResyncRequired"));
        agent.indicators("?cursor=" + later).statusCode(200).body("value", hasSize(0));
        agent.indicators("").body("value.id", is(List.of("1", "2")));
        indicator(3, null);
        agent.indicators("?wait=5&cursor=" + later).body("value.id", is(List.of("3")));
    }

    private static void indicator(long id, Long expires) {
        UUID tenant = UUID.fromString(Tokens.TENANT);
        TestDatabase.update(
                "insert into indicator (id, tenant_id, indicator_value, indicator_type, match_value, action, created_by, severity, title, description, creation_ticks, expiration_ticks, last_update_ticks) values (?, ?, ?, 'IpAddress', ?, 'Block', 'x', 'High', 't', 'd', 1, cast(? as bigint), 1)",
                id,
                tenant,
                "203.0.113." + id,
                "203.0.113." + id,
                expires);
        TestDatabase.update(
                "insert into indicator_change (tenant_id, indicator_id, removed, at_ticks) values (?, ?, false, 0)",
                tenant,
                id);
    }

    private static io.restassured.response.ValidatableResponse enrolWith(String body) {
        return RestAssured.given()
                .contentType("application/json")
                .body(body)
                .post("/agent/v1/enroll")
                .then();
    }
}
