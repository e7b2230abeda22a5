package io.tocsin.alert.ingest;

/// A machine telemetry or its agent has spoken of.
///
/// @param group the name of the device group it is in, or null while nobody has assigned it to one
public record KnownMachine(String id, String computerDnsName, String group) {}
