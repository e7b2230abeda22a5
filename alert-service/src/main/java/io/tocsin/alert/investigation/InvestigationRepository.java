package io.tocsin.alert.investigation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.db.Statements;
import io.tocsin.feed.FeedPlaces;
import io.tocsin.feed.Place;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The policies, how far the feed was held against them, and what became of it.
@ApplicationScoped
class InvestigationRepository {

    static final String CONSUMER = "investigation";

    private static final TypeReference<List<InvestigationPolicy>> POLICIES = new TypeReference<>() {};

    /// Alerts that may be investigated: on a machine, open, not investigated yet, and not raised by an investigation.
    private static final String ALERTS = """
            select a.id, a.machine_id, a.incident_id, a.severity, a.source, a.detection_source,
                case when m.group_generation >= 0 then m.rbac_group_id end as group_id
            from alert a left join machine m on m.tenant_id = a.tenant_id and m.id = a.machine_id
            where a.tenant_id = ? and a.id = any(?) and a.machine_id is not null and a.investigation_id is null
              and a.status <> 'Resolved' and a.detection_source is distinct from 'AutomatedInvestigation'
            """;

    private static final String PUT = """
            insert into investigation_policy (tenant_id, policies, per_hour, by_reference, last_updated_by, last_update_ticks)
            values (?, cast(? as jsonb), ?, ?, ?, ?)
            on conflict (tenant_id) do update set policies = excluded.policies, per_hour = excluded.per_hour,
                by_reference = excluded.by_reference,
                last_updated_by = excluded.last_updated_by,
                last_update_ticks = greatest(excluded.last_update_ticks, investigation_policy.last_update_ticks + 1)
            """;

    private static final String BEGIN = """
            insert into feed_position (tenant_id, consumer, change_xid, change_id) values (?, ?, ?::xid8, ?)
            on conflict (tenant_id, consumer) do nothing
            """;

    private static final String MOVE = """
            update feed_position set change_xid = ?::xid8, change_id = ?
            where tenant_id = ? and consumer = ? and change_xid = ?::xid8 and change_id = ?
            """;

    private static final String ASK = """
            insert into investigation_request (tenant_id, alert_id)
            select cast(? as uuid), ? where (
                select count(*) from (select from investigation_request
                    where tenant_id = ? and asked_at > now() - interval '1 hour' limit ?) as asked) < ?
            on conflict do nothing
            """;

    private static final String STARTED = """
            update alert set investigation_id = ?, investigation_state = ?,
                last_update_ticks = greatest(last_update_ticks + 1, ?)
            where tenant_id = ? and id = ? and investigation_id is null
            """;

    private final Statements statements;
    private final ObjectMapper json;

    InvestigationRepository(Statements statements, ObjectMapper json) {
        this.statements = statements;
        this.json = json;
    }

    /// Tenants whose alerts are held against policies, or are made by reference, and of which something is new.
    List<UUID> tenants() {
        return statements.list("""
                select f.tenant_id from feed_position f left join investigation_policy p on p.tenant_id = f.tenant_id
                where f.consumer = ? and (p.tenant_id is null or p.by_reference or p.policies <> '[]') and exists (
                    select from feed_change c where c.tenant_id = f.tenant_id
                        and (c.change_xid, c.change_id) > (f.change_xid, f.change_id) and c.change_xid < feed_horizon())
                """, row -> row.getObject(1, UUID.class), CONSUMER);
    }

    Optional<InvestigationPoliciesView> policies(UUID tenant) {
        return statements
                .list(
                        "select policies::text, per_hour, by_reference, last_updated_by, last_update_ticks from investigation_policy where tenant_id = ?",
                        this::view,
                        tenant)
                .stream()
                .findFirst();
    }

    /// One change of the tenant's policies at a time, so that what the audit says was before was so.
    void lock(UUID tenant) {
        statements.list(
                "select pg_advisory_xact_lock(hashtext('alert.investigation'), hashtext(cast(? as text)))::text",
                row -> row.getString(1),
                tenant);
    }

    void put(UUID tenant, InvestigationPolicies policies, String actor) {
        statements.update(
                PUT,
                tenant,
                text(policies.value()),
                policies.perHour(),
                policies.alertsByReference(),
                actor,
                WireTime.now().ticks());
    }

    /// From where the feed is held against policies: what happened before them is not investigated.
    void begin(UUID tenant, Place place) {
        statements.update(BEGIN, tenant, CONSUMER, place.positionText(), place.id());
    }

    void forgetPlace(UUID tenant) {
        statements.update("delete from feed_position where tenant_id = ? and consumer = ?", tenant, CONSUMER);
    }

    Optional<Place> place(UUID tenant) {
        return statements
                .list(
                        "select change_xid::text, change_id, 0::bigint from feed_position where tenant_id = ? and consumer = ?",
                        FeedPlaces::place,
                        tenant,
                        CONSUMER)
                .stream()
                .findFirst();
    }

    /// Whether nobody else has moved meanwhile.
    boolean move(UUID tenant, Place from, Place to) {
        return statements.update(MOVE, to.positionText(), to.id(), tenant, CONSUMER, from.positionText(), from.id())
                == 1;
    }

    List<AlertOfMachine> alerts(UUID tenant, Collection<String> ids) {
        return statements.list(ALERTS, InvestigationRepository::alert, tenant, ids);
    }

    /// Whether the alert is, or was already, among those that may be asked for in this hour.
    boolean ask(UUID tenant, String alert, int perHour) {
        lock(tenant);
        return statements.update(ASK, tenant, alert, tenant, perHour, perHour) == 1
                || !statements
                        .list(
                                "select 1 from investigation_request where tenant_id = ? and alert_id = ?",
                                row -> row.getInt(1),
                                tenant,
                                alert)
                        .isEmpty();
    }

    void prune(UUID tenant) {
        statements.update(
                "delete from investigation_request where tenant_id = ? and asked_at < now() - interval '1 day'",
                tenant);
    }

    /// Whether the alert had none before.
    boolean started(UUID tenant, String alert, long investigation, String state) {
        return statements.update(STARTED, investigation, state, WireTime.now().ticks(), tenant, alert) == 1;
    }

    private static AlertOfMachine alert(ResultSet row) throws SQLException {
        Long group = Statements.number(row, "group_id");
        return new AlertOfMachine(
                row.getString("id"),
                row.getString("machine_id"),
                Statements.number(row, "incident_id"),
                row.getString("severity"),
                row.getString("source"),
                row.getString("detection_source"),
                group == null ? null : group.intValue());
    }

    private InvestigationPoliciesView view(ResultSet row) throws SQLException {
        try {
            return new InvestigationPoliciesView(
                    json.readValue(row.getString("policies"), POLICIES),
                    row.getInt("per_hour"),
                    row.getBoolean("by_reference"),
                    row.getString("last_updated_by"),
                    Statements.time(row, "last_update_ticks"));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a stored policy cannot be read", impossible);
        }
    }

    private String text(List<InvestigationPolicy> policies) {
        try {
            return json.writeValueAsString(policies);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a policy cannot be written", impossible);
        }
    }
}
