package io.tocsin.alert.ingest;

/// A machine telemetry or its agent has spoken of.
public record KnownMachine(String id, String computerDnsName) {}
