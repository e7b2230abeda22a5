package io.tocsin.alert.investigation;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// A tenant's policies.
///
/// @param alertsByReference whether each alert made by reference is investigated
/// @param lastUpdatedBy null while nobody has set any
@RegisterForReflection
public record InvestigationPoliciesView(
        List<InvestigationPolicy> value,
        int perHour,
        boolean alertsByReference,
        String lastUpdatedBy,
        WireTime lastUpdateTime) {

    /// What holds until somebody sets any.
    static final InvestigationPoliciesView USUAL =
            new InvestigationPoliciesView(List.of(), InvestigationPolicies.USUAL, true, null, null);

    /// Whether no alert is asked for.
    @JsonIgnore
    boolean isOff() {
        return value.isEmpty() && !alertsByReference;
    }

    /// Whether the alert is one that is investigated because of how it was made.
    boolean wantsByReference(AlertOfMachine alert) {
        return alertsByReference && alert.isByReference();
    }

    /// Whether anything asks for it, but for the group of its machine.
    boolean asksFor(AlertOfMachine alert) {
        return wantsByReference(alert) || value.stream().anyMatch(policy -> policy.asksFor(alert));
    }
}
