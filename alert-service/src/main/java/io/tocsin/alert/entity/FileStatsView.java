package io.tocsin.alert.entity;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// `InOrgFileStats` (contract 60 §1, order as edmx-facts): the prevalence as text and as a number, as
/// recorded.
@RegisterForReflection
public record FileStatsView(
        String sha1,
        String orgPrevalence,
        long organizationPrevalence,
        WireTime orgFirstSeen,
        WireTime orgLastSeen,
        String globalPrevalence,
        Long globallyPrevalence,
        WireTime globalFirstObserved,
        WireTime globalLastObserved,
        List<String> topFileNames) {

    static FileStatsView of(String sha1, SeenInOrganization seen) {
        return new FileStatsView(
                sha1,
                Long.toString(seen.machines()),
                seen.machines(),
                seen.first(),
                seen.last(),
                null,
                null,
                null,
                null,
                seen.labels());
    }
}
