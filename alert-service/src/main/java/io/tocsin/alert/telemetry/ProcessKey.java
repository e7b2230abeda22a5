package io.tocsin.alert.telemetry;

import io.tocsin.wire.WireTime;

/// A process on its machine: `pid:second of creation` (docs/adr/008).
final class ProcessKey {

    private ProcessKey() {}

    static String of(Long pid, WireTime created) {
        return pid == null || created == null
                ? null
                : pid + ":" + created.toInstant().getEpochSecond();
    }

    /// The second in which a process was made, which Sysmon keeps in the second and third group of its guid; null for
    /// the
    /// guid of nobody.
    static WireTime creation(String guid) {
        String[] groups =
                guid == null ? new String[0] : guid.replaceAll("[{}]", "").split("-");
        if (groups.length != 5) {
            return null;
        }
        try {
            long second = Long.parseLong(groups[2] + groups[1], 16);
            return second == 0 ? null : new WireTime(second * WireTime.TICKS_PER_SECOND);
        } catch (NumberFormatException notAGuid) {
            return null;
        }
    }
}
