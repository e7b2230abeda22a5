package io.tocsin.alert.telemetry;

import io.tocsin.alert.AlertProblem;
import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemType;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/// Writes a batch of events by one statement, makes the days it needs, sights its machines and leaves one
/// row in the audit.
@ApplicationScoped
class EventStore {

    private static final String COLUMNS =
            Stream.of(Column.values()).map(Column::column).collect(Collectors.joining(", "));

    private static final String INSERT = "insert into device_event (tenant_id, event_time, " + COLUMNS
            + ") select ?, t.* from unnest(?::timestamptz[], "
            + Stream.of(Column.values())
                    .map(column -> "?::" + column.type() + "[]")
                    .collect(Collectors.joining(", "))
            + ") as t (event_time, " + COLUMNS + ") on conflict do nothing";

    private static final String DATA_EXCEPTION = "22";

    /// No partition takes the row.
    private static final String CHECK_VIOLATION = "23514";

    private final DataSource database;
    private final OpenDays days;
    private final Sightings sightings;
    private final MachineAddresses addresses;
    private final Audit audit;

    EventStore(DataSource database, OpenDays days, Sightings sightings, MachineAddresses addresses, Audit audit) {
        this.database = database;
        this.days = days;
        this.sightings = sightings;
        this.addresses = addresses;
        this.audit = audit;
    }

    /// @param added how many of the events were not there yet
    /// @param refused those that are not stored
    record Stored(int added, List<Refused> refused) {}

    /// @param why what makes it impossible
    record Refused(DeviceEvent event, ProblemType why, String message) {}

    /// Stores the events together, or one by one when a value among them is beyond the database: one bad
    /// event harms no other.
    Stored store(Caller caller, List<DeviceEvent> all) {
        var refused = new ArrayList<Refused>();
        List<DeviceEvent> events = openDays(caller, all, refused);
        if (events.isEmpty()) {
            return new Stored(0, refused);
        }
        try {
            return new Stored(insertAlsoIntoLostDays(caller, events, refused), refused);
        } catch (IllegalStateException failed) {
            if (!isRefusedValue(failed)) {
                throw failed;
            }
        }
        int added = 0;
        Set<DeviceEvent> gone = refused.stream().map(Refused::event).collect(Collectors.toSet());
        for (DeviceEvent event : events) {
            if (gone.contains(event)) {
                continue;
            }
            try {
                added += insert(caller, List.of(event));
            } catch (IllegalStateException failed) {
                if (!isRefusedValue(failed)) {
                    throw failed;
                }
                refused.add(new Refused(
                        event, CommonProblem.INVALID_REQUEST_BODY, "the event holds a value that cannot be stored"));
            }
        }
        return new Stored(added, refused);
    }

    /// A day that was made is gone when the database was restored to before it, or when its retention is over.
    private int insertAlsoIntoLostDays(Caller caller, List<DeviceEvent> events, List<Refused> refused) {
        try {
            return insert(caller, events);
        } catch (IllegalStateException failed) {
            if (!(failed.getCause() instanceof SQLException cause) || !CHECK_VIOLATION.equals(cause.getSQLState())) {
                throw failed;
            }
            days.forget();
            List<DeviceEvent> left = openDays(caller, events, refused);
            return left.isEmpty() ? 0 : insert(caller, left);
        }
    }

    private static boolean isRefusedValue(IllegalStateException failed) {
        return failed.getCause() instanceof SQLException cause
                && String.valueOf(cause.getSQLState()).startsWith(DATA_EXCEPTION);
    }

    @Transactional
    int insert(Caller caller, List<DeviceEvent> events) {
        UUID tenant = caller.tenant();
        // Feeds look for a time in the order of the transactions: when it was read may be long before this one.
        WireTime received = WireTime.now();
        events.forEach(event -> event.set(Column.RECEIVED_TICKS, received));
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setObject(1, tenant);
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "timestamptz",
                            events.stream().map(EventStore::partitionTime).toArray()));
            for (Column column : Column.values()) {
                Object[] values =
                        events.stream().map(event -> event.get(column)).toArray();
                statement.setArray(
                        3 + column.ordinal(),
                        connection.createArrayOf(column.isObject() ? "text" : column.type(), values));
            }
            int stored = statement.executeUpdate();
            sightings.record(tenant, events);
            addresses.record(tenant, events);
            if (stored > 0) {
                audit.record(tenant, caller.name(), "event.ingest", "events", Map.of("stored", stored));
            }
            return stored;
        } catch (SQLException failed) {
            throw new IllegalStateException("events could not be stored: " + failed.getMessage(), failed);
        }
    }

    private static OffsetDateTime partitionTime(DeviceEvent event) {
        return event.time().toInstant().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    /// Those whose day there may be; the others are refused.
    private List<DeviceEvent> openDays(Caller caller, List<DeviceEvent> events, List<Refused> refused) {
        Map<LocalDate, Boolean> open = new HashMap<>();
        var taken = new ArrayList<DeviceEvent>(events.size());
        for (DeviceEvent event : events) {
            if (open.computeIfAbsent(event.day(), day -> days.open(caller.tenant(), day))) {
                taken.add(event);
            } else {
                refused.add(new Refused(
                        event,
                        AlertProblem.TOO_MANY_PAST_DAYS,
                        AlertProblem.TOO_MANY_PAST_DAYS.title() + ": " + event.day()));
            }
        }
        return taken;
    }
}
