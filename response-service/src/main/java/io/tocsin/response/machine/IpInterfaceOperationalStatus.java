package io.tocsin.response.machine;

import java.util.Arrays;

/// Contract 20 §1, `operationalStatus` of an address.
public enum IpInterfaceOperationalStatus {
    Up,
    Down,
    Testing,
    Unknown,
    Dormant,
    Present,
    LowerLayerDown;

    /// The status of this name in any case; what has no name here is `Unknown`.
    static IpInterfaceOperationalStatus named(String name) {
        return Arrays.stream(values())
                .filter(status -> status.name().equalsIgnoreCase(name))
                .findFirst()
                .orElse(Unknown);
    }
}
