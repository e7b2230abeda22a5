package io.tocsin.alert.matching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.alert.ApiTest;
import io.tocsin.alert.IndicatorPeer;
import io.tocsin.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

/// What an indicator matched is told where people look: in the story of its incident, and in how many machines saw it.
@QuarkusTest
class HitsInTheStoryTest extends ApiTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String ANOTHER = "7".repeat(40);
    private static final String ADDRESS = "203.0.113.77";
    private static final String ACTOR_SHA1 = "2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e";
    private static final String ACTOR_SHA256 = "9".repeat(64);

    @Test
    void shouldTellTheHitWithItsIndicatorAndOnHowManyMachinesItWasSeen() {
        // Given
        IndicatorPeer.blocks(ADDRESS);

        Instant begun = Instant.now().minusSeconds(3_600).truncatedTo(ChronoUnit.SECONDS);

        // When
        events(connection(ADDRESS, begun.toString(), 1) + "\n"
                + connection(ADDRESS, begun.plusSeconds(2).toString(), 2).replace(MACHINE, ANOTHER) + "\n"
                + connection(ADDRESS, begun.plusSeconds(153).toString(), 3));

        // Then
        String entity = "entities.find { it.value == '" + ADDRESS + "' }.";
        story().body("alerts.title", everyItem(is("C2 " + ADDRESS)))
                .body("alerts.machineId", hasItems(MACHINE, ANOTHER))
                .body(entity + "verdict", is("Block"))
                .body(entity + "indicatorId", is("412"))
                .body(entity + "machines", is(2));
        await().untilAsserted(() -> with("Ip.Read.All")
                .get("/api/ips/" + ADDRESS + "/stats")
                .then()
                .statusCode(200)
                .body("organizationPrevalence", is(2)));
        assertThat(TestDatabase.column("""
                        select machine_id || ' ' || matches || ' ' || (last_seen_ticks - first_seen_ticks) / 10000000
                        from indicator_sighting where indicator_id = 412 order by machine_id
                        """)).containsExactly(MACHINE + " 2 153", ANOTHER + " 1 0");
    }

    @Test
    void shouldTellTheVerdictOfAFileByWhicheverOfItsHashesIsKnown() {
        // Given
        IndicatorPeer.blocks(ACTOR_SHA1);

        // When
        events(of(MACHINE, 1) + "\n" + of(ANOTHER, 2));

        // Then
        String file = "entities.find { it.value == '" + ACTOR_SHA256 + "' }.";
        story().body("alerts", hasSize(2))
                .body(file + "verdict", is("Block"))
                .body(file + "indicatorId", is("412"))
                .body(file + "machines", is(2));
    }

    private static String of(String machine, int reportId) {
        return connection("203.0.113.5", "2026-02-03T09:15:27Z", reportId)
                .replace(MACHINE, machine)
                .replace(
                        "\"InitiatingProcessSHA1\"",
                        "\"InitiatingProcessSHA256\":\"" + ACTOR_SHA256 + "\",\"InitiatingProcessSHA1\"");
    }

    /// Of the incident both alerts are in.
    private static ValidatableResponse story() {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                TestDatabase.column("select distinct incident_id from alert group by incident_id"
                                        + " having incident_id is not null and count(*) = 2"))
                        .hasSize(1));
        Object incident = TestDatabase.value("select min(incident_id) from alert");
        return with("Incident.Read.All")
                .get("/v1/incidents/" + incident + "/story")
                .then()
                .statusCode(200);
    }
}
