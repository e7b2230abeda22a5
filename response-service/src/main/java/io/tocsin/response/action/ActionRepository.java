package io.tocsin.response.action;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.tocsin.db.NativeQueries;
import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import io.tocsin.odata.ODataQuery;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Query;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Every transition of an action is one guarded statement here that says whether it won:
///
/// | from | event | to |
/// |---|---|---|
/// | – | submitted, lane free | Pending |
/// | Pending | delivered | InProgress, leased |
/// | InProgress, lease over | delivered | InProgress, leased anew |
/// | InProgress | reported | Succeeded, Failed |
/// | Pending, InProgress | cancelled | Cancelled |
/// | Pending, InProgress | deadline passed | TimeOut |
///
/// Nothing leaves Succeeded, Failed, Cancelled or TimeOut.
@ApplicationScoped
class ActionRepository implements PanacheRepositoryBase<ActionEntity, ActionEntity.Key> {

    private static final int CANCELLED = -2147467260;
    private static final int TIMED_OUT = -2145844840;

    private static final String SUBMIT = """
            insert into machine_action (id, tenant_id, type, lane, title, requestor, requestor_comment, status, machine_id,
                computer_dns_name, creation_ticks, last_update_ticks, scope, external_id, deadline)
            values (?, ?, ?, ?, ?, ?, ?, 'Pending', ?, ?, ?, ?, ?, ?, now() + ? * interval '1 second')
            on conflict (tenant_id, machine_id, lane) where status in ('Pending', 'InProgress') do nothing
            """;

    private static final String DELIVER = """
            update machine_action set status = 'InProgress', lease_id = next.lease, leases = leases || next.lease,
                lease_expires_at = now() + ? * interval '1 second', deliveries = deliveries + 1,
                last_update_ticks = greatest(?, last_update_ticks + 1)
            from (select tenant_id, id, gen_random_uuid() as lease from machine_action
                where tenant_id = ? and machine_id = ? and deadline > now()
                  and (status = 'Pending' or (status = 'InProgress' and lease_expires_at <= now()))
                order by creation_ticks for update skip locked) as next
            where machine_action.tenant_id = next.tenant_id and machine_action.id = next.id
            returning machine_action.id, type, scope, requestor_comment, lease_id, lease_expires_at, deliveries
            """;

    private final Statements statements;

    ActionRepository(Statements statements) {
        this.statements = statements;
    }

    @SuppressWarnings("unchecked") // a native query with a result class is still untyped
    List<ActionEntity> page(UUID tenant, DeviceScope scope, ODataQuery options) {
        Query page = getEntityManager()
                .createNativeQuery(
                        "select " + ActionEntity.COLUMNS + "from machine_action where tenant_id = ? and "
                                + scope.on("machine_action") + " and (" + options.where() + ") order by "
                                + options.orderBy() + " limit ? offset ?",
                        ActionEntity.class);
        NativeQueries.bind(
                page, scope.parameters(tenant), options.parameters(), List.of(options.limit(), options.offset()));
        return page.getResultList();
    }

    long count(UUID tenant, DeviceScope scope, ODataQuery options) {
        Query count = getEntityManager()
                .createNativeQuery("select count(*) from machine_action where tenant_id = ? and "
                        + scope.on("machine_action") + " and (" + options.where() + ")");
        NativeQueries.bind(count, scope.parameters(tenant), options.parameters());
        return ((Number) count.getSingleResult()).longValue();
    }

    @SuppressWarnings("unchecked") // a native query with a result class is still untyped
    Optional<ActionEntity> find(UUID tenant, DeviceScope scope, UUID id) {
        getEntityManager().clear(); // rows are changed by SQL
        Query found = getEntityManager()
                .createNativeQuery(
                        "select " + ActionEntity.COLUMNS + "from machine_action where tenant_id = ? and "
                                + scope.on("machine_action") + " and id = ?",
                        ActionEntity.class);
        NativeQueries.bind(found, scope.parameters(tenant), List.of(id));
        return ((List<ActionEntity>) found.getResultList()).stream().findFirst();
    }

    boolean submit(
            UUID tenant,
            UUID id,
            ActionKind kind,
            String requestor,
            String scope,
            ActionRequest request,
            String machineId,
            String machineName,
            WireTime now,
            Duration deadline) {
        return statements.update(
                        SUBMIT,
                        id,
                        tenant,
                        kind.name(),
                        kind.lane(),
                        request.title(),
                        requestor,
                        request.comment(),
                        machineId,
                        machineName,
                        now.ticks(),
                        now.ticks() + 1,
                        scope,
                        request.externalId(),
                        deadline.toSeconds())
                == 1;
    }

    List<Delivery> deliver(UUID tenant, String machineId, Duration lease, WireTime now) {
        return statements.list(
                DELIVER,
                row -> new Delivery(
                        row.getString("id"),
                        row.getString("type"),
                        row.getString("scope"),
                        row.getString("requestor_comment"),
                        row.getString("lease_id"),
                        WireTime.of(row.getTimestamp("lease_expires_at").toInstant()),
                        row.getLong("deliveries") > 1),
                lease.toSeconds(),
                now.ticks(),
                tenant,
                machineId);
    }

    boolean report(
            UUID tenant,
            String machineId,
            UUID id,
            String lease,
            String status,
            int result,
            String message,
            WireTime now) {
        return statements.update("""
                update machine_action set status = ?, error_hresult = ?, result_message = ?,
                    lease_id = null, lease_expires_at = null, last_update_ticks = greatest(?, last_update_ticks + 1)
                where tenant_id = ? and machine_id = ? and id = ? and status = 'InProgress' and ? = any(cast(leases as text[]))
                """, status, result, message, now.ticks(), tenant, machineId, id, lease) == 1;
    }

    boolean wasLeased(UUID tenant, UUID id, String lease) {
        return !statements
                .list(
                        "select 1 from machine_action where tenant_id = ? and id = ? and ? = any(cast(leases as text[]))",
                        row -> row.getInt(1),
                        tenant,
                        id,
                        lease)
                .isEmpty();
    }

    boolean cancel(UUID tenant, UUID id, String requestor, String comment, WireTime now) {
        return statements.update("""
                update machine_action set status = 'Cancelled', error_hresult = ?, cancellation_requestor = ?,
                    cancellation_comment = ?, cancellation_ticks = ?, lease_id = null, lease_expires_at = null,
                    last_update_ticks = greatest(?, last_update_ticks + 1)
                where tenant_id = ? and id = ? and status in ('Pending', 'InProgress')
                """, CANCELLED, requestor, comment, now.ticks(), now.ticks(), tenant, id) == 1;
    }

    /// Ends every action whose deadline has passed, and records it, in one statement.
    int timeOut(WireTime now) {
        return statements
                .list("""
                with late as (
                    update machine_action set status = 'TimeOut', error_hresult = ?, lease_id = null, lease_expires_at = null,
                        last_update_ticks = greatest(?, last_update_ticks + 1)
                    where status in ('Pending', 'InProgress') and deadline <= now()
                    returning tenant_id, id),
                recorded as (
                    insert into audit_entry (tenant_id, service, at_ticks, actor, action, target)
                    select tenant_id, 'response-service', ?, 'response-service', 'action.timeout', id::text from late)
                select count(*) from late
                """, row -> row.getInt(1), TIMED_OUT, now.ticks(), now.ticks())
                .getFirst();
    }

    /// An action handed to an agent.
    ///
    /// @param again whether it was handed out before
    record Delivery(
            String id,
            String type,
            String scope,
            String comment,
            String leaseId,
            WireTime leaseExpirationTime,
            boolean again) {}
}
