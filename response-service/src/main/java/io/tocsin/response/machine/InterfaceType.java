package io.tocsin.response.machine;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// Contract 20 §1, `type` of an address.
public enum InterfaceType {
    Unknown,
    Other,
    Ethernet,
    TokenRing,
    PPP,
    SoftwareLoopback("Loopback"),
    ATM,
    IEEE80211("Wireless80211"),
    Tunnel,
    IEEE1394("HighPerformanceSerialBus");

    private static final Map<String, InterfaceType> BY_NAME = new HashMap<>();

    static {
        for (InterfaceType type : values()) {
            BY_NAME.put(type.name().toLowerCase(Locale.ROOT), type);
            Arrays.stream(type.otherNames).forEach(name -> BY_NAME.put(name.toLowerCase(Locale.ROOT), type));
        }
    }

    private final String[] otherNames;

    /// @param otherNames what .NET, which agents on Windows ask, calls it
    InterfaceType(String... otherNames) {
        this.otherNames = otherNames;
    }

    /// The type of this name in any case; a kind of interface that has no name here is `Other`.
    static InterfaceType named(String name) {
        return BY_NAME.getOrDefault(name.toLowerCase(Locale.ROOT), Other);
    }
}
