package io.tocsin.alert.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.tocsin.alert.ApiTest;
import io.tocsin.alert.Followed;
import io.tocsin.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        assertThat(pages).isEqualTo(before ? List.of(MANY) : List.of(4, 4, 2));
    }

    @Test
    void shouldFollowLargeEventsToTheEnd() {
        send();

        Followed.all();

        assertThat(TestDatabase.count("process")).isEqualTo(1);
    }

    private static void send() {
        String fields = LongStream.rangeClosed(1, 30)
                .mapToObj(n -> "\"Odd" + n + "\":\"" + "x".repeat(32_000) + "\",")
                .reduce("", String::concat);
        for (int i = 1; i <= MANY; i++) {
            String line = connection("203.0.113.5", "2026-02-03T09:15:27Z", i).replace("\"RemoteUrl\":null,", fields);
            events(line).statusCode(200).body("stored", is(1));
        }
    }
}
