package io.tocsin.alert.detection;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// What a rule would have hit.
///
/// @param from since when the events came that were looked at
/// @param complete false when there were more events than one dry run looks at: the newest were left out
/// @param events looked at
/// @param hits events the rule is true of
/// @param alerts how many alerts they would have been: one for a machine and process tree
/// @param examples the first of the hits
@RegisterForReflection
public record DryRunView(
        WireTime from, boolean complete, long events, long hits, long alerts, long machines, List<Example> examples) {

    /// One event that was hit.
    @RegisterForReflection
    public record Example(
            String machineId,
            String computerDnsName,
            WireTime eventTime,
            long reportId,
            String tableName,
            String actionType,
            String image,
            String commandLine,
            String user) {}
}
