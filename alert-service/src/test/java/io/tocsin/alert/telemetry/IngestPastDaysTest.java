package io.tocsin.alert.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class IngestPastDaysTest extends ApiTest {

    private static final int MOST = 15;

    /// Empty partitions would make every later test's cleaning slower.
    @AfterEach
    void dropTheDays() {
        TestDatabase.clean();
        TestDatabase.column(
                        "select relname::text from pg_class where relname like 'device_event_2001%' and relkind = 'r'")
                .forEach(day -> TestDatabase.update("drop table " + day));
    }

    @Test
    void shouldRefuseByLineWhatIsOfOneMorePastDayThanATenantMayHave() {
        // Given
        events(lines(1, MOST)).statusCode(200).body("stored", is(MOST)).body("failed", is(0));

        // When
        var answer = events(connection("203.0.113.5", time(MOST + 1), 100)
                + "\n" + connection("203.0.113.5", time(1), 101)
                + "\n" + connection("203.0.113.5", Instant.now().toString(), 102));

        // Then
        answer.statusCode(200)
                .body("stored", is(2))
                .body("failed", is(1))
                .body("errors.line", is(List.of(1)))
                .body("errors.code", is(List.of("DisallowedOperation")))
                .body("errors[0].message", containsString("2001-05-16"));
        assertThat(days()).hasSize(MOST).doesNotContain("device_event_20010516");
    }

    @Test
    void shouldTakeAnotherTenantsPastDaysWhenOneHasAllOfItsOwn() {
        // Given
        events(lines(1, MOST + 5)).statusCode(200).body("failed", is(5));

        // When
        var answer = RestAssured.given()
                .header("Authorization", "Bearer " + Tokens.of(Tokens.OTHER_TENANT, "test-app", "Event.Write"))
                .contentType("application/octet-stream")
                .body(lines(MOST + 1, MOST + 2).getBytes(StandardCharsets.UTF_8))
                .post("/v1/events")
                .then();

        // Then
        answer.statusCode(200).body("stored", is(2)).body("failed", is(0));
    }

    @Test
    void shouldRefuseADayThatIsThereWhenItIsAnotherTenants() {
        // Given
        events(lines(1, MOST)).statusCode(200);
        TestDatabase.update("do $$ begin perform make_device_event_day(date '2001-05-20'); end $$");

        // When, then
        events(connection("203.0.113.5", time(20), 100)).statusCode(200).body("failed", is(1));
    }

    private static String lines(int first, int last) {
        return IntStream.rangeClosed(first, last)
                .mapToObj(day -> connection("203.0.113.5", time(day), day))
                .collect(Collectors.joining("\n"));
    }

    private static String time(int day) {
        return "2001-05-%02dT09:15:27Z".formatted(day);
    }

    private static List<Object> days() {
        return TestDatabase.column(
                "select relname::text from pg_class where relname like 'device_event_2001%' and relkind = 'r'");
    }
}
