package io.tocsin.alert.telemetry;

import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
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
    private final Sightings sightings;
    private final MachineAddresses addresses;
    private final Audit audit;
    private final Set<LocalDate> knownDays = ConcurrentHashMap.newKeySet();

    EventStore(DataSource database, Sightings sightings, MachineAddresses addresses, Audit audit) {
        this.database = database;
        this.sightings = sightings;
        this.addresses = addresses;
        this.audit = audit;
    }

    /// @param added how many of the events were not there yet
    /// @param refused those the database cannot hold
    record Stored(int added, List<DeviceEvent> refused) {}

    /// Stores the events together, or one by one when a value among them is beyond the database: one bad
    /// event harms no other.
    Stored store(Caller caller, List<DeviceEvent> events) {
        makeDays(events);
        try {
            return new Stored(insertAlsoIntoLostDays(caller, events), List.of());
        } catch (IllegalStateException failed) {
            if (!isRefusedValue(failed)) {
                throw failed;
            }
        }
        int added = 0;
        var refused = new ArrayList<DeviceEvent>();
        for (DeviceEvent event : events) {
            try {
                added += insert(caller, List.of(event));
            } catch (IllegalStateException failed) {
                if (!isRefusedValue(failed)) {
                    throw failed;
                }
                refused.add(event);
            }
        }
        return new Stored(added, refused);
    }

    /// A day that was made is gone when the database was restored to before it, or when its retention is over.
    private int insertAlsoIntoLostDays(Caller caller, List<DeviceEvent> events) {
        try {
            return insert(caller, events);
        } catch (IllegalStateException failed) {
            if (!(failed.getCause() instanceof SQLException cause) || !CHECK_VIOLATION.equals(cause.getSQLState())) {
                throw failed;
            }
            knownDays.clear();
            makeDays(events);
            return insert(caller, events);
        }
    }

    private static boolean isRefusedValue(IllegalStateException failed) {
        return failed.getCause() instanceof SQLException cause
                && String.valueOf(cause.getSQLState()).startsWith(DATA_EXCEPTION);
    }

    @Transactional
    int insert(Caller caller, List<DeviceEvent> events) {
        UUID tenant = caller.tenant();
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
                        connection.createArrayOf(column.type().equals("jsonb") ? "text" : column.type(), values));
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

    private void makeDays(List<DeviceEvent> events) {
        Set<LocalDate> missing = events.stream()
                .map(event -> event.time().toInstant().atOffset(ZoneOffset.UTC).toLocalDate())
                .filter(day -> !knownDays.contains(day))
                .collect(Collectors.toSet());
        for (LocalDate day : missing) {
            makeDay(day);
            knownDays.add(day);
        }
    }

    @Transactional
    void makeDay(LocalDate day) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("select make_device_event_day(?)")) {
            statement.setObject(1, day);
            statement.execute();
        } catch (SQLException failed) {
            throw new IllegalStateException("no partition for " + day + ": " + failed.getMessage(), failed);
        }
    }
}
