package io.tocsin.response.investigation;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/// Who has to approve remediations, and what is shared with the fleet (docs/api.md).
///
/// @param fourEyes whether who started an investigation by hand may not approve what it proposes
/// @param serverApprovals how many have to approve what is done to a server
/// @param shareVerdicts whether a malicious file becomes an indicator that blocks it everywhere
/// @param shareDays after how many days that indicator expires
@RegisterForReflection
public record RemediationPolicy(
        boolean fourEyes,
        @Min(1) @Max(5) Integer serverApprovals,
        boolean shareVerdicts,
        @Min(1) @Max(90) Integer shareDays,
        String lastUpdatedBy,
        WireTime lastUpdateTime) {

    static final RemediationPolicy NONE = new RemediationPolicy(false, 1, false, 7, null, null);

    public RemediationPolicy {
        serverApprovals = serverApprovals == null ? 1 : serverApprovals;
        shareDays = shareDays == null ? 7 : shareDays;
    }
}
