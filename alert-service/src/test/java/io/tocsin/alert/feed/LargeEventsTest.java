package io.tocsin.alert.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.tocsin.alert.ApiTest;
import io.tocsin.alert.Followed;
import io.tocsin.alert.telemetry.EventFeed.Place;
import io.tocsin.alert.telemetry.EventFeed.Stretch;
import io.tocsin.alert.telemetry.NextEvents;
import io.tocsin.db.Statements;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.TestPostgres;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/// Events of nearly a mebibyte each: whoever reads them takes few at a time, and misses none.
@QuarkusTest
class LargeEventsTest extends ApiTest {

    private static final int MANY = 10;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTellLargeEventsInShortPagesAlsoThoseThatWereNotWeighed(boolean before) {
        // Given
        send();
        assertThat(TestDatabase.column("select weight > 900000 from device_event"))
                .hasSize(MANY)
                .containsOnly(true);
        if (before) {
            TestDatabase.update("update device_event set weight = null");
        }

        // When
        var pages = new ArrayList<Integer>();
        var reports = new ArrayList<Long>();
        String cursor = "from=beginning";
        boolean more = true;
        while (more) {
            Response page = with("AdvancedHunting.Read.All").get("/v1/feeds/events?limit=1000&" + cursor);
            page.then().statusCode(200);
            List<JsonPath> lines = page.asString().lines().map(JsonPath::new).toList();
            List<Long> told = lines.stream()
                    .filter(line -> line.get("properties") != null)
                    .map(line -> line.getLong("properties.ReportId"))
                    .toList();
            pages.add(told.size());
            reports.addAll(told);
            cursor = "cursor=" + lines.getLast().getString("cursor");
            more = page.header("Tocsin-More").equals("true");
        }

        // Then
        assertThat(reports).isEqualTo(LongStream.rangeClosed(1, MANY).boxed().toList());
        if (before) {
            assertThat(pages).hasSizeBetween(2, MANY);
        } else {
            assertThat(pages).isEqualTo(List.of(4, 4, 2));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldFollowLargeEventsFewAtATimeToTheEnd(boolean before) {
        // Given
        send();
        assertThat(TestDatabase.count("process")).isEqualTo(1);
        if (before) {
            TestDatabase.update("update device_event set weight = null");
        }

        // When
        var database = new PGSimpleDataSource();
        database.setUrl(System.getProperty("tocsin.test.jdbc-url"));
        database.setUser("tocsin_owner");
        database.setPassword(TestPostgres.password());
        var feed = new NextEvents(new Statements(database));
        var looks = new ArrayList<String>();
        var first = feed.behind(Place.START, 1_000).orElseThrow();
        var place = new Stretch(Place.START, first.to(), first.more());
        looks.add(count(place) + " " + place.more());
        while (place.more()) {
            var next = feed.behind(place.to(), 1_000).orElseThrow();
            place = new Stretch(place.to(), next.to(), next.more());
            looks.add(count(place) + " " + place.more());
        }

        // Then
        assertThat(looks.getLast()).endsWith("false");
        assertThat(looks).hasSizeBetween(2, MANY);
        assertThat(looks.stream()
                        .mapToInt(look -> Integer.parseInt(look.split(" ")[0]))
                        .sum())
                .isEqualTo(MANY);
        await().untilAsserted(() -> assertThat(TestDatabase.value("""
                        select not exists (select from device_event e, event_position p where p.consumer = 'entity-sightings'
                            and (e.change_xid, e.event_id) > (p.change_xid, p.event_id))
                        """)).isEqualTo(true));
    }

    private static long count(Stretch stretch) {
        return TestDatabase.count(
                "device_event e where (change_xid, event_id) > ('%s', %d) and (change_xid, event_id) <= ('%s', %d)"
                        .formatted(
                                stretch.from().changeXid(),
                                stretch.from().eventId(),
                                stretch.to().changeXid(),
                                stretch.to().eventId()));
    }

    private static void send() {
        String fields = LongStream.rangeClosed(1, 30)
                .mapToObj(n -> "\"Odd" + n + "\":\"" + "x".repeat(32_000) + "\",")
                .reduce("", String::concat);
        for (int i = 1; i <= MANY; i++) {
            String line = connection("203.0.113.5", "2026-02-03T09:15:27Z", i).replace("\"RemoteUrl\":null,", fields);
            events(line).statusCode(200).body("stored", is(1));
        }
        Followed.all(); // an open writer would hold the end of the feed back
    }
}
