package io.tocsin.indicator.registry;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.tocsin.db.Statements;
import io.tocsin.identity.Caller;
import io.tocsin.odata.ODataQuery;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Query;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Indicators and their change rows. An owner of `null` means every indicator of the tenant.
@ApplicationScoped
class IndicatorRepository implements PanacheRepositoryBase<IndicatorEntity, IndicatorEntity.Key> {

    static final String ACTIVE = "tenant_id = ? and (expiration_ticks is null or expiration_ticks > ?)"
            + " and (cast(? as text) is null or created_by = cast(? as text))";

    private static final String LOCK = "select " + IndicatorEntity.COLUMNS + """
            from indicator where tenant_id = ? and indicator_type = ? and match_value = ? and action = ? for update
            """;

    /// Behind a statement that changes one row: followers are told of it in the same one.
    private static final String TOLD = """
            , told as (
                insert into indicator_change (tenant_id, indicator_id, removed, at_ticks)
                select tenant_id, id, cast(? as boolean), cast(? as bigint) from changed)
            select %s from changed
            """.formatted(IndicatorEntity.COLUMNS);

    private static final String INSERT = """
            with changed as (
                insert into indicator (indicator_value, severity, category, educate_url, bypass_duration_hours, title,
                    description, recommended_actions, expiration_ticks, rbac_group_names, rbac_group_ids,
                    mitre_techniques, generate_alert, external_id, last_update_ticks, creation_ticks, tenant_id,
                    indicator_type, match_value, action, application, created_by, created_by_display_name)
                values (?, ?, ?, ?, cast(? as int), ?, ?, ?, cast(? as bigint), cast(? as text[]), cast(? as text[]),
                    cast(? as text[]), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (tenant_id, indicator_type, match_value, action) do nothing
                returning *)
            """ + TOLD;

    private static final String UPDATE = """
            with changed as (
                update indicator set indicator_value = ?, severity = ?, category = ?, educate_url = ?,
                    bypass_duration_hours = cast(? as int), title = ?, description = ?, recommended_actions = ?,
                    expiration_ticks = cast(? as bigint), rbac_group_names = cast(? as text[]),
                    rbac_group_ids = cast(? as text[]), mitre_techniques = cast(? as text[]), generate_alert = ?,
                    external_id = ?, last_update_ticks = greatest(?, last_update_ticks + 1), last_updated_by = ?
                where tenant_id = ? and id = ?
                returning *)
            """ + TOLD;

    private static final String DELETE =
            "with changed as (delete from indicator where " + ACTIVE + " and id = ? returning *)" + TOLD;

    private static final String DELETE_ALL =
            "with changed as (delete from indicator where " + ACTIVE + " and id = any(?) returning *)" + TOLD;

    private final Statements statements;

    IndicatorRepository(Statements statements) {
        this.statements = statements;
    }

    @SuppressWarnings("unchecked")
    List<IndicatorEntity> page(UUID tenant, String owner, ODataQuery options, WireTime now) {
        Query page = getEntityManager()
                .createNativeQuery(
                        "select " + IndicatorEntity.COLUMNS + "from indicator where " + ACTIVE + " and ("
                                + options.where() + ") " + options.page(),
                        IndicatorEntity.class);
        bind(page, tenant, owner, options, now);
        return page.getResultList();
    }

    long count(UUID tenant, String owner, ODataQuery options, WireTime now) {
        Query count = getEntityManager()
                .createNativeQuery("select count(*) from indicator where " + ACTIVE + " and (" + options.where() + ")");
        bind(count, tenant, owner, options, now);
        return ((Number) count.getSingleResult()).longValue();
    }

    private static void bind(Query query, UUID tenant, String owner, ODataQuery options, WireTime now) {
        int position = 1;
        query.setParameter(position++, tenant);
        query.setParameter(position++, now.ticks());
        query.setParameter(position++, owner);
        query.setParameter(position++, owner);
        for (Object parameter : options.parameters()) {
            query.setParameter(position++, parameter);
        }
    }

    /// The row of this value, type and action, which nobody else changes until the transaction ends.
    Optional<IndicatorEntity> lock(UUID tenant, CheckedIndicator it) {
        return one(LOCK, tenant, it.type().name(), it.matchValue(), it.action().name());
    }

    /// Empty when somebody else was first with it.
    Optional<IndicatorEntity> create(Caller caller, CheckedIndicator it, WireTime now) {
        List<Object> parameters = content(it, now);
        Collections.addAll(
                parameters,
                now.ticks(),
                caller.tenant(),
                it.type().name(),
                it.matchValue(),
                it.action().name(),
                it.request().application(),
                caller.name(),
                caller.displayName(),
                false,
                now.ticks());
        return one(INSERT, parameters.toArray());
    }

    /// The row as it is now.
    IndicatorEntity replace(Caller caller, IndicatorEntity locked, CheckedIndicator it, WireTime now) {
        List<Object> parameters = content(it, now);
        Collections.addAll(parameters, caller.name(), locked.tenantId, locked.id, false, now.ticks());
        return one(UPDATE, parameters.toArray()).orElseThrow();
    }

    /// What an indicator that is sent again replaces, in the order of both statements.
    private static List<Object> content(CheckedIndicator it, WireTime now) {
        SubmitIndicatorRequest request = it.request();
        return new ArrayList<>(Arrays.asList(
                it.answeredValue(),
                it.severity(),
                it.category(),
                request.educateUrl(),
                request.bypassDurationHours(),
                request.title(),
                request.description(),
                request.recommendedActions(),
                request.expirationTime() == null
                        ? null
                        : request.expirationTime().ticks(),
                it.rbacGroupNames().toArray(String[]::new),
                it.rbacGroupIds().toArray(String[]::new),
                it.mitreTechniques().toArray(String[]::new),
                it.generateAlert(),
                request.externalId(),
                now.ticks()));
    }

    /// The row that was, or empty when there is none the owner may delete.
    Optional<IndicatorEntity> delete(UUID tenant, String owner, long id) {
        long now = WireTime.now().ticks();
        return one(DELETE, tenant, now, owner, owner, id, true, now);
    }

    /// The rows that were.
    List<IndicatorEntity> deleteAll(UUID tenant, String owner, Collection<Long> ids) {
        long now = WireTime.now().ticks();
        return statements.list(
                DELETE_ALL, IndicatorEntity::of, tenant, now, owner, owner, ids.toArray(Long[]::new), true, now);
    }

    /// The row a statement answers. It is detached: a later statement's row of the same id is another one.
    private Optional<IndicatorEntity> one(String sql, Object... parameters) {
        Query query = getEntityManager().createNativeQuery(sql, IndicatorEntity.class);
        for (int i = 0; i < parameters.length; i++) {
            query.setParameter(i + 1, parameters[i]);
        }
        List<?> rows = query.getResultList();
        rows.forEach(getEntityManager()::detach);
        return rows.isEmpty() ? Optional.empty() : Optional.of((IndicatorEntity) rows.getFirst());
    }
}
