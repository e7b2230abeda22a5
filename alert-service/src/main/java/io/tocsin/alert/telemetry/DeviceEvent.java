package io.tocsin.alert.telemetry;

import io.tocsin.wire.WireTime;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.Map;

/// One event on its way into `device_event`; a column that is not set is null.
final class DeviceEvent {

    private static final int LONGEST_TEXT = 32_768;

    private final Map<Column, Object> values = new EnumMap<>(Column.class);
    private final OtherColumns other = new OtherColumns();
    private long line;

    DeviceEvent set(Column column, Object value) {
        if (value instanceof String json && column.isObject()) {
            values.put(column, json); // half an object would be none
        } else if (value instanceof String text) {
            String clean = text.indexOf('\0') < 0 ? text : text.replace("\0", "");
            values.put(column, clean.length() > LONGEST_TEXT ? clean.substring(0, LONGEST_TEXT) : clean);
        } else if (value instanceof WireTime time) {
            values.put(column, time.ticks());
        } else if (value != null) {
            values.put(column, value);
        }
        return this;
    }

    /// Remembers where the event came from, for the case that the database refuses it.
    DeviceEvent fromLine(long number) {
        line = number;
        return this;
    }

    long line() {
        return line;
    }

    /// A column of the hunting table that has none of its own.
    DeviceEvent setOther(String name, Object value) {
        other.put(name, value);
        return this;
    }

    Object get(Column column) {
        return switch (column) {
            case OTHER_COLUMNS -> other.json();
            case WEIGHT -> weight();
            default -> values.get(column);
        };
    }

    /// Characters, of numbers none.
    private int weight() {
        String others = other.json();
        return values.values().stream()
                        .mapToInt(value -> value instanceof String text ? text.length() : 0)
                        .sum()
                + (others == null ? 0 : others.length());
    }

    String text(Column column) {
        return (String) values.get(column);
    }

    WireTime time() {
        return new WireTime((Long) values.get(Column.EVENT_TICKS));
    }

    /// The UTC day it is stored with.
    LocalDate day() {
        return time().toInstant().atOffset(ZoneOffset.UTC).toLocalDate();
    }
}
