package io.tocsin.alert.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.alert.ApiTest;
import io.tocsin.alert.feed.EventRecords.Look;
import io.tocsin.alert.telemetry.NextEvents;
import io.tocsin.db.Statements;
import io.tocsin.feed.Place;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.TestPostgres;
import io.tocsin.testkit.Tokens;
import java.util.ArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

@QuarkusTest
class EventRecordsTest extends ApiTest {

    @Test
    void shouldReadFewAtOnceWhenTheyAreLargeAndMissNone() {
        // Given
        TestDatabase.column("select make_device_event_day(date '2026-02-03')::text");
        TestDatabase.update("""
                insert into device_event (tenant_id, machine_id, event_ticks, report_id, event_time, received_ticks, device_name,
                    table_name, action_type, additional_fields, weight)
                select cast(? as uuid), ?, 17700000000000000 + n, n, timestamptz '2026-02-03 09:15Z', 1, 'ws6', 'DeviceEvents', 'Other',
                    to_jsonb(repeat('x', case n when 1 then 9000000 else 1000000 end)),
                    case n when 1 then 9000000 else 1000000 end
                from generate_series(1, 12) as n
                """, Tokens.TENANT, MACHINE);
        var database = new PGSimpleDataSource();
        database.setUrl(System.getProperty("tocsin.test.jdbc-url"));
        database.setUser("tocsin_owner");
        database.setPassword(TestPostgres.password());
        var statements = new Statements(database);
        var records = new EventRecords(statements, new NextEvents(statements), new ObjectMapper());

        // When
        var sizes = new ArrayList<Integer>();
        var found = new ArrayList<Long>();
        Place place = Place.beginning(0);
        for (Look look = records.after(place, 2000);
                look.end().compareTo(place) > 0;
                look = records.after(place, 2000)) {
            sizes.add(look.records().size());
            look.records()
                    .forEach(one ->
                            found.add(one.record().properties().path("ReportId").asLong()));
            place = look.end();
        }

        // Then
        assertThat(sizes).containsExactly(1, 4, 4, 3);
        assertThat(found).isEqualTo(LongStream.rangeClosed(1, 12).boxed().toList());
    }
}
