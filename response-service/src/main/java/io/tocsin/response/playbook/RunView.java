package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;

/// A run of a playbook (docs/api.md).
///
/// @param version of the playbook, by which it goes on whatever becomes of that
/// @param trigger `Alert`, `Incident`, `IndicatorMatch`, `Schedule` or `Manual`
/// @param subject the alert or incident that began it
/// @param startedBy who ran it by hand
/// @param input what began it; null for who may not read that
@RegisterForReflection
public record RunView(
        String id,
        String playbookId,
        String playbookName,
        int version,
        String trigger,
        String subject,
        String startedBy,
        boolean dryRun,
        String state,
        WireTime startTime,
        WireTime endTime,
        WireTime deadline,
        String cancelledBy,
        String error,
        JsonNode input) {

    /// For whoever may not read what it is about.
    RunView withoutInput() {
        return new RunView(
                id,
                playbookId,
                playbookName,
                version,
                trigger,
                subject,
                startedBy,
                dryRun,
                state,
                startTime,
                endTime,
                deadline,
                cancelledBy,
                error,
                null);
    }
}
