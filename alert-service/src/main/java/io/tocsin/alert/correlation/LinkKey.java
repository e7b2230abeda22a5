package io.tocsin.alert.correlation;

import io.tocsin.alert.entity.EntityKey;
import io.tocsin.alert.entity.EntityKind;
import io.tocsin.wire.IpLiteral;
import java.net.InetAddress;
import java.util.Optional;

/// A value an alert can be linked by.
///
/// @param rule which rule it serves
/// @param value in the form in which equal means the same
public record LinkKey(Rule rule, String value) {

    /// The key an alert has that names the entity so; a file it may name by another hash, too.
    static LinkKey of(EntityKey entity) {
        return switch (entity.kind()) {
            case File -> new LinkKey(Rule.SharedFileHash, entity.value());
            case Ip ->
                new LinkKey(
                        Rule.SharedIpAddress,
                        InetAddress.ofLiteral(entity.value()).getHostAddress());
            case Domain -> new LinkKey(Rule.SharedDomain, entity.value());
            case User -> new LinkKey(Rule.SharedAccount, entity.value());
        };
    }

    /// What telemetry counts the machines of; empty when it has no such thing.
    public Optional<EntityKey> entity() {
        return switch (rule) {
            case SharedFileHash -> Optional.of(new EntityKey(EntityKind.File, value));
            case SharedIpAddress -> IpLiteral.canonical(value).map(address -> new EntityKey(EntityKind.Ip, address));
            case SharedDomain -> Optional.of(new EntityKey(EntityKind.Domain, value));
            case SharedAccount -> Optional.of(new EntityKey(EntityKind.User, value));
            default -> Optional.empty();
        };
    }
}
