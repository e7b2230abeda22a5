package io.tocsin.alert.entity;

/// Something machines see.
///
/// @param value as `entity_sighting.value`: lower-case hex of a file's SHA-1 (else SHA-256, else MD5), a host
///     in ASCII, an address in its shortest form, `domain\name` of an account in lower case
public record EntityKey(EntityKind kind, String value) {}
