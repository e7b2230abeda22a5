package io.tocsin.alert.incident;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.tocsin.db.Statements;
import io.tocsin.odata.ODataQuery;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Query;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

@ApplicationScoped
class IncidentRepository implements PanacheRepositoryBase<IncidentEntity, Long> {

    private record CommentRow(long incidentId, IncidentView.Comment comment) {}

    private final Statements statements;

    IncidentRepository(Statements statements) {
        this.statements = statements;
    }

    Optional<IncidentEntity> find(UUID tenant, long id) {
        return find("tenantId = ?1 and incidentId = ?2", tenant, id).firstResultOptional();
    }

    @SuppressWarnings("unchecked") // a native query with a result class is still untyped
    List<IncidentEntity> page(UUID tenant, ODataQuery query) {
        var rows = getEntityManager()
                .createNativeQuery(
                        "select * from incident where tenant_id = ? and (" + query.where() + ") order by "
                                + query.orderBy() + " limit ? offset ?",
                        IncidentEntity.class);
        int next = bind(rows, tenant, query);
        rows.setParameter(next, query.limit()).setParameter(next + 1, query.offset());
        return rows.getResultList();
    }

    long count(UUID tenant, ODataQuery query) {
        var rows = getEntityManager()
                .createNativeQuery("select count(*) from incident where tenant_id = ? and (" + query.where() + ")");
        bind(rows, tenant, query);
        return ((Number) rows.getSingleResult()).longValue();
    }

    private static int bind(Query rows, UUID tenant, ODataQuery query) {
        rows.setParameter(1, tenant);
        int next = 2;
        for (Object parameter : query.parameters()) {
            rows.setParameter(next++, parameter);
        }
        return next;
    }

    Map<Long, List<IncidentView.Comment>> comments(UUID tenant, Collection<Long> incidentIds) {
        return statements
                .list(
                        """
                        select incident_id, comment, created_by, created_ticks from incident_comment
                        where tenant_id = ? and incident_id = any(cast(? as bigint[])) order by comment_id
                        """,
                        row -> new CommentRow(
                                row.getLong(1),
                                new IncidentView.Comment(
                                        row.getString(2), row.getString(3), new WireTime(row.getLong(4)))),
                        tenant,
                        incidentIds)
                .stream()
                .collect(groupingBy(CommentRow::incidentId, mapping(CommentRow::comment, toList())));
    }
}
