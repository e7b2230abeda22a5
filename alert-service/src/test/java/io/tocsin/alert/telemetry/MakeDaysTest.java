package io.tocsin.alert.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.wire.WireTime;
import java.sql.Connection;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class MakeDaysTest extends ApiTest {

    private static final String LONG_AGO = "2002-05-01T09:15:27Z";

    @AfterEach
    void dropTheDay() {
        TestDatabase.clean();
        TestDatabase.update("drop table if exists device_event_20020501");
    }

    @Test
    void shouldMakeTomorrowsDayBeforeItsFirstEventComes() {
        // Given
        String tomorrow =
                "device_event_" + LocalDate.now(ZoneOffset.UTC).plusDays(1).format(DateTimeFormatter.BASIC_ISO_DATE);
        TestDatabase.update("drop table if exists " + tomorrow);

        // When
        TestDatabase.update(
                "update scheduled_tasks_alert set execution_time = now() where task_name = 'telemetry-day-ahead' and not picked");

        // Then
        await().untilAsserted(
                        () -> assertThat(TestDatabase.column("select 1 from pg_class where relname = ?", tomorrow))
                                .hasSize(1));
    }

    @Test
    void shouldSayToComeAgainWhenADayCannotBeMadeBecauseSomebodyReads() throws Exception {
        try (Connection reader = TestDatabase.open()) {
            // Given
            reader.setAutoCommit(false);
            reader.createStatement().execute("lock table device_event in access share mode");

            // When, then
            events(connection("203.0.113.5", LONG_AGO, 1))
                    .statusCode(503)
                    .header("Retry-After", notNullValue())
                    .body("error.code", is("ServiceUnavailable"));
            reader.rollback();
        }
        events(connection("203.0.113.5", LONG_AGO, 1)).statusCode(200).body("stored", is(1));
    }

    /// Feeds find where to begin by it: it must not be long before the transaction.
    @Test
    void shouldSayThatAnEventCameWhenItWasStored() throws Exception {
        try (Connection other = TestDatabase.open();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // Given an event that was read, and waits to be stored
            other.setAutoCommit(false);
            other.createStatement().execute("select pg_advisory_xact_lock(hashtext('make_device_event_day'))");
            var answer = threads.submit(() -> events(connection("203.0.113.5", LONG_AGO, 1)));
            await().until(() -> !TestDatabase.column(
                            "select 1 from pg_locks where not granted and locktype = 'advisory'")
                    .isEmpty());

            // When
            long now = WireTime.now().ticks();
            other.rollback();

            // Then
            answer.get().statusCode(200).body("stored", is(1));
            assertThat((Long) TestDatabase.value("select received_ticks from device_event"))
                    .isGreaterThanOrEqualTo(now);
        }
    }
}
