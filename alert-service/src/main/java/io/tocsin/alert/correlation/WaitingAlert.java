package io.tocsin.alert.correlation;

import io.tocsin.alert.story.TimeRange;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/// An alert correlation has to look at.
///
/// @param incidentId where it is already, or null
/// @param byAddress whether it is on its machine because that had an address, and no person has moved it
/// @param time of its events, or of its creation when it names none
/// @param alsoOn further machines that had its other addresses then: a sensor of the network sees two
record WaitingAlert(
        String id,
        String machineId,
        String machineName,
        Long incidentId,
        boolean byAddress,
        TimeRange time,
        Set<String> alsoOn) {

    /// Whether the addresses of its evidence say where it was, nothing else does.
    boolean isLocatedByAddress() {
        return machineId == null ? machineName == null : byAddress;
    }

    /// All machines it is about, its own first.
    Set<String> machines() {
        var machines = new LinkedHashSet<String>();
        if (machineId != null) {
            machines.add(machineId);
        }
        machines.addAll(alsoOn);
        return machines;
    }

    /// The UTC day of its first event, in days since 1970.
    int day() {
        return (int) Math.floorDiv(time.from().ticks(), 86_400 * io.tocsin.wire.WireTime.TICKS_PER_SECOND);
    }

    WaitingAlert on(String machine, String name, boolean foundByAddress) {
        return new WaitingAlert(id, machine, name, incidentId, foundByAddress, time, alsoOn);
    }

    WaitingAlert alsoOn(Collection<String> machines) {
        var others = new LinkedHashSet<>(machines);
        others.remove(machineId);
        return new WaitingAlert(id, machineId, machineName, incidentId, byAddress, time, others);
    }
}
