package io.tocsin.alert.triage;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.tocsin.db.Statements;
import io.tocsin.odata.ODataQuery;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Query;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/// Alerts as they are read, and the one statement that updates them.
@ApplicationScoped
class AlertRepository implements PanacheRepositoryBase<AlertEntity, AlertEntity.Key> {

    private static final String UPDATE = """
            update alert set
                status = coalesce(?, status),
                resolved_ticks = case when ?::text is null then resolved_ticks
                                      when ?::text = 'Resolved' then coalesce(resolved_ticks, ?) end,
                assigned_to = nullif(coalesce(?, assigned_to), ''),
                classification = coalesce(?, classification),
                determination = coalesce(?, determination),
                last_update_ticks = greatest(?, last_update_ticks + 1)
            where tenant_id = ? and id = ?
            """;

    private final Statements statements;

    AlertRepository(Statements statements) {
        this.statements = statements;
    }

    @SuppressWarnings("unchecked")
    List<AlertEntity> page(UUID tenant, ODataQuery query) {
        String sql = "select * from alert where tenant_id = ? and (" + query.where() + ") order by " + query.orderBy()
                + " limit ? offset ?";
        Query page = getEntityManager().createNativeQuery(sql, AlertEntity.class);
        int next = bind(page, tenant, query);
        return page.setParameter(next, query.limit())
                .setParameter(next + 1, query.offset())
                .getResultList();
    }

    long count(UUID tenant, ODataQuery query) {
        Query count = getEntityManager()
                .createNativeQuery("select count(*) from alert where tenant_id = ? and (" + query.where() + ")");
        bind(count, tenant, query);
        return ((Number) count.getSingleResult()).longValue();
    }

    private static int bind(Query query, UUID tenant, ODataQuery options) {
        int position = 1;
        query.setParameter(position++, tenant);
        for (Object parameter : options.parameters()) {
            query.setParameter(position++, parameter);
        }
        return position;
    }

    Optional<AlertEntity> find(UUID tenant, String id) {
        return find("tenantId = ?1 and id = ?2", tenant, id).firstResultOptional();
    }

    /// What people may change of an alert; nobody else changes it until the transaction ends.
    Optional<AlertState> lock(UUID tenant, String id) {
        return statements
                .list(
                        "select status, assigned_to, classification, determination from alert"
                                + " where tenant_id = ? and id = ? for update",
                        row -> new AlertState(
                                row.getString("status"),
                                row.getString("assigned_to"),
                                row.getString("classification"),
                                row.getString("determination")),
                        tenant,
                        id)
                .stream()
                .findFirst();
    }

    /// Whether there was such an alert; a comment is appended with it.
    boolean update(UUID tenant, String id, AlertChange change, String actor, WireTime now) {
        int changed = statements.update(
                UPDATE,
                change.status(),
                change.status(),
                change.status(),
                now.ticks(),
                change.assignedTo(),
                change.classification(),
                change.determination(),
                now.ticks(),
                tenant,
                id);
        if (changed == 1 && change.comment() != null) {
            statements.update(
                    "insert into alert_comment (tenant_id, alert_id, comment, created_by, created_ticks) values (?, ?, ?, ?, ?)",
                    tenant,
                    id,
                    change.comment(),
                    actor,
                    now.ticks());
        }
        return changed == 1;
    }

    Map<String, List<AlertView.Comment>> comments(UUID tenant, Collection<String> ids) {
        record Row(String alert, AlertView.Comment comment) {}
        return statements
                .list(
                        "select * from alert_comment where tenant_id = ? and alert_id = any(?) order by alert_id, comment_id",
                        row -> new Row(
                                row.getString("alert_id"),
                                new AlertView.Comment(
                                        row.getString("comment"),
                                        row.getString("created_by"),
                                        Statements.time(row, "created_ticks"))),
                        tenant,
                        ids)
                .stream()
                .collect(Collectors.groupingBy(
                        Row::alert, Collectors.mapping(Row::comment, Collectors.toCollection(ArrayList::new))));
    }
}
