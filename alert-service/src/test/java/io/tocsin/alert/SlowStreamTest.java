package io.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.testkit.SlowRequest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Senders that keep a stream open and write a line now and then.
@QuarkusTest
class SlowStreamTest extends ApiTest {

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAnswerALineOfAlertsBeforeTheNextOneIsSent(boolean packed) throws Exception {
        try (var request = SlowRequest.post("/v1/alerts", Tokens.application("Alert.ReadWrite.All"), packed)) {
            for (int number = 1; number <= 3; number++) {
                // When
                request.send(alert(number) + "\n");

                // Then
                assertThat(request.nextLine()).contains("\"line\":" + number, "\"status\":201");
            }
            request.end();
            assertThat(request.nextLine()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldStoreWholeLinesOfAlertsWhenTheSenderPausesWithinOne(boolean packed) throws Exception {
        try (var request = SlowRequest.post("/v1/alerts", Tokens.application("Alert.ReadWrite.All"), packed)) {
            // When
            request.send(alert(1) + "\n" + alert(2).substring(0, 20));

            // Then
            await().until(() -> TestDatabase.count("alert") == 1);
            request.send(alert(2).substring(20) + "\n");
            request.end();
            assertThat(request.nextLine()).contains("\"line\":1", "\"status\":201");
            assertThat(request.nextLine()).contains("\"line\":2", "\"status\":201");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldStoreEventsWhenTheSenderPauses(boolean packed) throws Exception {
        try (var request = SlowRequest.post("/v1/events", Tokens.application("Event.Write"), packed)) {
            // When
            request.send(connection("203.0.113.5", "2026-02-03T09:15:27Z", 1) + "\n{\"half");

            // Then
            await().until(() -> TestDatabase.count("device_event") == 1);
            request.send("\":1}\n" + connection("203.0.113.5", "2026-02-03T09:15:28Z", 2));
            request.end();
            assertThat(request.nextLine()).contains("\"received\":3", "\"stored\":2", "\"failed\":1");
        }
    }

    private static String alert(int number) {
        return "{\"source\":\"slow\",\"sourceRef\":\"a-" + number + "\",\"title\":\"Beacon\",\"severity\":\"High\"}";
    }
}
