package io.tocsin.alert.ingest;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// What became of a stream's lines, in numbers (docs/api.md).
///
/// @param created alerts nobody had heard of
/// @param repeated alerts that were known
/// @param errors the first lines that were refused
@RegisterForReflection
public record StreamView(
        long received, long created, long repeated, long skipped, long failed, List<LineView> errors) {}
