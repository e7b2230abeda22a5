package io.tocsin.indicator.sighting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.indicator.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import io.tocsin.wire.WireTime;
import org.junit.jupiter.api.Test;

@QuarkusTest
class SightingTest extends ApiTest {

    private static final String ONE = "6".repeat(40);
    private static final String OTHER = "7".repeat(40);
    private static final WireTime NOW = WireTime.now();

    @Test
    void shouldTellWhatAnIndicatorMatchedAndWhere() {
        // Given
        String id = stored("bad.example");
        seen(id, ONE, 3, NOW.plusSeconds(-7200), NOW.plusSeconds(-3600));
        seen(id, OTHER, 1, NOW.plusSeconds(-60), NOW.plusSeconds(-60));

        // When
        var answer = with("Ti.ReadWrite.All")
                .get("/v1/indicators/" + id + "/sightings")
                .then();

        // Then
        answer.statusCode(200)
                .body("matches", is(4))
                .body("machines", is(2))
                .body("firstSeen", is(NOW.plusSeconds(-7200).toString()))
                .body("lastSeen", is(NOW.plusSeconds(-60).toString()))
                .body("score", is(100))
                .body("value.machineId", contains(ONE, OTHER))
                .body("value[0].matches", is(3))
                .body("cursor", nullValue());
        with("Ti.ReadWrite.All")
                .get("/v1/indicators/" + id + "/sightings?limit=1&cursor=" + ONE)
                .then()
                .body("value.machineId", contains(OTHER))
                .body("cursor", is(OTHER));
    }

    @Test
    void shouldLoseHalfItsScoreInAHalfLife() {
        String id = stored("bad.example");
        TestDatabase.update(
                "update indicator set creation_ticks = ?",
                NOW.plusSeconds(-30L * 24 * 3600).ticks());

        with("Ti.ReadWrite.All")
                .get("/v1/indicators/" + id + "/sightings")
                .then()
                .body("score", is(50))
                .body("matches", is(0))
                .body("lastSeen", nullValue())
                .body("value", empty());
    }

    @Test
    void shouldListWhatNothingHasMatchedForLong() {
        // Given
        String never = stored("never.example");
        String longAgo = stored("long-ago.example");
        String lately = stored("lately.example");
        TestDatabase.update(
                "update indicator set creation_ticks = ?",
                NOW.plusSeconds(-100L * 24 * 3600).ticks());
        stored("new.example");
        seen(longAgo, ONE, 2, NOW.plusSeconds(-99L * 24 * 3600), NOW.plusSeconds(-95L * 24 * 3600));
        seen(lately, ONE, 2, NOW.plusSeconds(-99L * 24 * 3600), NOW.plusSeconds(-3600));

        // Then
        with("Ti.ReadWrite.All")
                .get("/v1/indicators/unseen?days=90")
                .then()
                .statusCode(200)
                .body("value.indicator.id", contains(never, longAgo))
                .body("value.sightings.matches", contains(0, 2))
                .body("cursor", nullValue());
        with("Ti.ReadWrite.All")
                .get("/v1/indicators/unseen?days=90&limit=1&cursor=" + never)
                .then()
                .body("value.indicator.id", contains(longAgo));
        with("Ti.ReadWrite.All")
                .get("/v1/indicators/unseen?days=1&limit=10")
                .then()
                .body("value", hasSize(2));
        by(Tokens.of(Tokens.TENANT, "feed", "Ti.ReadWrite"))
                .get("/v1/indicators/unseen")
                .then()
                .body("value", empty());
    }

    @Test
    void shouldGiveThemOutByTaxiiAsSightings() {
        // Given
        String id = stored("bad.example");
        stored("never.example");
        seen(id, ONE, 3, NOW.plusSeconds(-7200), NOW.plusSeconds(-3600));
        seen(id, OTHER, 1, NOW.plusSeconds(-60), NOW.plusSeconds(-60));
        String indicator = with("Ti.Read.All")
                .get("/taxii2/api/collections/all/objects/")
                .then()
                .extract()
                .path("objects[0].id");

        // Then
        String sighting = with("Ti.Read.All")
                .get("/taxii2/api/collections/sightings/objects/")
                .then()
                .statusCode(200)
                .body("objects", hasSize(1))
                .body("objects[0].type", is("sighting"))
                .body("objects[0].sighting_of_ref", is(indicator))
                .body("objects[0].count", is(4))
                .extract()
                .path("objects[0].id");
        with("Ti.Read.All")
                .get("/taxii2/api/collections/sightings/objects/" + sighting + "/")
                .then()
                .statusCode(200)
                .body("objects[0].id", is(sighting));
        with("Ti.Read.All")
                .get("/taxii2/api/collections/sightings/objects/?match[type]=indicator")
                .then()
                .body("objects", nullValue());
        with("Ti.Read.All")
                .get("/taxii2/api/collections/sightings/manifest/?added_after=" + NOW.plusSeconds(-30))
                .then()
                .body("objects", nullValue());
        with("Ti.Read.All").get("/taxii2/api/collections/").then().body("collections.alias", hasItem("sightings"));
        with("Ti.ReadWrite.All")
                .delete("/taxii2/api/collections/sightings/objects/" + indicator + "/")
                .then()
                .statusCode(404);
    }

    /// A machine that was away tells today what it saw last week: who follows hears of it, and what an object is called
    /// since when it is stays as it was.
    @Test
    void shouldTellByTaxiiWhatCameLate() {
        // Given
        String id = stored("bad.example");
        seen(id, ONE, 3, NOW.plusSeconds(-90), NOW.plusSeconds(-60));
        String since = "/taxii2/api/collections/sightings/objects/?added_after=" + NOW.plusSeconds(-40);
        with("Ti.Read.All").get(since).then().body("objects", nullValue());

        // When
        seen(id, OTHER, 1, NOW.plusSeconds(-604_800), NOW.plusSeconds(-604_800));
        TestDatabase.update(
                "update indicator_sighting set changed_ticks = ? where machine_id = ?",
                NOW.plusSeconds(-20).ticks(),
                OTHER);

        // Then
        String created =
                TestDatabase.value("select creation_ticks from indicator").toString();
        ValidatableResponse told = with("Ti.Read.All").get(since).then().body("objects", hasSize(1));
        told.body("objects[0].count", is(4));
        assertThat(WireTime.parse(told.extract().path("objects[0].created")).ticks())
                .hasToString(created);
        assertThat(WireTime.parse(told.extract().path("objects[0].first_seen")).ticks())
                .isEqualTo(NOW.plusSeconds(-604_800).ticks());
        TestDatabase.update(
                "update indicator_sighting set changed_ticks = ?",
                NOW.plusSeconds(3_600).ticks());
        with("Ti.Read.All").get(since).then().body("objects", nullValue()); // not before it has settled
    }

    @Test
    void shouldRefuseWhatItCannotTell() {
        with("Ti.ReadWrite.All").get("/v1/indicators/99/sightings").then().statusCode(404);
        with("Ti.ReadWrite.All").get("/v1/indicators/x/sightings").then().statusCode(404);
        with("Ti.ReadWrite.All").get("/v1/indicators/unseen?days=0").then().statusCode(400);
        with("Ti.ReadWrite.All").get("/v1/indicators/unseen?cursor=x").then().statusCode(400);
        with("Ti.ReadWrite.All").get("/v1/indicators/unseen?limit=1001").then().statusCode(400);
    }

    private static String stored(String domain) {
        return submit(json(domain, "DomainName", "Block")).extract().path("id");
    }

    private static void seen(String indicator, String machine, int matches, WireTime first, WireTime last) {
        TestDatabase.update(
                """
                insert into indicator_sighting (tenant_id, indicator_id, machine_id, matches, first_seen_ticks, last_seen_ticks)
                values (cast(? as uuid), ?, ?, ?, ?, ?)
                """, Tokens.TENANT, Long.parseLong(indicator), machine, matches, first.ticks(), last.ticks());
    }
}
