package io.tocsin.alert.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What retention takes before Kafka has it.
@QuarkusTest
class MissedByKafkaTest extends ApiTest {

    @Inject
    MeterRegistry meters;

    @Test
    void shouldSayOnceThatEventsAreForgottenThatNobodyHasSent() {
        // Given
        await().until(() -> TestDatabase.count("event_position where consumer = 'kafka'") == 1);
        double before = missed();

        // When
        forget(Tokens.TENANT, "9000000000", 1_000_000_000);

        // Then
        await().until(() -> missed() == before + 1);
        await().during(Duration.ofMillis(800)).until(() -> missed() == before + 1);

        // When retention goes on, with another tenant, at a position of another digit
        forget(Tokens.OTHER_TENANT, "10000000000", 1);

        // Then
        await().until(() -> missed() == before + 2);
        assertThat(TestDatabase.count("event_position where consumer = 'kafka'"))
                .isEqualTo(1);
    }

    private double missed() {
        return meters.counter("tocsin.kafka.missed").count();
    }

    private static void forget(String tenant, String position, long row) {
        TestDatabase.update("""
                insert into feed_pruned (tenant_id, followed, change_xid, change_id) values (cast(? as uuid), 'device_event', cast(? as xid8), ?)
                on conflict (tenant_id, followed) do update set change_xid = excluded.change_xid, change_id = excluded.change_id
                """, tenant, position, row);
    }
}
