package io.tocsin.alert.investigation;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// A tenant's policies.
///
/// @param lastUpdatedBy null while the tenant has never had any
@RegisterForReflection
public record InvestigationPoliciesView(
        List<InvestigationPolicy> value, int perHour, String lastUpdatedBy, WireTime lastUpdateTime) {

    static final InvestigationPoliciesView NONE =
            new InvestigationPoliciesView(List.of(), InvestigationPolicies.USUAL, null, null);
}
