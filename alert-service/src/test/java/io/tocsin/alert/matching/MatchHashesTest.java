package io.tocsin.alert.matching;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.alert.ApiTest;
import io.tocsin.alert.IndicatorPeer;
import io.tocsin.testkit.TestDatabase;
import java.time.Duration;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.Test;

@QuarkusTest
class MatchHashesTest extends ApiTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String ACTOR = "2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e";

    @Test
    void shouldRaiseAnAlertWhenTheFileOfTheActingProcessMatches() {
        // Given
        IndicatorPeer.blocks(ACTOR);

        // When
        events(connection("10.0.0.7", "2026-02-03T09:15:27Z", 1));

        // Then
        theOnlyAlert("value[0].evidence.fileName", hasItem("upd.exe"));
        theOnlyAlert("value[0].evidence.sha1", hasItem(ACTOR));
    }

    @Test
    void shouldRaiseAnAlertWhenTheIndicatorIsAuditedAndSaysNothingElse() {
        // Given
        IndicatorPeer.audits("203.0.113.77");

        // When
        events(connection("203.0.113.77", "2026-02-03T09:15:27Z", 1));

        // Then
        theOnlyAlert("value[0].title", is("Indicator 203.0.113.77 was seen"));
        theOnlyAlert("value[0].severity", is("Informational"));
        theOnlyAlert("value[0].category", is("SuspiciousActivity"));
    }

    @Test
    void shouldGoOnWhenAnEventHoldsWhatNoIndicatorCanName() {
        // Given
        IndicatorPeer.blocks("203.0.113.77");

        // When
        events(connection("not-an-address", "2026-02-03T09:15:27Z", 1) + "\n"
                + connection("203.0.113.77", "2026-02-03T09:15:28Z", 2));

        // Then
        theOnlyAlert("value[0].firstEventTime", is("2026-02-03T09:15:28Z"));
    }

    @Test
    void shouldOpenAnotherAlertWhenTheFormerOneIsResolved() {
        // Given
        IndicatorPeer.blocks("203.0.113.77");
        events(connection("203.0.113.77", "2026-02-03T09:15:27Z", 1));
        theOnlyAlert("value[0].status", is("New"));
        String former = (String) TestDatabase.value("select id from alert");
        with("Alert.ReadWrite.All").body("{\"status\":\"Resolved\"}").patch("/api/alerts/" + former);

        // When
        events(connection("203.0.113.77", "2026-02-03T09:25:27Z", 2));

        // Then
        await().atMost(SOON)
                .untilAsserted(() -> with("Alert.Read.All")
                        .get("/api/alerts?$filter=status%20eq%20'New'")
                        .then()
                        .body("value", hasSize(1))
                        .body("value[0].firstEventTime", is("2026-02-03T09:25:27Z")));
    }

    private static void theOnlyAlert(String path, Matcher<?> matcher) {
        await().atMost(SOON)
                .untilAsserted(() -> with("Alert.Read.All")
                        .get("/api/alerts?$expand=evidence")
                        .then()
                        .body("value", hasSize(1))
                        .body(path, matcher));
    }
}
