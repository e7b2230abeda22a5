package io.tocsin.alert.retrohunt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.alert.ApiTest;
import io.tocsin.alert.IndicatorPeer;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import io.tocsin.wire.WireTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@QuarkusTest
class RetroHuntTest extends ApiTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String ADDRESS = "203.0.113.77";
    private static final long INDICATOR = 412; // the peer's

    private final WireTime hourAgo = WireTime.now().plusSeconds(-3600);

    @Test
    void shouldRaiseAnAlertAboutWhatWasStoredBeforeTheIndicatorWas() {
        // Given
        seen(connection(ADDRESS, hourAgo.toString(), 1) + "\n"
                + connection(ADDRESS, hourAgo.plusSeconds(1800).toString(), 2) + "\n"
                + connection("203.0.113.78", hourAgo.toString(), 3));

        // When
        IndicatorPeer.blocks(ADDRESS);
        indicator("IpAddress", ADDRESS);

        // Then
        await().atMost(SOON)
                .untilAsserted(() -> with("Alert.Read.All")
                        .get("/api/alerts?$expand=evidence")
                        .then()
                        .body("value", hasSize(1))
                        .body("value[0].title", is("C2 " + ADDRESS))
                        .body("value[0].detectionSource", is("CustomerTI"))
                        .body("value[0].machineId", is(MACHINE))
                        .body("value[0].firstEventTime", is(hourAgo.toString()))
                        .body(
                                "value[0].lastEventTime",
                                is(hourAgo.plusSeconds(1800).toString())));
        finished(1);
        with("Ti.Read.All")
                .get("/v1/retro-hunts")
                .then()
                .statusCode(200)
                .body("value", hasSize(1))
                .body("value[0].valuesMatched", is(1))
                .body("value[0].valuesLooked", greaterThan(1))
                .body("value[0].machines", is(1))
                .body("value[0].alerts", is(1))
                .body("value[0].phase", is("Url"))
                .body("value[0].finished", notNullValue());
        assertThat(TestDatabase.value("select matches from indicator_sighting where indicator_id = ?", INDICATOR))
                .isEqualTo(2L);
    }

    @Test
    void shouldLeaveOneAlertAsItIsWhenTheIndicatorIsHuntedForAgain() {
        // Given
        seen(connection(ADDRESS, hourAgo.toString(), 1));
        IndicatorPeer.blocks(ADDRESS);
        indicator("IpAddress", ADDRESS);
        finished(1);
        String alert = (String) TestDatabase.value("select id from alert");
        with("Alert.ReadWrite.All").body("{\"status\":\"Resolved\"}").patch("/api/alerts/" + alert);

        // When
        changed();
        finished(2);

        // Then
        assertThat(TestDatabase.column("select status from alert")).containsExactly("Resolved");
        assertThat(TestDatabase.value("select matches from indicator_sighting")).isEqualTo(1L);
        with("Ti.Read.All")
                .get("/v1/retro-hunts?limit=1")
                .then()
                .body("value[0].id", is("2"))
                .body("cursor", is("2"));
        with("Ti.Read.All").get("/v1/retro-hunts?limit=1&cursor=2").then().body("value[0].id", is("1"));
    }

    @Test
    void shouldNotHuntForIndicatorsThatAreNotNew() {
        // Given
        seen(connection(ADDRESS, hourAgo.toString(), 1));
        IndicatorPeer.blocks(ADDRESS);
        TestDatabase.update("""
                insert into retro_hunt (tenant_id, state, since_ticks, until_xid, until_id, begun_ticks, ready_ticks,
                    updated_ticks)
                values (cast(? as uuid), 'Finished', 0, '0', 0, ?, 0, 0)
                """, Tokens.TENANT, WireTime.now().ticks() - 1);

        // When
        indicator("IpAddress", ADDRESS, hourAgo);
        finished(2);

        // Then
        assertThat(TestDatabase.count("alert")).isZero();
    }

    @Test
    void shouldFollowTheHostOfAUrlToWhatWasAskedOfIt() {
        // Given
        seen(connection("203.0.113.78", hourAgo.toString(), 1)
                .replace("\"RemoteUrl\":null", "\"RemoteUrl\":\"bad.example/load/a\""));

        // When
        IndicatorPeer.blocks("bad.example/load/a");
        indicator("Url", "bad.example/load/a");

        // Then
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(TestDatabase.count("alert")).isEqualTo(1));
    }

    @Test
    void shouldFindAFileByItsOtherHashes() {
        // Given
        String sha256 = "ab".repeat(32);
        seen(connection("203.0.113.78", hourAgo.toString(), 1)
                .replace(
                        "\"InitiatingProcessSHA1\"",
                        "\"InitiatingProcessSHA256\":\"" + sha256 + "\",\"InitiatingProcessSHA1\""));

        // When
        IndicatorPeer.blocks(sha256);
        indicator("FileSha256", sha256);

        // Then
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(TestDatabase.count("alert")).isEqualTo(1));
    }

    @Test
    void shouldGoOnWhenThePeerIsBack() {
        // Given
        seen(connection(ADDRESS, hourAgo.toString(), 1));
        IndicatorPeer.goesDown();
        indicator("IpAddress", ADDRESS);
        await().atMost(SOON)
                .until(() -> TestDatabase.column("select id from retro_hunt where state = 'Running'")
                                .size()
                        == 1);

        // When
        IndicatorPeer.blocks(ADDRESS);

        // Then
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(TestDatabase.count("alert")).isEqualTo(1));
        finished(1);
    }

    @Test
    void shouldRefuseWhatIsNoHunt() {
        with("Ti.Read.All").get("/v1/retro-hunts/7").then().statusCode(404).body("error.code", is("ResourceNotFound"));
        with("Ti.Read.All").get("/v1/retro-hunts/x").then().statusCode(404);
        with("Ti.Read.All")
                .get("/v1/retro-hunts?limit=0")
                .then()
                .statusCode(400)
                .body("error.code", is("InvalidInput"));
        with("Ti.Read.All").get("/v1/retro-hunts?cursor=x").then().statusCode(400);
    }

    /// Until matching and the sightings have it, so that it is a hunt alone that can find it.
    private static void seen(String lines) {
        events(lines).statusCode(200);
        await().atMost(SOON).until(() -> TestDatabase.column("""
                                select p.consumer from event_position p, (
                                    select change_xid, event_id from device_event order by change_xid desc, event_id desc limit 1) e
                                where p.consumer in ('indicator-matching', 'entity-sightings')
                                  and (p.change_xid, p.event_id) >= (e.change_xid, e.event_id)
                                """).size() == 2);
    }

    private static void indicator(String type, String value) {
        indicator(type, value, WireTime.now());
    }

    private static void indicator(String type, String value, WireTime updated) {
        TestDatabase.update("""
                insert into indicator (tenant_id, id, indicator_value, indicator_type, match_value, action, created_by,
                    severity, title, description, creation_ticks, last_update_ticks)
                values (cast(? as uuid), ?, ?, ?, ?, 'Block', 'test', 'High', 't', 'd', ?, ?)
                """, Tokens.TENANT, INDICATOR, value, type, value, updated.ticks(), updated.ticks());
        changed();
    }

    private static void changed() {
        TestDatabase.update(
                "insert into indicator_change (tenant_id, indicator_id, removed, at_ticks) values (cast(? as uuid), ?, false, ?)",
                Tokens.TENANT,
                INDICATOR,
                WireTime.now().ticks());
    }

    private static void finished(long hunt) {
        await().atMost(SOON)
                .until(() -> TestDatabase.column("select id from retro_hunt where state = 'Finished' and id = ?", hunt)
                                .size()
                        == 1);
    }
}
