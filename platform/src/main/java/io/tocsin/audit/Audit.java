package io.tocsin.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.db.Statements;
import io.tocsin.wire.RequestId;
import io.tocsin.wire.RequestPermission;
import io.tocsin.wire.WireTime;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.util.List;
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

    private static final String INSERT_ALL = """
            insert into audit_entry (tenant_id, service, at_ticks, actor, permission, action, target, detail, request_id)
            select tenant_id, ?, ?, actor, permission, action, target, detail::jsonb, request_id
            from unnest(?, ?, ?, ?, ?, ?, ?) with ordinality
                as t (tenant_id, actor, permission, action, target, detail, request_id, position)
            order by position
            """;

    /// Who asks for a change, and by which request: for work that is done later, on another thread.
    ///
    /// @param actor as of [#record]
    /// @param permission which opened the route, or null outside of a request
    /// @param requestId of the request, or null outside of one
    public record Origin(String actor, String permission, String requestId) {}

    /// One change of many that are recorded together.
    public record Entry(UUID tenant, Origin origin, String action, String target, Map<String, ?> detail) {}

    private final String service;
    private final Statements statements;
    private final ObjectMapper json;
    private final Instance<RoutingContext> request;

    /// @param service whose rows they are
    public Audit(
            @ConfigProperty(name = "quarkus.application.name") String service,
            Statements statements,
            ObjectMapper json,
            Instance<RoutingContext> request) {
        this.service = service;
        this.statements = statements;
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
        statements.update(
                INSERT,
                tenant,
                service,
                WireTime.now().ticks(),
                actor,
                ofRequest(RequestPermission::of),
                action,
                target,
                text(detail),
                ofRequest(RequestId::of));
    }

    /// Records the same change of many things by one statement, as [#record] does of one.
    ///
    /// @param details by the id of what changed
    public void recordEach(UUID tenant, String actor, String action, Map<String, ? extends Map<String, ?>> details) {
        Origin origin = origin(actor);
        recordAll(details.entrySet().stream()
                .map(change -> new Entry(tenant, origin, action, change.getKey(), change.getValue()))
                .toList());
    }

    /// What the request that is being answered adds to the actor.
    public Origin origin(String actor) {
        return new Origin(actor, ofRequest(RequestPermission::of), ofRequest(RequestId::of));
    }

    /// Records many changes by one statement, in their order. Must be called within the transaction that makes
    /// them.
    public void recordAll(List<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        statements.update(
                INSERT_ALL,
                service,
                WireTime.now().ticks(),
                entries.stream().map(Entry::tenant).toArray(UUID[]::new),
                texts(entries, entry -> entry.origin().actor()),
                texts(entries, entry -> entry.origin().permission()),
                texts(entries, Entry::action),
                texts(entries, Entry::target),
                texts(entries, entry -> text(entry.detail())),
                texts(entries, entry -> entry.origin().requestId()));
    }

    private static String[] texts(List<Entry> entries, Function<Entry, String> property) {
        return entries.stream().map(property).toArray(String[]::new);
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
