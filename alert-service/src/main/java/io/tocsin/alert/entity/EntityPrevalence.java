package io.tocsin.alert.entity;

import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/// On how many machines an entity has been seen within the retention of telemetry.
@ApplicationScoped
public class EntityPrevalence {

    /// A file's sightings are kept under one of its hashes, whichever is asked for.
    static final String COUNT = """
            select k.kind, k.value, (select count(*) from (
                select distinct s.machine_id from entity_sighting s
                where s.tenant_id = ? and %s and s.kind = k.kind and s.value = any(array(
                    select k.value union
                    select f.hash from file_fact f where k.kind = 'File' and f.tenant_id = ? and f.sha256 = k.value))
                limit ?) as seen) as machines
            from unnest(?, ?) as k(kind, value)
            """;

    private final Statements statements;

    EntityPrevalence(Statements statements) {
        this.statements = statements;
    }

    /// One range of one index for each key, read no further than asked; every key has an entry.
    ///
    /// @param most where counting ends
    public Map<EntityKey, Long> machines(UUID tenant, DeviceScope scope, Collection<EntityKey> keys, int most) {
        record Row(EntityKey key, long machines) {}
        List<EntityKey> distinct = keys.stream().distinct().toList();
        var parameters = new ArrayList<Object>(scope.parameters(tenant));
        parameters.add(tenant);
        parameters.add(most);
        parameters.add(distinct.stream().map(EntityKey::kind).toList());
        parameters.add(distinct.stream().map(EntityKey::value).toList());
        return statements
                .list(
                        COUNT.formatted(scope.on("s")),
                        row -> new Row(
                                new EntityKey(EntityKind.valueOf(row.getString("kind")), row.getString("value")),
                                row.getLong("machines")),
                        parameters.toArray())
                .stream()
                .collect(Collectors.toMap(Row::key, Row::machines));
    }
}
