package io.tocsin.response.action;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// How a command of a live response stands, in the order of the recordings (wire-facts §5).
///
/// @param commandStatus `Created`, `Executing`, `Completed` or `Failed`
@RegisterForReflection
public record CommandResult(
        int index,
        WireTime startTime,
        WireTime endTime,
        String commandStatus,
        List<String> errors,
        LiveCommand command) {}
