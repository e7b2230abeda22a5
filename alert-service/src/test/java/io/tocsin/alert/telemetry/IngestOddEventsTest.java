package io.tocsin.alert.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class IngestOddEventsTest extends ApiTest {

    private static final String GOOD = connection("203.0.113.5", "2026-02-03T09:15:27Z", 1);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "AlertInfo     | {\"category\":\"AdvancedHunting-AlertInfo\",\"properties\":{\"Timestamp\":\"2026-02-03T09:15:27Z\",\"AlertId\":\"da1\"}}",
                "DeviceInfo    | {\"category\":\"AdvancedHunting-DeviceInfo\",\"properties\":{\"Timestamp\":\"2026-02-03T09:15:27Z\",\"DeviceId\":\"a\"}}",
                "AlertEvidence | {\"Timestamp\":\"2026-02-03T09:15:27Z\",\"AlertId\":\"da1\",\"EntityType\":\"Ip\",\"DeviceId\":\"a\"}",
                "UrlClickEvents | {\"category\":\"AdvancedHunting-UrlClickEvents\",\"properties\":{\"ActionType\":\"ClickAllowed\"}}",
            })
    void shouldSkipTheRowWhenItsTableIsNotKept(String table, String row) {
        events("{\"records\":[" + row + "," + GOOD + "]}")
                .statusCode(200)
                .body("failed", is(0))
                .body("stored", is(1))
                .body("skippedBy." + table, is(1));
    }

    /// A script of an attack is longer than other values, and is what is looked for.
    @Test
    void shouldKeepLongAdditionalFieldsWhole() {
        String script = "Invoke-Thing \\\\\\\"q\\\\\\\" ".repeat(3_000);
        String event = GOOD.replace(
                "\"AdditionalFields\":null", "\"AdditionalFields\":\"{\\\"Script\\\":\\\"" + script + "\\\"}\"");

        events(event).statusCode(200).body("failed", is(0)).body("stored", is(1));

        assertThat((Integer) TestDatabase.value("select length(additional_fields ->> 'Script') from device_event"))
                .isGreaterThan(40_000);
    }

    @Test
    void shouldStoreTheOtherRecordsOfAMessageWhenOneIsBroken() {
        String broken = connection("203.0.113.5", "soon", 2);

        events("{\"records\":[" + GOOD + "," + broken + ",17," + connection("203.0.113.6", "2026-02-03T09:15:28Z", 3)
                        + "]}")
                .statusCode(200)
                .body("stored", is(2))
                .body("failed", is(2))
                .body("errors.line", is(List.of(1, 1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"{\\\"a\\\":1} {\\\"b\\\":2}\"",
                "\"{\\\"a\\\":\\\"\\\\ud800\\\"}\"",
                "\"{\\\"a\\\":\\\"\\\\u0000\\\"}\"",
                "\"{\\\"a\\\":\\\"C:\\\\\\\\u0000\\\"}\"",
                "\"{\\\"a\\\":1e200000}\"",
                "{\"a\":\"\\ud800\"}",
                "\"\\u0000\"",
                "17"
            })
    void shouldKeepTheEventWhenItsAdditionalFieldsAreOdd(String additional) {
        withAdditional(additional).statusCode(200).body("stored", is(1)).body("failed", is(0));

        assertThat(TestDatabase.value("select additional_fields is not null from device_event"))
                .isEqualTo(true);
    }

    @Test
    void shouldNameTheLineAndStoreTheRestWhenADeviceHasNoPossibleName() {
        events(GOOD + "\n" + later(3).replace("WS6.corp.example", "x".repeat(300)) + "\n" + later(4))
                .statusCode(200)
                .body("stored", is(2))
                .body("errors.line", is(List.of(2)))
                .body("errors[0].message", containsString("name"));
    }

    @Test
    void shouldNameTheLineAndStoreTheRestWhenTheDatabaseRefusesAValue() {
        // Given
        TestDatabase.update("""
                create function refuse_poison() returns trigger language plpgsql as
                $$ begin raise exception 'poison' using errcode = '22023'; end $$
                """);
        TestDatabase.update("""
                create trigger refuse_poison before insert on device_event for each row
                when (new.initiating_process_file_name = 'poison') execute function refuse_poison()
                """);

        try {
            // When
            ValidatableResponse answer =
                    events(GOOD + "\n" + later(3).replace("upd.exe", "poison") + "\n" + GOOD + "\n" + later(4));

            // Then
            answer.statusCode(200)
                    .body("stored", is(2))
                    .body("duplicates", is(1))
                    .body("failed", is(1))
                    .body("errors.line", is(List.of(2)));
        } finally {
            TestDatabase.update("drop function refuse_poison cascade");
        }
    }

    @Test
    void shouldGoOnWhenALineIsNotEvenText() {
        byte[] good = ("\n" + GOOD).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        byte[] noise = new byte[500];
        new Random(7).nextBytes(noise);
        for (int i = 0; i < noise.length; i++) {
            noise[i] = noise[i] == '\n' ? 0 : noise[i];
        }
        byte[] lines = java.util.Arrays.copyOf(noise, noise.length + good.length);
        System.arraycopy(good, 0, lines, noise.length, good.length);

        events(lines).statusCode(200).body("stored", is(1)).body("errors.line", is(List.of(1)));
    }

    private static String later(int reportId) {
        return connection("203.0.113.5", "2026-02-03T09:15:28Z", reportId);
    }

    private static ValidatableResponse withAdditional(String json) {
        return events(GOOD.replace("\"AdditionalFields\":null", "\"AdditionalFields\":" + json));
    }
}
