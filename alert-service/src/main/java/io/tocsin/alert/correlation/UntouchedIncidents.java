package io.tocsin.alert.correlation;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Takes incidents apart that should never have been one, as far as nobody has had them in hands: their alerts are
/// correlated anew, from nothing (docs/adr/028). Called under the tenant's lock.
@ApplicationScoped
class UntouchedIncidents {

    private static final String LOCK = """
            select i.incident_id from incident i
            where i.tenant_id = ? and i.incident_id = any(cast(? as bigint[]))
              and i.status = 'Active' and i.assigned_to is null and i.classification is null and i.determination is null and not %s
              and not exists (
                select from alert a join alert_link l on l.tenant_id = a.tenant_id and l.alert_id = a.id and l.rule = 'Manual'
                where a.tenant_id = i.tenant_id and a.incident_id = i.incident_id)
            order by i.incident_id for update of i
            """.formatted(OpenIncidents.WORKED_ON);

    /// One of the alerts stays, so that the incident does.
    private static final String TAKE_APART = """
            with theirs as (
                select tenant_id, incident_id, id from alert where tenant_id = ? and incident_id = any(cast(? as bigint[]))
                order by id for no key update),
            parted as (select tenant_id, incident_id, id, min(id) over (partition by incident_id) as first from theirs)
            update alert a set correlated = false, incident_id = case when a.id = p.first then a.incident_id end
            from parted p where a.tenant_id = p.tenant_id and a.id = p.id
            returning p.incident_id, a.id
            """;

    private record Row(long incident, String alert) {}

    private final Statements statements;

    UntouchedIncidents(Statements statements) {
        this.statements = statements;
    }

    /// Those of them nobody has had in hands; nobody takes one until the transaction ends.
    List<Long> lock(UUID tenant, Collection<Long> incidents) {
        return statements.list(LOCK, row -> row.getLong(1), tenant, incidents);
    }

    /// The alerts each had.
    Map<Long, List<String>> takeApart(UUID tenant, Collection<Long> incidents) {
        List<Row> alerts =
                statements.list(TAKE_APART, row -> new Row(row.getLong(1), row.getString(2)), tenant, incidents);
        statements.update(
                "delete from alert_link_spot where tenant_id = ? and incident_id = any(cast(? as bigint[]))",
                tenant,
                incidents);
        statements.update(
                "delete from alert_link_key where tenant_id = ? and alert_id = any(?)",
                tenant,
                alerts.stream().map(Row::alert).toList());
        return alerts.stream().collect(groupingBy(Row::incident, mapping(Row::alert, toList())));
    }
}
