package io.tocsin.alert.detection;

import static io.tocsin.db.Statements.time;

import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

@ApplicationScoped
class DetectionRepository {

    private static final String COLUMNS =
            "id, rule, enabled, severity, exclusions, created_by, created_ticks, last_updated_by, last_update_ticks";

    private static final String STORE = """
            insert into detection (tenant_id, id, rule, enabled, severity, exclusions, created_by, created_ticks,
                last_updated_by, last_update_ticks)
            values (?, ?, ?, ?, ?, cast(? as jsonb), ?, cast(? as bigint), ?, ?)
            on conflict (tenant_id, id) do update set rule = excluded.rule, enabled = excluded.enabled,
                severity = excluded.severity, exclusions = excluded.exclusions,
                last_updated_by = excluded.last_updated_by, last_update_ticks = excluded.last_update_ticks
            """;

    /// The clock, so that a tenant that is removed and made anew never counts the same numbers twice.
    private static final String CHANGED = """
            insert into detection_generation (tenant_id, generation) values (?, ?)
            on conflict (tenant_id) do update
                set generation = greatest(detection_generation.generation + 1, excluded.generation)
            """;

    private static final String RATES = """
            select rule_id, sum(raised) as raised, sum(suppressed) as suppressed from detection_rate
            where tenant_id = ? and hour > ? group by rule_id
            """;

    /// @param raised alerts of the last 24 hours
    /// @param suppressed hits beyond the cap
    record Rate(long raised, long suppressed) {

        static final Rate NONE = new Rate(0, 0);
    }

    private final Statements statements;

    DetectionRepository(Statements statements) {
        this.statements = statements;
    }

    /// Makes changes of a tenant's rules one after the other until the transaction ends.
    void lock(UUID tenant) {
        statements.update(CHANGED, tenant, WireTime.now().ticks());
    }

    List<StoredDetection> all(UUID tenant) {
        return statements.list(
                "select " + COLUMNS + " from detection where tenant_id = ? order by created_ticks, id",
                row -> new StoredDetection(
                        row.getString("id"),
                        row.getString("rule"),
                        row.getBoolean("enabled"),
                        row.getString("severity"),
                        row.getString("exclusions"),
                        row.getString("created_by"),
                        time(row, "created_ticks"),
                        row.getString("last_updated_by"),
                        time(row, "last_update_ticks")),
                tenant);
    }

    Optional<StoredDetection> find(UUID tenant, String id) {
        return all(tenant).stream().filter(stored -> stored.id().equals(id)).findFirst();
    }

    void store(UUID tenant, StoredDetection it) {
        statements.update(
                STORE,
                tenant,
                it.id(),
                it.rule(),
                it.enabled(),
                it.severity(),
                it.exclusions(),
                it.createdBy(),
                it.created() == null ? null : it.created().ticks(),
                it.lastUpdatedBy(),
                it.lastUpdate().ticks());
    }

    void remove(UUID tenant, String id) {
        statements.update("delete from detection where tenant_id = ? and id = ?", tenant, id);
    }

    /// The number of each tenant's present rules; a tenant that never changed one has none.
    Map<UUID, Long> generations() {
        var generations = new HashMap<UUID, Long>();
        statements
                .list(
                        "select tenant_id, generation from detection_generation",
                        row -> Map.entry(row.getObject("tenant_id", UUID.class), row.getLong("generation")))
                .forEach(entry -> generations.put(entry.getKey(), entry.getValue()));
        return generations;
    }

    /// What each rule did in the last 24 hours.
    Map<String, Rate> rates(UUID tenant) {
        var rates = new HashMap<String, Rate>();
        statements
                .list(
                        RATES,
                        row -> Map.entry(
                                row.getString("rule_id"), new Rate(row.getLong("raised"), row.getLong("suppressed"))),
                        tenant,
                        Hits.hour(WireTime.now()) - 24)
                .forEach(entry -> rates.put(entry.getKey(), entry.getValue()));
        return rates;
    }
}
