package io.tocsin.alert.incident;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.tocsin.db.NativeQueries;
import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import io.tocsin.odata.ODataQuery;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
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

    @SuppressWarnings("unchecked") // a native query with a result class is still untyped
    Optional<IncidentEntity> find(UUID tenant, DeviceScope scope, long id) {
        var rows = getEntityManager()
                .createNativeQuery(
                        "select " + IncidentEntity.COLUMNS + "from incident where tenant_id = ? and "
                                + IncidentReach.condition(scope) + " and incident_id = ?",
                        IncidentEntity.class);
        NativeQueries.bind(rows, IncidentReach.parameters(tenant, scope), List.of(id));
        return ((List<IncidentEntity>) rows.getResultList()).stream().findFirst();
    }

    @SuppressWarnings("unchecked") // a native query with a result class is still untyped
    List<IncidentEntity> page(UUID tenant, DeviceScope scope, ODataQuery query) {
        var rows = getEntityManager()
                .createNativeQuery(
                        "select " + IncidentEntity.COLUMNS + "from incident where tenant_id = ? and "
                                + IncidentReach.condition(scope) + " and (" + query.where() + ") order by "
                                + query.orderBy() + " limit ? offset ?",
                        IncidentEntity.class);
        NativeQueries.bind(
                rows,
                IncidentReach.parameters(tenant, scope),
                query.parameters(),
                List.of(query.limit(), query.offset()));
        return rows.getResultList();
    }

    long count(UUID tenant, DeviceScope scope, ODataQuery query) {
        var rows = getEntityManager()
                .createNativeQuery("select count(*) from incident where tenant_id = ? and "
                        + IncidentReach.condition(scope) + " and (" + query.where() + ")");
        NativeQueries.bind(rows, IncidentReach.parameters(tenant, scope), query.parameters());
        return ((Number) rows.getSingleResult()).longValue();
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
