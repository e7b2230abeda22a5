package io.tocsin.indicator.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// What became of a stream, in numbers (docs/api.md).
///
/// @param importId under which it goes on, null when it has none
/// @param line up to which everything is done
/// @param errors the first that were refused
@RegisterForReflection
record ImportView(
        String importId,
        boolean finished,
        boolean dryRun,
        long line,
        long created,
        long updated,
        long unchanged,
        long refused,
        List<ImportLineView> errors) {}
