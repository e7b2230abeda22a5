package io.tocsin.alert.story;

import io.tocsin.alert.correlation.LinkKey;
import io.tocsin.alert.entity.EntityKey;
import io.tocsin.alert.entity.EntityPrevalence;
import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/// On how many machines in the caller's reach a value was seen: those whose telemetry told of it, or those whose
/// alerts did,
/// whichever are more.
@ApplicationScoped
class Prevalence {

    private static final int MOST = 1_000;

    /// An alert without a machine counts as one, and is in everybody's reach.
    private static final String OF_ALERTS = """
            select mine.kind, mine.value, (select count(*) from (
                select from alert_link_machine held where held.tenant_id = ? and (%s or held.machine_id like 'da%%'
                    and not exists (select from machine known where known.tenant_id = held.tenant_id and known.id = held.machine_id))
                  and held.kind = mine.kind and held.value = mine.value limit ?) as seen) as machines
            from unnest(?, ?) as mine(kind, value)
            """;

    private record Counted(String key, int machines) {}

    private final EntityPrevalence telemetry;
    private final Statements statements;

    Prevalence(EntityPrevalence telemetry, Statements statements) {
        this.telemetry = telemetry;
        this.statements = statements;
    }

    /// By `kind value`, at most 1,000 each.
    Map<String, Integer> of(UUID tenant, DeviceScope scope, Collection<LinkKey> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        Map<String, Integer> machines = ofAlerts(tenant, scope, keys);
        Map<EntityKey, Long> seen = telemetry.machines(
                tenant,
                scope,
                keys.stream().map(LinkKey::entity).flatMap(Optional::stream).toList(),
                MOST);
        for (LinkKey key : keys) {
            key.entity().map(seen::get).ifPresent(count -> machines.merge(named(key), count.intValue(), Math::max));
        }
        return machines;
    }

    private Map<String, Integer> ofAlerts(UUID tenant, DeviceScope scope, Collection<LinkKey> keys) {
        var parameters = new ArrayList<Object>(scope.parameters(tenant));
        parameters.addAll(List.of(
                MOST,
                keys.stream().map(key -> key.rule().name()).toList(),
                keys.stream().map(LinkKey::value).toList()));
        return statements
                .list(
                        OF_ALERTS.formatted(scope.on("held")),
                        row -> new Counted(row.getString(1) + " " + row.getString(2), row.getInt(3)),
                        parameters.toArray())
                .stream()
                .collect(Collectors.toMap(Counted::key, Counted::machines, Math::max));
    }

    private static String named(LinkKey key) {
        return key.rule().name() + " " + key.value();
    }
}
