package io.tocsin.alert.matching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.alert.ApiTest;
import io.tocsin.alert.IndicatorPeer;
import io.tocsin.testkit.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@QuarkusTest
class MatchTelemetryTest extends ApiTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void shouldRaiseOneAlertInTheIndicatorsWordsWhenAnEventMatches() {
        // Given
        IndicatorPeer.blocks("203.0.113.77");

        // When
        events(connection("203.0.113.77", "2026-02-03T09:15:27.1043382Z", 1) + "\n"
                + connection("203.0.113.78", "2026-02-03T09:15:28Z", 2));
        events(connection("203.0.113.77", "2026-02-03T09:18:00Z", 3));

        // Then
        await().atMost(SOON)
                .untilAsserted(() -> with("Alert.Read.All")
                        .get("/api/alerts?$expand=evidence")
                        .then()
                        .body("value.size()", is(1))
                        .body("value[0].detectionSource", is("CustomerTI"))
                        .body("value[0].title", is("C2 203.0.113.77"))
                        .body("value[0].severity", is("High"))
                        .body("value[0].category", is("CommandAndControl"))
                        .body("value[0].machineId", is(MACHINE))
                        .body("value[0].lastEventTime", is("2026-02-03T09:18:00Z"))
                        .body("value[0].evidence.entityType", hasItems("Ip", "Process")));
    }

    @Test
    void shouldLoseNoMatchWhenThePeerIsDownForAWhile() {
        // Given
        IndicatorPeer.goesDown();
        events(connection("203.0.113.77", "2026-02-03T09:15:27Z", 1));

        // When
        await().during(Duration.ofSeconds(1)).until(() -> TestDatabase.count("alert") == 0);
        IndicatorPeer.blocks("203.0.113.77");

        // Then
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(TestDatabase.count("alert")).isEqualTo(1));
    }

    @Test
    void shouldCountEachMatchOnceWhetherAnAlertIsWantedOrNot() {
        // Given
        IndicatorPeer.blocks("203.0.113.77");

        // When
        events(connection("203.0.113.77", "2026-02-03T09:15:27Z", 1) + "\n"
                + connection("203.0.113.78", "2026-02-03T09:15:28Z", 2));
        events(connection("203.0.113.77", "2026-02-03T09:18:00Z", 3));

        // Then
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(TestDatabase.column("""
                                select indicator_id || ' ' || machine_id || ' ' || matches || ' ' || last_seen_ticks - first_seen_ticks
                                from indicator_sighting
                                """)).containsExactly("412 " + MACHINE + " 2 1530000000"));
    }

    @Test
    void shouldHeedIndicatorsOfTheMachinesDeviceGroup() {
        // Given
        IndicatorPeer.blocksOn(MACHINE, "203.0.113.77");

        // When
        events(connection("203.0.113.77", "2026-02-03T09:15:27Z", 1) + "\n"
                + connection("203.0.113.77", "2026-02-03T09:15:28Z", 2).replace(MACHINE, "7".repeat(40)));

        // Then
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(TestDatabase.column("select machine_id from indicator_sighting"))
                        .containsExactly(MACHINE));
        assertThat(TestDatabase.column("select machine_id from alert")).containsExactly(MACHINE);
    }
}
