package io.tocsin.alert.story;

/// A process of a machine.
///
/// @param key `pid:second of creation` (docs/adr/008)
public record ProcessRef(String machineId, String key) {}
