package io.tocsin.alert.entity;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;

/// `InOrgDomainStats` (contract 60 §1, order as edmx-facts).
@RegisterForReflection
public record DomainStatsView(
        String host, String orgPrevalence, WireTime orgFirstSeen, WireTime orgLastSeen, long organizationPrevalence) {

    static DomainStatsView of(String host, SeenInOrganization seen) {
        return new DomainStatsView(host, Long.toString(seen.machines()), seen.first(), seen.last(), seen.machines());
    }
}
