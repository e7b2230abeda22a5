package io.tocsin.alert.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.alert.telemetry.NextEvents;
import io.tocsin.db.Statements;
import io.tocsin.feed.FeedPlaces;
import io.tocsin.feed.FeedSlice;
import io.tocsin.feed.FeedTable;
import io.tocsin.feed.Place;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.odata.EntityModel;
import io.tocsin.odata.ODataQuery;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Telemetry as streaming records (contract 90), in the order of its arrival.
@ApplicationScoped
class EventFeed {

    static final FeedTable TABLE = new FeedTable("device_event", "event_id", "received_ticks");

    static final EntityModel MODEL = EntityModel.named("Events")
            .string("machineId", "e.machine_id")
            .caseInsensitiveString("deviceName", "e.device_name")
            .enumeration("table", "e.table_name", HuntingRow.TABLES)
            .string("actionType", "e.action_type")
            .time("timestamp", "e.event_ticks")
            .required("machineId", "deviceName", "table", "actionType", "timestamp")
            .defaultOrder("e.event_id")
            .build();

    private static final String EVENTS = """
            select e.change_xid::text, e.event_id, e.received_ticks, e.table_name,
                case when %s and (%s) then to_jsonb(e)::text end as event,
                (select m.rbac_group_name from machine m where m.tenant_id = e.tenant_id and m.id = e.machine_id) as machine_group
            from device_event e where e.tenant_id = ? and (e.change_xid, e.event_id) > (?::xid8, ?)
                and (e.change_xid, e.event_id) <= (?::xid8, ?)
            order by e.change_xid, e.event_id
            """;

    private record Row(Place place, String table, String event, String group) {}

    private final Statements statements;
    private final NextEvents next;
    private final DeviceScopes scopes;
    private final ObjectMapper json;

    EventFeed(Statements statements, NextEvents next, DeviceScopes scopes, ObjectMapper json) {
        this.statements = statements;
        this.next = next;
        this.scopes = scopes;
        this.json = json;
    }

    @Transactional
    FeedSlice read(Caller caller, ODataQuery filter, Place after, int most) {
        return read(caller.tenant(), scopes.of(caller), filter, after, most);
    }

    private FeedSlice read(UUID tenant, DeviceScope scope, ODataQuery filter, Place after, int most) {
        long now = WireTime.now().ticks();
        var from = new io.tocsin.alert.telemetry.EventFeed.Place(after.positionText(), after.id());
        NextEvents.Look look = next.behind(tenant, from, most).orElse(null);
        if (look == null) {
            return new FeedSlice(List.of(), after.asOf(now), false);
        }
        var parameters = new ArrayList<Object>(scope.parameters());
        parameters.addAll(filter.parameters());
        parameters.addAll(List.of(
                tenant,
                after.positionText(),
                after.id(),
                look.to().changeXid(),
                look.to().eventId()));
        List<Row> rows = statements.list(
                EVENTS.formatted(scope.on("e"), filter.where()),
                row -> new Row(
                        FeedPlaces.place(row),
                        row.getString("table_name"),
                        row.getString("event"),
                        row.getString("machine_group")),
                parameters.toArray());
        var entries = rows.stream()
                .filter(row -> row.event() != null)
                .map(row -> entry(tenant, row))
                .toList();
        Place last = rows.isEmpty() ? after : rows.getLast().place();
        return new FeedSlice(entries, look.more() ? last : last.asOf(now), look.more());
    }

    private FeedSlice.Entry entry(UUID tenant, Row row) {
        ObjectNode properties = HuntingRow.of(row.table(), object(row.event()), row.group());
        var received = new WireTime(row.place().ticks());
        return new FeedSlice.Entry(
                row.place(),
                "event",
                cursor -> new EventLine(cursor, received, tenant, HuntingRow.CATEGORY + row.table(), properties));
    }

    private ObjectNode object(String text) {
        try {
            return (ObjectNode) json.readTree(text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the database made broken JSON", impossible);
        }
    }
}
