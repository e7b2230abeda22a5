package io.tocsin.indicator.registry;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.tocsin.identity.Caller;
import io.tocsin.odata.ODataQuery;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Query;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Indicators and their change rows. An owner of `null` means every indicator of the tenant.
@ApplicationScoped
class IndicatorRepository implements PanacheRepositoryBase<IndicatorEntity, IndicatorEntity.Key> {

    static final String ACTIVE = "tenant_id = ? and (expiration_ticks is null or expiration_ticks > ?)"
            + " and (cast(? as text) is null or created_by = cast(? as text))";

    private static final String STORE = """
            insert into indicator (tenant_id, indicator_value, indicator_type, match_value, action, created_by,
                created_by_display_name, severity, category, application, educate_url, bypass_duration_hours, title,
                description, recommended_actions, creation_ticks, expiration_ticks, last_update_ticks, rbac_group_names,
                rbac_group_ids, mitre_techniques, generate_alert, external_id)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, cast(? as int), ?, ?, ?, ?, cast(? as bigint), ?,
                cast(? as text[]), cast(? as text[]), cast(? as text[]), ?, ?)
            on conflict (tenant_id, indicator_type, match_value, action) do update set
                indicator_value = excluded.indicator_value, severity = excluded.severity, category = excluded.category, educate_url = excluded.educate_url,
                bypass_duration_hours = excluded.bypass_duration_hours, title = excluded.title,
                description = excluded.description, recommended_actions = excluded.recommended_actions,
                expiration_ticks = excluded.expiration_ticks,
                last_update_ticks = greatest(excluded.last_update_ticks, indicator.last_update_ticks + 1),
                last_updated_by = excluded.created_by, rbac_group_names = excluded.rbac_group_names,
                rbac_group_ids = excluded.rbac_group_ids, mitre_techniques = excluded.mitre_techniques,
                generate_alert = excluded.generate_alert, external_id = excluded.external_id
            where cast(? as text) is null or indicator.created_by = cast(? as text)
            returning id
            """;

    @SuppressWarnings("unchecked")
    List<IndicatorEntity> page(UUID tenant, String owner, ODataQuery options, WireTime now) {
        Query page = getEntityManager()
                .createNativeQuery(
                        "select * from indicator where " + ACTIVE + " and (" + options.where() + ") order by "
                                + options.orderBy() + " limit ? offset ?",
                        IndicatorEntity.class);
        int next = bind(page, tenant, owner, options, now);
        return page.setParameter(next, options.limit())
                .setParameter(next + 1, options.offset())
                .getResultList();
    }

    long count(UUID tenant, String owner, ODataQuery options, WireTime now) {
        Query count = getEntityManager()
                .createNativeQuery("select count(*) from indicator where " + ACTIVE + " and (" + options.where() + ")");
        bind(count, tenant, owner, options, now);
        return ((Number) count.getSingleResult()).longValue();
    }

    private static int bind(Query query, UUID tenant, String owner, ODataQuery options, WireTime now) {
        int position = 1;
        query.setParameter(position++, tenant);
        query.setParameter(position++, now.ticks());
        query.setParameter(position++, owner);
        query.setParameter(position++, owner);
        for (Object parameter : options.parameters()) {
            query.setParameter(position++, parameter);
        }
        return position;
    }

    /// The row's id, or empty when the key is held by an indicator that is not the owner's.
    Optional<Long> store(Caller caller, String owner, CheckedIndicator it, WireTime now) {
        SubmitIndicatorRequest request = it.request();
        Long expires = request.expirationTime() == null
                ? null
                : request.expirationTime().ticks();
        Object[] parameters = {
            caller.tenant(),
            it.answeredValue(),
            it.type().name(),
            it.matchValue(),
            it.action().name(),
            caller.name(),
            caller.displayName(),
            it.severity(),
            it.category(),
            request.application(),
            request.educateUrl(),
            request.bypassDurationHours(),
            request.title(),
            request.description(),
            request.recommendedActions(),
            now.ticks(),
            expires,
            now.ticks(),
            it.rbacGroupNames().toArray(String[]::new),
            it.rbacGroupIds().toArray(String[]::new),
            it.mitreTechniques().toArray(String[]::new),
            it.generateAlert(),
            request.externalId(),
            owner,
            owner
        };
        Query store = getEntityManager().createNativeQuery(STORE, Long.class);
        for (int i = 0; i < parameters.length; i++) {
            store.setParameter(i + 1, parameters[i]);
        }
        List<?> ids = store.getResultList();
        return ids.isEmpty() ? Optional.empty() : Optional.of((Long) ids.getFirst());
    }

    boolean delete(UUID tenant, String owner, long id) {
        return getEntityManager()
                        .createNativeQuery("delete from indicator where " + ACTIVE + " and id = ?")
                        .setParameter(1, tenant)
                        .setParameter(2, WireTime.now().ticks())
                        .setParameter(3, owner)
                        .setParameter(4, owner)
                        .setParameter(5, id)
                        .executeUpdate()
                == 1;
    }

    /// The row that tells followers of the change, in its transaction.
    void changed(UUID tenant, long id, boolean removed, WireTime now) {
        getEntityManager()
                .createNativeQuery(
                        "insert into indicator_change (tenant_id, indicator_id, removed, at_ticks) values (?, ?, ?, ?)")
                .setParameter(1, tenant)
                .setParameter(2, id)
                .setParameter(3, removed)
                .setParameter(4, now.ticks())
                .executeUpdate();
    }

    IndicatorEntity get(UUID tenant, long id) {
        getEntityManager().clear(); // the row was written by SQL
        return find("tenantId = ?1 and id = ?2", tenant, id).firstResult();
    }

    /// Whether the tenant holds at least this many.
    boolean holds(UUID tenant, long many) {
        return !getEntityManager()
                .createNativeQuery("select 1 from indicator where tenant_id = ? offset ? limit 1")
                .setParameter(1, tenant)
                .setParameter(2, many - 1)
                .getResultList()
                .isEmpty();
    }
}
