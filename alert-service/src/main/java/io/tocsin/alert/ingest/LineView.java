package io.tocsin.alert.ingest;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// What became of one line of a stream (docs/api.md).
///
/// @param line counted from 1
/// @param status the status the alert would have had alone
@RegisterForReflection
public record LineView(long line, String sourceRef, String id, int status, ItemView.ItemError error) {}
