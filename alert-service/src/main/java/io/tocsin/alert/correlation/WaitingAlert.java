package io.tocsin.alert.correlation;

import io.tocsin.alert.story.TimeRange;

/// An alert correlation has to look at.
///
/// @param incidentId where it is already, or null
/// @param byAddress whether it is on its machine because that had an address, and no person has moved it
/// @param time of its events, or of its creation when it names none
record WaitingAlert(
        String id, String machineId, String machineName, Long incidentId, boolean byAddress, TimeRange time) {

    /// The UTC day of its first event, in days since 1970.
    int day() {
        return (int) Math.floorDiv(time.from().ticks(), 86_400 * io.tocsin.wire.WireTime.TICKS_PER_SECOND);
    }

    WaitingAlert on(String machine, String name, boolean foundByAddress) {
        return new WaitingAlert(id, machine, name, incidentId, foundByAddress, time);
    }
}
