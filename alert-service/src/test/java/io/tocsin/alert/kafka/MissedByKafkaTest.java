package io.tocsin.alert.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.alert.ApiTest;
import io.tocsin.db.Statements;
import io.tocsin.feed.Place;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.TestPostgres;
import io.tocsin.testkit.Tokens;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/// What retention takes before Kafka has it.
@QuarkusTest
class MissedByKafkaTest extends ApiTest {

    @Test
    void shouldFindTheFurthestRowThatIsForgottenBehindThePlace() {
        // Given
        var database = new PGSimpleDataSource();
        database.setUrl(System.getProperty("tocsin.test.jdbc-url"));
        database.setUser("tocsin_owner");
        database.setPassword(TestPostgres.password());
        var position = new KafkaPosition(new Statements(database));
        Place beginning = Place.beginning(0);
        assertThat(position.forgottenBehind(beginning, "device_event")).isEmpty();

        // When one tenant's position has a digit more
        forget(Tokens.TENANT, "9000000000", 7);
        forget(Tokens.OTHER_TENANT, "10000000000", 1);

        // Then
        assertThat(position.forgottenBehind(beginning, "feed_change")).isEmpty();
        Place found = position.forgottenBehind(beginning, "device_event").orElseThrow();
        assertThat(found.positionText()).isEqualTo("10000000000");
        assertThat(position.forgottenBehind(found, "device_event")).isEmpty();
    }

    private static void forget(String tenant, String position, long row) {
        TestDatabase.update("""
                insert into feed_pruned (tenant_id, followed, change_xid, change_id) values (cast(? as uuid), 'device_event', cast(? as xid8), ?)
                """, tenant, position, row);
    }
}
