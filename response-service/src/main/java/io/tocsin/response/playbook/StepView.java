package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// A step of a run (docs/api.md).
///
/// @param path the branches it is in, and its name: `fan.0/isolate`
/// @param input what it was told, without secrets
/// @param approvedBy who has said yes, also before enough have
/// @param attempts how often it was begun
@RegisterForReflection
public record StepView(
        String id,
        String path,
        String type,
        String state,
        WireTime startTime,
        WireTime endTime,
        WireTime deadline,
        int attempts,
        JsonNode input,
        JsonNode output,
        String error,
        List<String> approvedBy,
        String decidedBy,
        String comment) {

    /// For whoever may not read what the run is about. What an approval asks is for everybody who may be asked.
    StepView withoutWhatItWasTold() {
        boolean asks = type.equals(StepType.Approval.name());
        return new StepView(
                id,
                path,
                type,
                state,
                startTime,
                endTime,
                deadline,
                attempts,
                asks ? input : null,
                asks ? output : null,
                asks ? error : null,
                approvedBy,
                decidedBy,
                comment);
    }
}
