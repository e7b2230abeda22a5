package io.tocsin.alert.ingest;

import java.util.Locale;

/// What a sender calls a machine.
///
/// @param byId whether the name is the machine's id rather than its DNS name
/// @param optional whether the alert is taken without a machine when there is none of that name
record MachineName(String name, boolean byId, boolean optional) {

    MachineName {
        name = name.strip().toLowerCase(Locale.ROOT);
    }

    /// Null when the sender names none.
    static MachineName of(String id, String dnsName, boolean optional) {
        return id == null && dnsName == null ? null : new MachineName(id == null ? dnsName : id, id != null, optional);
    }
}
