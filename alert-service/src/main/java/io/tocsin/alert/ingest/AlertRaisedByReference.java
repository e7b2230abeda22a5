package io.tocsin.alert.ingest;

import java.util.UUID;

/// Told in the transaction that stores a new alert by reference (contract 10 §4.3).
///
/// @param tenant whose alert it is
public record AlertRaisedByReference(UUID tenant) {}
