package io.tocsin.alert.correlation;

import static io.tocsin.db.Statements.strings;
import static java.util.stream.Collectors.groupingBy;

import io.tocsin.alert.triage.AlertSeverity;
import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Opens, merges and renames incidents.
@ApplicationScoped
class OpenIncidents {

    /// Whether people have tagged or commented the incident `i`, or worked on one of its alerts.
    static final String WORKED_ON = """
            (cardinality(i.tags) > 0
             or exists (select from incident_comment c where c.tenant_id = i.tenant_id and c.incident_id = i.incident_id)
             or exists (select from alert w where w.tenant_id = i.tenant_id and w.incident_id = i.incident_id
                 and (w.status <> 'New' or w.assigned_to is not null or w.classification is not null or w.determination is not null))
             or exists (select from alert w join alert_comment c on c.tenant_id = w.tenant_id and c.alert_id = w.id
                 where w.tenant_id = i.tenant_id and w.incident_id = i.incident_id))
            """;

    private static final String LOCK = """
            select i.incident_id, i.created_ticks, i.status, i.assigned_to, i.classification, i.determination, %s as worked_on,
                (select count(*) from alert a where a.tenant_id = i.tenant_id and a.incident_id = i.incident_id) as alerts,
                (select count(*) from alert_link_spot s where s.tenant_id = i.tenant_id and s.incident_id = i.incident_id) as entities,
                case when ? then array(select distinct m.rbac_group_id from alert a
                    join machine m on m.tenant_id = a.tenant_id and m.id = a.machine_id and m.group_generation >= 0
                    where a.tenant_id = i.tenant_id and a.incident_id = i.incident_id) else '{}' end as groups
            from incident i where i.tenant_id = ? and i.incident_id = any(cast(? as bigint[]))
            order by i.incident_id for update of i
            """.formatted(WORKED_ON);

    private static final String OPEN = """
            insert into incident (tenant_id, incident_name, created_ticks, last_update_ticks, status, severity)
            select ?, '', ?, ?, 'Active', 'UnSpecified' from generate_series(1, ?) returning incident_id
            """;

    private static final String MOVE_TAGS = """
            update incident t set tags = (select coalesce(array_agg(distinct tag order by tag), '{}') from (
                select unnest(t.tags) as tag union select unnest(s.tags) from incident s
                where s.tenant_id = t.tenant_id and s.incident_id = any(cast(? as bigint[]))) as every where tag <> 'Redirected')
            from (select incident_id, tags from incident where tenant_id = ? and incident_id = ?) as before
            where t.tenant_id = ? and t.incident_id = before.incident_id
            returning before.tags as before, t.tags as after
            """;

    /// The source keeps what was said of it, and says where it went.
    private static final String REDIRECT = """
            update incident set status = 'Redirected', redirect_incident_id = ?, last_update_ticks = greatest(?, last_update_ticks + 1),
                tags = case when 'Redirected' = any(tags) then tags else tags || 'Redirected'::text end
            where tenant_id = ? and (incident_id = any(cast(? as bigint[])) or redirect_incident_id = any(cast(? as bigint[])))
            """;

    private static final String MOVE_ALERTS = """
            with theirs as (
                select tenant_id, id from alert where tenant_id = ? and incident_id = any(cast(? as bigint[]))
                order by id for no key update)
            update alert a set incident_id = ?, last_update_ticks = greatest(a.last_update_ticks + 1, ?)
            from theirs t where a.tenant_id = t.tenant_id and a.id = t.id
            """;

    private static final String MOVE_APART = """
            insert into incident_apart (tenant_id, incident_id, other_incident_id)
            select tenant_id, ?, other_incident_id from incident_apart
            where tenant_id = ? and incident_id = any(cast(? as bigint[])) and other_incident_id <> ?
            union
            select tenant_id, incident_id, ? from incident_apart
            where tenant_id = ? and other_incident_id = any(cast(? as bigint[])) and incident_id <> ?
            on conflict do nothing
            """;

    private static final String PARTS = """
            select incident_id, title, category, coalesce(computer_dns_name, machine_id) as machine, severity, source,
                related_user_name, mitre_techniques
            from alert where tenant_id = ? and incident_id = any(cast(? as bigint[]))
            """;

    private static final String RENAME = """
            update incident i set incident_name = n.name, severity = n.severity, last_update_ticks = greatest(?, i.last_update_ticks + 1)
            from unnest(cast(? as bigint[]), ?, ?) as n(incident_id, name, severity)
            where i.tenant_id = ? and i.incident_id = n.incident_id
            """;

    private final Statements statements;

    OpenIncidents(Statements statements) {
        this.statements = statements;
    }

    /// Reads and locks them until the end of the transaction, so that nobody closes one meanwhile.
    List<CandidateIncident> lock(UUID tenant, Collection<Long> ids, boolean withGroups) {
        return ids.isEmpty()
                ? List.of()
                : statements.list(
                        LOCK,
                        row -> new CandidateIncident(
                                row.getLong("incident_id"),
                                row.getLong("created_ticks"),
                                row.getString("status"),
                                row.getString("assigned_to"),
                                row.getString("classification"),
                                row.getString("determination"),
                                row.getBoolean("worked_on"),
                                row.getInt("alerts"),
                                row.getInt("entities"),
                                Set.of((Integer[]) row.getArray("groups").getArray())),
                        withGroups,
                        tenant,
                        ids);
    }

    /// Which of them people took apart, both ways.
    Set<MergeRules.Pair> apart(UUID tenant, Collection<Long> ids) {
        return ids.isEmpty()
                ? Set.of()
                : new HashSet<>(statements.list(
                        "select incident_id, other_incident_id from incident_apart where tenant_id = ? and incident_id = any(cast(? as bigint[]))",
                        row -> new MergeRules.Pair(row.getLong(1), row.getLong(2)),
                        tenant,
                        ids));
    }

    List<Long> open(UUID tenant, int howMany) {
        long now = WireTime.now().ticks();
        return howMany == 0 ? List.of() : statements.list(OPEN, row -> row.getLong(1), tenant, now, now, howMany);
    }

    /// The target's tags before and after others' came to it.
    record Tags(List<String> before, List<String> after) {

        /// As the audit tells it.
        Map<String, Object> detail(Collection<Long> sources) {
            return Map.of(
                    "before",
                    Map.of("tags", before),
                    "after",
                    Map.of("tags", after, "mergedIncidentIds", List.copyOf(sources)));
        }
    }

    /// Gives the target the tags of others.
    Tags moveTags(UUID tenant, Collection<Long> sources, long target) {
        return statements
                .list(
                        MOVE_TAGS,
                        row -> new Tags(strings(row, "before"), strings(row, "after")),
                        sources,
                        tenant,
                        target,
                        tenant)
                .getFirst();
    }

    /// The sources become a part of the target (contract 95 §4): their alerts and tags move. What people said of them
    /// stays
    /// theirs, also their comments.
    Tags merge(UUID tenant, Collection<Long> sources, long target) {
        long now = WireTime.now().ticks();
        Tags tags = moveTags(tenant, sources, target);
        statements.update(REDIRECT, target, now, tenant, sources, sources);
        statements.update(MOVE_ALERTS, tenant, sources, target, now);
        statements.update(
                "update alert_link_spot set incident_id = ? where tenant_id = ? and incident_id = any(cast(? as bigint[]))",
                target,
                tenant,
                sources);
        statements.update(MOVE_APART, target, tenant, sources, target, target, tenant, sources, target);
        return tags;
    }

    /// Name and severity by the alerts they have now.
    void describe(UUID tenant, Collection<Long> ids) {
        record Part(long incident, IncidentName.Part name, String severity) {}
        if (ids.isEmpty()) {
            return;
        }
        Map<Long, List<Part>> parts = statements
                .list(
                        PARTS,
                        row -> new Part(
                                row.getLong("incident_id"),
                                new IncidentName.Part(
                                        row.getString("title"),
                                        row.getString("category"),
                                        row.getString("machine"),
                                        row.getString("source"),
                                        row.getString("related_user_name"),
                                        strings(row, "mitre_techniques")),
                                row.getString("severity")),
                        tenant,
                        ids)
                .stream()
                .collect(groupingBy(Part::incident));
        var order = List.copyOf(parts.keySet());
        statements.update(
                RENAME,
                WireTime.now().ticks(),
                order,
                order.stream()
                        .map(id -> IncidentName.of(
                                parts.get(id).stream().map(Part::name).toList()))
                        .toList(),
                order.stream()
                        .map(id -> severest(
                                parts.get(id).stream().map(Part::severity).toList()))
                        .toList(),
                tenant);
    }

    private static String severest(Collection<String> severities) {
        return severities.stream()
                .map(AlertSeverity::valueOf)
                .max(Comparator.naturalOrder())
                .orElseThrow()
                .name();
    }
}
