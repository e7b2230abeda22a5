package io.tocsin.response.machine;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/// A program an agent found on its machine.
///
/// @param version null when nobody knows
@RegisterForReflection
public record SoftwareReport(
        @NotBlank @Size(max = 256) String vendor,
        @NotBlank @Size(max = 256) String name,
        @Size(max = 128) String version)
        implements Comparable<SoftwareReport> {

    public SoftwareReport {
        vendor = vendor == null ? null : vendor.strip();
        name = name == null ? null : name.strip();
        version = version == null || version.isBlank() ? null : version.strip();
    }

    /// What the product is called in addresses (contract 80 §1).
    String productId() {
        return InventoryItem.word(vendor) + "-_-" + InventoryItem.word(name);
    }

    @Override
    public int compareTo(SoftwareReport other) {
        int byProduct = productId().compareTo(other.productId());
        int byName = byProduct == 0 ? (vendor + name).compareTo(other.vendor + other.name) : byProduct;
        return byName == 0 ? knownVersion().compareTo(other.knownVersion()) : byName;
    }

    String knownVersion() {
        return version == null ? "" : version;
    }
}
