package io.tocsin.alert.ingest;

import java.util.Locale;

/// What a sender calls a machine.
///
/// @param name its id, or else its host name
/// @param byId whether the name is the machine's id rather than its host name
/// @param optional whether the alert is taken without a machine when there is none of that id
/// @param host its host name, null when the sender tells none
record MachineName(String name, boolean byId, boolean optional, String host) {

    /// Null when the sender names none.
    static MachineName of(String id, String dnsName, boolean optional) {
        String key = folded(id);
        String host = folded(dnsName);
        return key == null && host == null
                ? null
                : new MachineName(key == null ? host : key, key != null, optional, host);
    }

    private static String folded(String name) {
        return name == null || name.isBlank() ? null : name.strip().toLowerCase(Locale.ROOT);
    }
}
