package io.tocsin.alert.ingest;

/// A machine telemetry or its agent has spoken of, or an alert alone.
///
/// @param id null of one that is not known
/// @param group the name of the device group it is in, or null while nobody has assigned it to one
///     or of one nobody has spoken of yet
public record KnownMachine(String id, String computerDnsName, String group) {

    /// One that only the alert has spoken of so far: it has no id until telemetry comes (docs/adr/028).
    static KnownMachine named(String host) {
        return new KnownMachine(null, host, null);
    }
}
