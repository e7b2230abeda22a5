package io.tocsin.alert.correlation;

import java.util.EnumSet;
import java.util.Set;

/// Why an alert is where it is, strongest first (docs/api.md).
public enum Rule {
    First,
    Manual,
    SameProcessTree,
    SameMachineAndTime,
    SharedFileHash,
    SharedIpAddress,
    SharedDomain,
    SharedUrl,
    SharedAccount,
    MachineByAddress;

    /// Those that reach from one machine to another, and so must not follow what everybody has.
    private static final Set<Rule> SHARED =
            EnumSet.of(SharedFileHash, SharedIpAddress, SharedDomain, SharedUrl, SharedAccount);

    boolean isShared() {
        return SHARED.contains(this);
    }
}
