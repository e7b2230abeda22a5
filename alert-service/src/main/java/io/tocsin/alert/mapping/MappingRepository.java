package io.tocsin.alert.mapping;

import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// A tenant's mappings. They belong to nobody's machines, so no scope narrows them.
@ApplicationScoped
class MappingRepository {

    private static final String COLUMNS = "name, created_by, created_ticks, last_update_ticks, definition::text";

    private final Statements statements;

    MappingRepository(Statements statements) {
        this.statements = statements;
    }

    List<MappingView> all(UUID tenant) {
        return statements.list(
                "select " + COLUMNS + " from alert_mapping where tenant_id = ? order by name",
                MappingRepository::view,
                tenant);
    }

    Optional<MappingView> find(UUID tenant, String name) {
        return statements
                .list(
                        "select " + COLUMNS + " from alert_mapping where tenant_id = ? and name = ?",
                        MappingRepository::view,
                        tenant,
                        name)
                .stream()
                .findFirst();
    }

    int count(UUID tenant) {
        return statements
                .list("select count(*) from alert_mapping where tenant_id = ?", row -> row.getInt(1), tenant)
                .getFirst();
    }

    /// One change of the tenant's mappings at a time, so that what the audit says was before was so.
    void lock(UUID tenant) {
        statements.list(
                "select pg_advisory_xact_lock(hashtext('alert.mapping'), hashtext(cast(? as text)))::text",
                row -> row.getString(1),
                tenant);
    }

    void put(UUID tenant, String name, String definition, String actor, WireTime now) {
        statements.update("""
                insert into alert_mapping (tenant_id, name, definition, created_by, created_ticks, last_update_ticks)
                values (?, ?, cast(? as jsonb), ?, ?, ?)
                on conflict (tenant_id, name) do update set definition = excluded.definition,
                    last_update_ticks = greatest(excluded.last_update_ticks, alert_mapping.last_update_ticks + 1)
                """, tenant, name, definition, actor, now.ticks(), now.ticks());
    }

    void delete(UUID tenant, String name) {
        statements.update("delete from alert_mapping where tenant_id = ? and name = ?", tenant, name);
    }

    private static MappingView view(ResultSet row) throws SQLException {
        return new MappingView(
                row.getString("name"),
                row.getString("created_by"),
                Statements.time(row, "created_ticks"),
                Statements.time(row, "last_update_ticks"),
                row.getString("definition"));
    }
}
