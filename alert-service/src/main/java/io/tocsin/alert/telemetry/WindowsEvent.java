package io.tocsin.alert.telemetry;

import io.tocsin.wire.WireTime;
import java.util.List;

/// An event of a Windows log, flattened to one JSON object as NXLog does: which log, of which machine, when.
final class WindowsEvent {

    /// Logs whose events are kept, in an order that is never changed: a report id holds the place.
    private static final List<String> CHANNELS = List.of(
            SysmonMapping.CHANNEL,
            WindowsMapping.SECURITY,
            WindowsMapping.SYSTEM,
            WindowsMapping.POWERSHELL,
            WindowsMapping.POWERSHELL_CORE);

    /// Records are counted in each log by itself: the log is part of the number. Numbers stay below 2^53, the largest
    /// whole number every JSON reader holds.
    private static final int CHANNEL_SHIFT = 48;

    /// Zones differ by whole quarters of an hour.
    private static final long ZONE_STEP = 900 * WireTime.TICKS_PER_SECOND;

    private WindowsEvent() {}

    static boolean is(Fields in) {
        return in.has("EventID") && in.has("Channel");
    }

    /// `Security/5156`, the kind an event is counted by when nothing is kept of it.
    static String kind(Fields in) {
        return in.text("Channel") + "/" + in.text("EventID");
    }

    /// The event without its machine, or null when its kind is not kept.
    ///
    /// @throws IllegalArgumentException naming what is missing or wrong
    static DeviceEvent map(Fields in) {
        String channel = in.text("Channel");
        return SysmonMapping.CHANNEL.equals(channel) ? SysmonMapping.map(in) : WindowsMapping.map(channel, in);
    }

    static String host(Fields in) {
        String host = in.text("Hostname");
        return host == null ? in.text("Computer") : host;
    }

    /// Sysmon tells UTC itself. `EventTime` is the machine's own clock without its zone, which the time of receipt
    /// gives away where it is told both ways; else it is taken for UTC.
    static WireTime time(Fields in) {
        if (in.says("UtcTime")) {
            return in.time("UtcTime");
        }
        WireTime local = in.time("EventTime");
        WireTime received = in.time("EventReceivedTime");
        WireTime stamped = in.time("@timestamp");
        if (local == null) {
            return stamped;
        }
        if (received == null || stamped == null) {
            return local;
        }
        long zone = Math.round((double) (stamped.ticks() - received.ticks()) / ZONE_STEP) * ZONE_STEP;
        return new WireTime(local.ticks() + zone);
    }

    static Long reportId(Fields in) {
        Long record = in.number("RecordNumber");
        if (record == null) {
            return null;
        }
        int channel = Math.max(0, CHANNELS.indexOf(in.text("Channel")));
        return ((long) channel << CHANNEL_SHIFT) + record;
    }
}
