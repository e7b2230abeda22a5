package io.tocsin.alert.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.alert.telemetry.EventFeed;
import io.tocsin.alert.telemetry.NextEvents;
import io.tocsin.db.Statements;
import io.tocsin.feed.FeedPlaces;
import io.tocsin.feed.Place;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Telemetry of every tenant as streaming records (contract 90), in the order of its arrival, for a sink of ours.
@ApplicationScoped
public class EventRecords {

    private static final String OPERATION = "Publish";

    private static final String EVENTS = """
            select e.change_xid::text, e.event_id, e.received_ticks, e.tenant_id, e.machine_id, e.table_name,
                to_jsonb(e)::text as event,
                (select m.rbac_group_name from machine m where m.tenant_id = e.tenant_id and m.id = e.machine_id) as machine_group
            from device_event e where""" + EventFeed.WITHIN + EventFeed.IN_ORDER;

    private static final String LAST = """
            select e.change_xid::text, e.event_id, e.received_ticks from device_event e where e.change_xid < feed_horizon()
            order by e.change_xid desc, e.event_id desc limit 1
            """;

    private final Statements statements;
    private final NextEvents next;
    private final ObjectMapper json;

    EventRecords(Statements statements, NextEvents next, ObjectMapper json) {
        this.statements = statements;
        this.next = next;
        this.json = json;
    }

    /// One record of the stream.
    @RegisterForReflection
    public record StreamingRecord(
            WireTime time, UUID tenantId, String operationName, String category, ObjectNode properties) {}

    /// A record, where it lies and whose it is.
    ///
    /// @param machineId what keeps its order among records of the same; of an alert's the alert
    /// @param table its hunting table
    public record Streamed(Place place, UUID tenant, String machineId, String table, StreamingRecord record) {}

    /// What was read, and where it ends.
    public record Look(List<Streamed> records, Place end) {}

    /// What is behind a place, of all tenants: so many, or fewer when they are large, and one at least.
    public Look after(Place place, int most) {
        var from = new EventFeed.Place(place.positionText(), place.id());
        List<Streamed> found = next.behind(from, most)
                .map(look -> new EventFeed.Stretch(from, look.to()))
                .map(stretch -> statements.list(EVENTS, this::streamed, stretch.parameters()))
                .orElse(List.of());
        return new Look(found, found.isEmpty() ? place : found.getLast().place());
    }

    /// Behind the last event there is.
    public Optional<Place> end() {
        return statements.list(LAST, FeedPlaces::place).stream().findFirst();
    }

    static StreamingRecord record(WireTime time, UUID tenant, String table, ObjectNode properties) {
        return new StreamingRecord(time, tenant, OPERATION, HuntingRow.CATEGORY + table, properties);
    }

    private Streamed streamed(ResultSet row) throws SQLException {
        Place place = FeedPlaces.place(row);
        UUID tenant = row.getObject("tenant_id", UUID.class);
        String table = row.getString("table_name");
        ObjectNode properties = HuntingRow.of(table, object(row.getString("event")), row.getString("machine_group"));
        return new Streamed(
                place,
                tenant,
                row.getString("machine_id"),
                table,
                record(new WireTime(place.ticks()), tenant, table, properties));
    }

    private ObjectNode object(String text) {
        try {
            return (ObjectNode) json.readTree(text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the database made broken JSON", impossible);
        }
    }
}
