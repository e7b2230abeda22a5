package io.tocsin.alert.investigation;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.alert.ingest.AlertByReference;
import io.tocsin.wire.WireTime;
import java.util.List;

/// A tenant's policies.
///
/// @param lastUpdatedBy null while nobody has set any
@RegisterForReflection
public record InvestigationPoliciesView(
        List<InvestigationPolicy> value, int perHour, String lastUpdatedBy, WireTime lastUpdateTime) {

    /// What holds until somebody sets any: alerts made by reference are investigated (contract 10 §4.3, rule 3).
    static final InvestigationPoliciesView USUAL = new InvestigationPoliciesView(
            List.of(new InvestigationPolicy(
                    "Alerts made by reference",
                    true,
                    InvestigationPolicy.Severity.UnSpecified,
                    List.of(AlertByReference.SOURCE),
                    List.of(),
                    List.of())),
            InvestigationPolicies.USUAL,
            null,
            null);
}
