package io.tocsin.response.machine;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// An update that is missing on a machine (order as edmx-facts PublicProductFixDto).
///
/// @param machineMissedOn on how many machines of the tenant it is missing
@RegisterForReflection
public record MissingKbView(
        String id,
        String name,
        Long osBuild,
        List<String> productsNames,
        String url,
        long machineMissedOn,
        long cveAddressed) {

    static MissingKbView of(MissingKbReport it, long machines) {
        return new MissingKbView(
                it.id(),
                it.name(),
                it.osBuild(),
                it.productsNames(),
                it.url(),
                machines,
                it.cveAddressed() == null ? 0 : it.cveAddressed());
    }
}
