package io.tocsin.indicator.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.indicator.CanonicalRange;
import io.tocsin.indicator.IndicatorType;
import io.tocsin.wire.WireTime;
import java.util.Set;

/// Something that must not be blocked.
///
/// @param id null of one that is built in
/// @param type `DomainName`, `IpAddress` (also a range) or a file's hash
/// @param value in canonical form
@RegisterForReflection
record WarningEntry(
        String id, IndicatorType type, String value, String reason, String createdBy, WireTime createdTime) {

    /// The types an entry may have.
    static final Set<IndicatorType> TYPES = Set.of(
            IndicatorType.DomainName,
            IndicatorType.IpAddress,
            IndicatorType.FileSha1,
            IndicatorType.FileSha256,
            IndicatorType.FileMd5);

    /// Whether an indicator would block it: it itself, a parent of the domain or all of its URLs, a range that
    /// holds it or lies in it.
    boolean isBlockedBy(IndicatorType of, String indicator) {
        return switch (type) {
            case DomainName ->
                switch (of) {
                    case DomainName ->
                        indicator.startsWith("*.")
                                ? ("." + value).endsWith(indicator.substring(1))
                                : value.equals(indicator) || value.endsWith("." + indicator);
                    case Url -> value.equals(indicator);
                    default -> false;
                };
            case IpAddress -> of == IndicatorType.IpAddress && CanonicalRange.overlapping(value, indicator);
            default -> type == of && value.equals(indicator);
        };
    }
}
