package io.tocsin.feed;

import io.tocsin.db.Statements;
import io.tocsin.secret.Secrets;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// The key a tenant's cursors are signed with: made once, by whichever replica needs it first, and sealed at rest.
@ApplicationScoped
class FeedKeys {

    static final String ALGORITHM = "HmacSHA256";

    private static final String PURPOSE = "feed-cursor";
    private static final String STORED = "select sealed from feed_key where tenant_id = ? and service = ?";

    private final Statements statements;
    private final Secrets secrets;
    private final String service;
    private final ConcurrentHashMap<UUID, SecretKeySpec> known = new ConcurrentHashMap<>();

    FeedKeys(
            Statements statements, Secrets secrets, @ConfigProperty(name = "quarkus.application.name") String service) {
        this.statements = statements;
        this.secrets = secrets;
        this.service = service;
    }

    SecretKeySpec of(UUID tenant) {
        SecretKeySpec key = known.get(tenant);
        if (key == null) {
            key = new SecretKeySpec(secrets.open(tenant, PURPOSE, service, sealed(tenant)), ALGORITHM);
            known.put(tenant, key);
        }
        return key;
    }

    private byte[] sealed(UUID tenant) {
        List<byte[]> stored = stored(tenant);
        if (stored.isEmpty()) {
            byte[] made = new byte[32];
            new SecureRandom().nextBytes(made);
            statements.update(
                    "insert into feed_key (tenant_id, service, sealed) values (?, ?, ?) on conflict do nothing",
                    tenant,
                    service,
                    secrets.seal(tenant, PURPOSE, service, made));
            stored = stored(tenant);
        }
        return stored.getFirst();
    }

    private List<byte[]> stored(UUID tenant) {
        return statements.list(STORED, row -> row.getBytes(1), tenant, service);
    }
}
