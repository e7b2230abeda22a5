package io.tocsin.response.machine;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// A product on a machine, with the counters of the tenant (order as edmx-facts Software). Nobody tells of
/// weaknesses here, so none are known.
///
/// @param installedMachines on how many machines of the tenant it is
/// @param category null: nobody tells
@RegisterForReflection
public record SoftwareView(
        String id,
        String name,
        String vendor,
        long weaknesses,
        boolean publicExploit,
        boolean activeAlert,
        long exposedMachines,
        long installedMachines,
        float impactScore,
        boolean isNormalized,
        String category,
        List<Distribution> distributions) {

    static SoftwareView of(SoftwareReport it, long machines, List<Distribution> distributions) {
        return new SoftwareView(
                it.productId(), it.name(), it.vendor(), 0, false, false, 0, machines, 0, false, null, distributions);
    }

    /// A version of a product.
    ///
    /// @param version null when those that have the product did not tell it
    /// @param installations on how many machines of the tenant it is
    @RegisterForReflection
    public record Distribution(String version, long installations, long vulnerabilities) {}
}
