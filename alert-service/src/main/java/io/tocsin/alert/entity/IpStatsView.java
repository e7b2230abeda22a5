package io.tocsin.alert.entity;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;

/// `InOrgIPStats` (contract 60 §1, order as edmx-facts).
@RegisterForReflection
public record IpStatsView(
        String ipAddress,
        String orgPrevalence,
        long organizationPrevalence,
        WireTime orgFirstSeen,
        WireTime orgLastSeen) {

    static IpStatsView of(String address, SeenInOrganization seen) {
        return new IpStatsView(address, Long.toString(seen.machines()), seen.machines(), seen.first(), seen.last());
    }
}
