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
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

@ApplicationScoped
class IncidentRepository implements PanacheRepositoryBase<IncidentEntity, Long> {

    private static final String UPDATE = """
            update incident set
                status = coalesce(?, status),
                assigned_to = nullif(coalesce(?, assigned_to), ''),
                classification = nullif(coalesce(?, classification), ''),
                determination = nullif(coalesce(?, determination), ''),
                tags = coalesce(cast(? as text[]), tags),
                last_update_ticks = greatest(?, last_update_ticks + 1)
            where tenant_id = ? and incident_id = ?
            """;

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

    /// Those of these ids, which the caller has found to be in reach.
    @SuppressWarnings("unchecked") // a native query with a result class is still untyped
    List<IncidentEntity> of(UUID tenant, Collection<Long> ids) {
        return getEntityManager()
                .createNativeQuery(
                        "select " + IncidentEntity.COLUMNS
                                + "from incident where tenant_id = ? and incident_id = any(?)",
                        IncidentEntity.class)
                .setParameter(1, tenant)
                .setParameter(2, ids.toArray(Long[]::new))
                .getResultList();
    }

    @SuppressWarnings("unchecked") // a native query with a result class is still untyped
    List<IncidentEntity> page(UUID tenant, DeviceScope scope, ODataQuery query) {
        var rows = getEntityManager()
                .createNativeQuery(
                        "select " + IncidentEntity.COLUMNS + "from incident where tenant_id = ? and "
                                + IncidentReach.condition(scope) + " and (" + query.where() + ") "
                                + query.page(),
                        IncidentEntity.class);
        NativeQueries.bind(rows, IncidentReach.parameters(tenant, scope), query.parameters());
        return rows.getResultList();
    }

    long count(UUID tenant, DeviceScope scope, ODataQuery query) {
        var rows = getEntityManager()
                .createNativeQuery("select count(*) from incident where tenant_id = ? and "
                        + IncidentReach.condition(scope) + " and (" + query.where() + ")");
        NativeQueries.bind(rows, IncidentReach.parameters(tenant, scope), query.parameters());
        return ((Number) rows.getSingleResult()).longValue();
    }

    /// An incident that is kept from changing until the transaction ends.
    ///
    /// @param redirect the incident it was merged into, or null
    record Locked(IncidentState state, Long redirect) {}

    Optional<Locked> lock(UUID tenant, DeviceScope scope, long id) {
        var parameters = new ArrayList<Object>(IncidentReach.parameters(tenant, scope));
        parameters.add(id);
        return statements
                .list(
                        "select status, assigned_to, classification, determination, tags, redirect_incident_id from incident"
                                + " where tenant_id = ? and " + IncidentReach.condition(scope)
                                + " and incident_id = ? for update of incident",
                        row -> new Locked(
                                new IncidentState(
                                        row.getString("status"),
                                        row.getString("assigned_to"),
                                        row.getString("classification"),
                                        row.getString("determination"),
                                        Statements.strings(row, "tags")),
                                Statements.number(row, "redirect_incident_id")),
                        parameters.toArray())
                .stream()
                .findFirst();
    }

    void update(UUID tenant, long id, IncidentChange change, String actor, WireTime now) {
        statements.update(
                UPDATE,
                change.status() == null ? null : change.status().name(),
                change.assignedTo(),
                change.classification(),
                change.determination(),
                change.tags(),
                now.ticks(),
                tenant,
                id);
        if (change.comment() != null) {
            statements.update(
                    "insert into incident_comment (tenant_id, incident_id, comment, created_by, created_ticks)"
                            + " values (?, ?, ?, ?, ?)",
                    tenant,
                    id,
                    change.comment(),
                    actor,
                    now.ticks());
        }
    }

    /// Whether any of its alerts is out of reach.
    boolean holdsBeyond(UUID tenant, DeviceScope scope, long id) {
        if (scope.isEverything()) {
            return false;
        }
        return !statements
                .list(
                        "select true from alert where tenant_id = ? and not " + scope.on("alert")
                                + " and incident_id = ? limit 1",
                        row -> true,
                        tenant,
                        scope.parameters().getFirst(),
                        id)
                .isEmpty();
    }

    /// Resolves the incident's alerts that are not, and answers their ids.
    List<String> resolveAlerts(UUID tenant, long id, WireTime now) {
        return statements.list("""
                with theirs as (
                    select tenant_id, id from alert where tenant_id = ? and incident_id = ? and status <> 'Resolved'
                    order by id for no key update)
                update alert a set status = 'Resolved', resolved_ticks = ?, last_update_ticks = greatest(?, a.last_update_ticks + 1)
                from theirs t where a.tenant_id = t.tenant_id and a.id = t.id and a.status <> 'Resolved' returning a.id
                """, row -> row.getString("id"), tenant, id, now.ticks(), now.ticks());
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
