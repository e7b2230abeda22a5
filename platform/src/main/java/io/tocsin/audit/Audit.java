package io.tocsin.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.wire.RequestId;
import io.tocsin.wire.RequestPermission;
import io.tocsin.wire.WireTime;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.persistence.EntityManager;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Writes the audit row of a change inside the change's own transaction, so that neither is there without
/// the other.
@ApplicationScoped
public class Audit {

    private static final String INSERT = """
            insert into audit_entry (tenant_id, service, at_ticks, actor, permission, action, target, detail, request_id)
            values (?, ?, ?, ?, ?, ?, ?, cast(? as jsonb), ?)
            """;

    private static final String INSERT_EACH = """
            insert into audit_entry (tenant_id, service, at_ticks, actor, permission, action, target, detail, request_id)
            select ?, ?, ?, ?, ?, ?, t.target, cast(t.detail as jsonb), ? from unnest(cast(? as text[]), cast(? as text[])) as t(target, detail)
            """;

    private final String service;
    private final EntityManager entities;
    private final ObjectMapper json;
    private final Instance<RoutingContext> request;

    Audit(
            @ConfigProperty(name = "quarkus.application.name") String service,
            EntityManager entities,
            ObjectMapper json,
            Instance<RoutingContext> request) {
        this.service = service;
        this.entities = entities;
        this.json = json;
        this.request = request;
    }

    /// Records one change. Must be called within the transaction that makes it.
    ///
    /// @param tenant whose data changed
    /// @param actor the caller's name, an agent's machine id, or the service itself
    /// @param action a verb of the domain, for example `alert.update`
    /// @param target the id of what changed
    /// @param detail before and after, or whatever explains the change; never secrets
    public void record(UUID tenant, String actor, String action, String target, Map<String, ?> detail) {
        entities.createNativeQuery(INSERT)
                .setParameter(1, tenant)
                .setParameter(2, service)
                .setParameter(3, WireTime.now().ticks())
                .setParameter(4, actor)
                .setParameter(5, ofRequest(RequestPermission::of))
                .setParameter(6, action)
                .setParameter(7, target)
                .setParameter(8, text(detail))
                .setParameter(9, ofRequest(RequestId::of))
                .executeUpdate();
    }

    /// Records the same change of many things by one statement, as [#record] does of one.
    ///
    /// @param details by the id of what changed
    public void recordEach(UUID tenant, String actor, String action, Map<String, ? extends Map<String, ?>> details) {
        if (details.isEmpty()) {
            return;
        }
        entities.createNativeQuery(INSERT_EACH)
                .setParameter(1, tenant)
                .setParameter(2, service)
                .setParameter(3, WireTime.now().ticks())
                .setParameter(4, actor)
                .setParameter(5, ofRequest(RequestPermission::of))
                .setParameter(6, action)
                .setParameter(7, ofRequest(RequestId::of))
                .setParameter(8, details.keySet().toArray(String[]::new))
                .setParameter(9, details.values().stream().map(this::text).toArray(String[]::new))
                .executeUpdate();
    }

    private String text(Map<String, ?> detail) {
        try {
            return json.writeValueAsString(detail);
        } catch (JsonProcessingException unwritable) {
            throw new IllegalArgumentException("audit detail cannot be written", unwritable);
        }
    }

    private String ofRequest(Function<RoutingContext, String> property) {
        try {
            return property.apply(request.get());
        } catch (RuntimeException outsideOfARequest) {
            return null;
        }
    }
}
