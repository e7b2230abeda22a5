package io.tocsin.alert.correlation;

import static io.tocsin.db.Statements.number;

import io.tocsin.alert.story.TimeRange;
import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

@ApplicationScoped
class CorrelationRepository {

    private static final String FROM = "coalesce(a.first_event_ticks, a.alert_creation_ticks)";
    private static final String TO = "coalesce(a.last_event_ticks, a.first_event_ticks, a.alert_creation_ticks)";

    private static final String BY_KEY = """
            select distinct on (k.kind, k.value, a.incident_id) k.kind, k.value, a.id, a.incident_id
            from unnest(?, ?) as mine(kind, value)
            join alert_link_key k on k.tenant_id = ? and k.kind = mine.kind and k.value = mine.value and k.alert_id <> ?
            join alert a on a.tenant_id = k.tenant_id and a.id = k.alert_id and a.incident_id is not null
            where k.kind = 'SameProcessTree' or %s <= ? and %s >= ?
            order by k.kind, k.value, a.incident_id, a.alert_creation_ticks, a.id
            """.formatted(FROM, TO);

    private static final String BY_MACHINE = """
            select distinct on (a.incident_id) a.id, a.incident_id
            from alert a
            where a.tenant_id = ? and a.machine_id = ? and a.id <> ? and a.incident_id is not null
              and %s <= ? and %s >= ?
            order by a.incident_id, a.alert_creation_ticks, a.id
            """.formatted(FROM, TO);

    private final Statements statements;

    CorrelationRepository(Statements statements) {
        this.statements = statements;
    }

    /// The tenants that have work; the one statement here that crosses them.
    List<UUID> tenants() {
        return statements.list(
                "select distinct tenant_id from alert where not correlated",
                row -> row.getObject("tenant_id", UUID.class));
    }

    /// Whether this transaction is the only one that correlates for the tenant.
    boolean lock(UUID tenant) {
        return statements
                .list(
                        "select pg_try_advisory_xact_lock(hashtext('alert.correlation'), hashtext(cast(? as text)))",
                        row -> row.getBoolean(1),
                        tenant)
                .getFirst();
    }

    /// @param only this alert, or null for the oldest ones
    List<WaitingAlert> waiting(UUID tenant, String only, int most) {
        return statements.list(
                "select a.*, " + FROM + " as from_ticks, " + TO + " as to_ticks from alert a"
                        + " where a.tenant_id = ? and not a.correlated and a.id = coalesce(cast(? as text), a.id)"
                        + " order by a.alert_creation_ticks, a.id limit ? for update skip locked",
                CorrelationRepository::alert,
                tenant,
                only,
                most);
    }

    List<String> waitingIds(UUID tenant, int most) {
        return statements.list(
                "select id from alert where tenant_id = ? and not correlated order by alert_creation_ticks, id limit ?",
                row -> row.getString(1),
                tenant,
                most);
    }

    private static WaitingAlert alert(ResultSet row) throws SQLException {
        long from = row.getLong("from_ticks");
        long to = row.getLong("to_ticks");
        return new WaitingAlert(
                row.getString("id"),
                row.getString("machine_id"),
                row.getString("computer_dns_name"),
                new TimeRange(new WireTime(Math.min(from, to)), new WireTime(Math.max(from, to))));
    }

    /// Where the alert is by now: an earlier one of the batch may have moved it.
    Long incidentOf(UUID tenant, String alertId) {
        return statements
                .list(
                        "select incident_id from alert where tenant_id = ? and id = ?",
                        row -> number(row, "incident_id"),
                        tenant,
                        alertId)
                .getFirst();
    }

    void replaceKeys(UUID tenant, String alertId, Collection<LinkKey> keys) {
        statements.update("delete from alert_link_key where tenant_id = ? and alert_id = ?", tenant, alertId);
        statements.update("""
                insert into alert_link_key (tenant_id, alert_id, kind, value)
                select ?, ?, kind, value from unnest(?, ?) as mine(kind, value) on conflict do nothing
                """, tenant, alertId, kinds(keys), values(keys));
    }

    /// The keys so many machines have in common that they say nothing, as `rule value`.
    List<String> common(UUID tenant, Collection<LinkKey> keys, int most) {
        return statements.list("""
                select k.kind || ' ' || k.value
                from unnest(?, ?) as mine(kind, value)
                join alert_link_key k on k.tenant_id = ? and k.kind = mine.kind and k.value = mine.value
                join alert a on a.tenant_id = k.tenant_id and a.id = k.alert_id
                group by k.kind, k.value having count(distinct coalesce(a.machine_id, a.id)) > ?
                """, row -> row.getString(1), kinds(keys), values(keys), tenant, most);
    }

    /// The oldest alert of each incident that shares one of the keys.
    List<Candidate> sharing(UUID tenant, WaitingAlert alert, Collection<LinkKey> keys, Duration window) {
        long ticks = window.toSeconds() * WireTime.TICKS_PER_SECOND;
        return statements.list(
                BY_KEY,
                row -> new Candidate(
                        Rule.valueOf(row.getString(1)), row.getString(3), row.getLong(4), detail(keys, row)),
                kinds(keys),
                values(keys),
                tenant,
                alert.id(),
                alert.time().to().ticks() + ticks,
                alert.time().from().ticks() - ticks);
    }

    private static String detail(Collection<LinkKey> keys, ResultSet row) throws SQLException {
        String kind = row.getString(1);
        String value = row.getString(2);
        return keys.stream()
                .filter(key -> key.rule().name().equals(kind) && key.value().equals(value))
                .map(LinkKey::detail)
                .findFirst()
                .orElse(value);
    }

    /// The oldest alert of each incident of the same machine and time.
    List<Candidate> onMachine(UUID tenant, WaitingAlert alert, Duration window) {
        long ticks = window.toSeconds() * WireTime.TICKS_PER_SECOND;
        String name = alert.machineName() == null ? alert.machineId() : alert.machineName();
        return statements.list(
                BY_MACHINE,
                row -> new Candidate(
                        Rule.SameMachineAndTime,
                        row.getString(1),
                        row.getLong(2),
                        "machine " + name + " at " + alert.time().from()),
                tenant,
                alert.machineId(),
                alert.id(),
                alert.time().to().ticks() + ticks,
                alert.time().from().ticks() - ticks);
    }

    void link(UUID tenant, String alertId, Rule rule, String linkedAlertId, String detail) {
        statements.update(
                """
                insert into alert_link (tenant_id, alert_id, rule, linked_alert_id, detail, created_ticks)
                values (?, ?, ?, ?, ?, ?) on conflict do nothing
                """,
                tenant,
                alertId,
                rule.name(),
                linkedAlertId,
                detail,
                WireTime.now().ticks());
    }

    /// Puts the alert into the incident and takes it off the list of those that wait.
    void place(UUID tenant, String alertId, long incidentId) {
        statements.update("""
                update alert set correlated = true, incident_id = ?,
                    last_update_ticks = case when incident_id is distinct from ? then greatest(last_update_ticks, ?) else last_update_ticks end
                where tenant_id = ? and id = ?
                """, incidentId, incidentId, WireTime.now().ticks(), tenant, alertId);
    }

    private static List<String> kinds(Collection<LinkKey> keys) {
        return keys.stream().map(key -> key.rule().name()).toList();
    }

    private static List<String> values(Collection<LinkKey> keys) {
        return keys.stream().map(LinkKey::value).toList();
    }
}
