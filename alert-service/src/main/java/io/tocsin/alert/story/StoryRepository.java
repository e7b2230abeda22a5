package io.tocsin.alert.story;

import static io.tocsin.db.Statements.number;
import static io.tocsin.db.Statements.strings;
import static io.tocsin.db.Statements.time;

import io.tocsin.alert.incident.IncidentReach;
import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

@ApplicationScoped
class StoryRepository {

    private static final int MOST_ALERTS = 1_000;
    private static final int MOST_ACTIONS = 200;

    private static final String ALERTS = """
            select id, incident_id, title, severity, status, category, detection_source, source, machine_id, computer_dns_name,
                   mitre_techniques, related_user_name, related_user_domain, coalesce(first_event_ticks, alert_creation_ticks) as from_ticks,
                   coalesce(last_event_ticks, first_event_ticks, alert_creation_ticks) as to_ticks
            from alert where tenant_id = ? and %s and %s order by from_ticks, id limit ?
            """;

    private static final String BEHIND =
            "incident_id = ? and (coalesce(first_event_ticks, alert_creation_ticks), id) > (?, ?)";

    /// Where an incident went, and where that went.
    private static final String STANDING = """
            (with recursive went as (
                select incident_id as id, redirect_incident_id as next, 0 as hops from incident where tenant_id = ? and incident_id = ?
                union all
                select i.incident_id, i.redirect_incident_id, went.hops + 1 from went
                join incident i on i.tenant_id = ? and i.incident_id = went.next where went.hops < 100)
            select id from went where next is null)
            """;

    private static final String MACHINES = """
            select s.id, coalesce(m.computer_dns_name, g.device_name) as dns_name, coalesce(m.os_platform, g.os_platform) as os_platform,
                   m.version, m.health_status, m.risk_score, m.rbac_group_name,
                   coalesce(m.last_ip_address, g.last_ip_address) as last_ip_address,
                   coalesce(m.first_seen_ticks, g.first_seen_ticks) as first_seen_ticks,
                   coalesce(m.last_seen_ticks, g.last_seen_ticks) as last_seen_ticks
            from unnest(?) with ordinality as s(id, place)
            left join machine m on m.tenant_id = ? and m.id = s.id
            left join machine_sighting g on g.tenant_id = ? and g.machine_id = s.id
            order by s.place
            """;

    private static final String ACTIONS = """
            select id, type, status, machine_id, computer_dns_name, requestor, requestor_comment, creation_ticks, last_update_ticks
            from machine_action where tenant_id = ? and machine_id = any(?) and creation_ticks >= ?
            order by creation_ticks, id limit ?
            """;

    record Head(
            long id,
            Long redirect,
            String name,
            String severity,
            String status,
            WireTime created,
            WireTime lastUpdate) {}

    /// An alert as it is stored.
    ///
    /// @param user the account it names first, or null
    record AlertRow(Long incidentId, String user, AlertCursor cursor, IncidentStory.Alert alert) {}

    /// Alerts of an incident in their order.
    ///
    /// @param left how many come behind them
    record AlertPage(List<AlertRow> rows, long left) {

        AlertPage first(int most) {
            return most >= rows.size() ? this : new AlertPage(rows.subList(0, most), left + rows.size() - most);
        }
    }

    private final Statements statements;

    StoryRepository(Statements statements) {
        this.statements = statements;
    }

    Optional<Head> incident(UUID tenant, DeviceScope scope, long id) {
        return head(tenant, scope, "?", id);
    }

    /// The incident, or of one that was merged away the one that holds its alerts now.
    Optional<Head> standing(UUID tenant, DeviceScope scope, long id) {
        return head(tenant, scope, STANDING, tenant, id, tenant);
    }

    private Optional<Head> head(UUID tenant, DeviceScope scope, String which, Object... parameters) {
        return statements
                .list(
                        "select incident_id, redirect_incident_id, incident_name, severity, status, created_ticks, last_update_ticks"
                                + " from incident where tenant_id = ? and " + IncidentReach.condition(scope)
                                + " and incident_id = " + which,
                        row -> new Head(
                                row.getLong("incident_id"),
                                number(row, "redirect_incident_id"),
                                row.getString("incident_name"),
                                row.getString("severity"),
                                row.getString("status"),
                                new WireTime(row.getLong("created_ticks")),
                                new WireTime(row.getLong("last_update_ticks"))),
                        with(IncidentReach.parameters(tenant, scope), parameters))
                .stream()
                .findFirst();
    }

    /// The incident's alerts in reach, without why they are in it: the earliest behind one of them.
    AlertPage alerts(UUID tenant, DeviceScope scope, long incident, AlertCursor after) {
        List<AlertRow> rows = statements.list(
                ALERTS.formatted(scope.on("alert"), BEHIND),
                StoryRepository::alert,
                with(scope.parameters(tenant), incident, after.ticks(), after.id(), MOST_ALERTS + 1));
        if (rows.size() <= MOST_ALERTS) {
            return new AlertPage(rows, 0);
        }
        List<AlertRow> page = rows.subList(0, MOST_ALERTS);
        AlertCursor last = page.getLast().cursor();
        long left = statements
                .list(
                        "select count(*) from alert where tenant_id = ? and " + scope.on("alert") + " and " + BEHIND,
                        row -> row.getLong(1),
                        with(scope.parameters(tenant), incident, last.ticks(), last.id()))
                .getFirst();
        return new AlertPage(page, left);
    }

    /// One alert, if it is in reach.
    Optional<AlertRow> alert(UUID tenant, DeviceScope scope, String id) {
        return statements
                .list(
                        ALERTS.formatted(scope.on("alert"), "id = ?"),
                        StoryRepository::alert,
                        with(scope.parameters(tenant), id, 1))
                .stream()
                .findFirst();
    }

    private static AlertRow alert(ResultSet row) throws SQLException {
        long from = row.getLong("from_ticks");
        long to = row.getLong("to_ticks");
        String user = row.getString("related_user_name");
        String domain = row.getString("related_user_domain");
        return new AlertRow(
                number(row, "incident_id"),
                user == null || domain == null ? user : domain + "\\" + user,
                new AlertCursor(from, row.getString("id")),
                new IncidentStory.Alert(
                        row.getString("id"),
                        row.getString("title"),
                        row.getString("severity"),
                        row.getString("status"),
                        row.getString("category"),
                        row.getString("detection_source"),
                        row.getString("source"),
                        "ThirdPartySensors".equals(row.getString("detection_source")),
                        row.getString("machine_id"),
                        row.getString("computer_dns_name"),
                        new WireTime(Math.min(from, to)),
                        new WireTime(Math.max(from, to)),
                        strings(row, "mitre_techniques"),
                        List.of()));
    }

    /// What is known of machines that are in reach, in their order.
    List<IncidentStory.Machine> machines(UUID tenant, Collection<String> ids) {
        return ids.isEmpty()
                ? List.of()
                : statements.list(
                        MACHINES,
                        row -> new IncidentStory.Machine(
                                row.getString("id"),
                                row.getString("dns_name"),
                                row.getString("os_platform"),
                                row.getString("version"),
                                row.getString("health_status"),
                                row.getString("risk_score"),
                                row.getString("rbac_group_name"),
                                row.getString("last_ip_address"),
                                time(row, "first_seen_ticks"),
                                time(row, "last_seen_ticks")),
                        ids,
                        tenant,
                        tenant);
    }

    /// What these machines, all in reach, were told since then: the first 200.
    List<IncidentStory.Action> actions(UUID tenant, Collection<String> machines, WireTime since) {
        return machines.isEmpty()
                ? List.of()
                : statements.list(
                        ACTIONS,
                        row -> new IncidentStory.Action(
                                row.getString("id"),
                                row.getString("type"),
                                row.getString("status"),
                                row.getString("machine_id"),
                                row.getString("computer_dns_name"),
                                row.getString("requestor"),
                                row.getString("requestor_comment"),
                                new WireTime(row.getLong("creation_ticks")),
                                new WireTime(row.getLong("last_update_ticks"))),
                        tenant,
                        machines,
                        since.ticks(),
                        MOST_ACTIONS);
    }

    private static Object[] with(List<Object> parameters, Object... last) {
        return Stream.concat(parameters.stream(), Stream.of(last)).toArray();
    }
}
