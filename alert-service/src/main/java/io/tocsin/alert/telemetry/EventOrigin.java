package io.tocsin.alert.telemetry;

import java.util.UUID;

/// Whose events a stream brings.
///
/// @param onlyMachine the one machine they may be of; null when they may be of any
record EventOrigin(UUID tenant, String onlyMachine) {

    /// @throws IllegalArgumentException when the event is of a machine it may not be of
    String machine(String id, String name) {
        String machine = MachineId.of(tenant, id, name);
        if (onlyMachine != null && !onlyMachine.equals(machine)) {
            throw new IllegalArgumentException("the event is of another machine than " + onlyMachine);
        }
        return machine;
    }
}
