package io.tocsin.alert.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
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

    /// What one look reads at most: a line may be a mebibyte, and there may be thousands.
    private static final int MOST_TEXT = 8 * 1024 * 1024;

    private static final String AFTER = """
            select found.change_xid::text, event_id, received_ticks, tenant_id, machine_id, table_name, event,
                (select m.rbac_group_name from machine m where m.tenant_id = found.tenant_id and m.id = found.machine_id)
                    as machine_group
            from (
                select next.*, row_number() over before as turn, sum(octet_length(event)) over before as so_far
                from (
                    select e.change_xid, e.event_id, e.received_ticks, e.tenant_id, e.machine_id, e.table_name,
                        to_jsonb(e)::text as event
                    from device_event e
                    where (e.change_xid, e.event_id) > (?::xid8, ?) and e.change_xid < feed_horizon()
                    order by e.change_xid, e.event_id limit ?) as next
                window before as (order by next.change_xid, next.event_id rows unbounded preceding)) as found
            where turn = 1 or so_far <= ?
            order by found.change_xid, event_id
            """;

    private static final String LAST = """
            select e.change_xid::text, e.event_id, e.received_ticks from device_event e where e.change_xid < feed_horizon()
            order by e.change_xid desc, e.event_id desc limit 1
            """;

    private final Statements statements;
    private final ObjectMapper json;

    EventRecords(Statements statements, ObjectMapper json) {
        this.statements = statements;
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
        List<Streamed> found =
                statements.list(AFTER, this::streamed, place.positionText(), place.id(), most, MOST_TEXT);
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
