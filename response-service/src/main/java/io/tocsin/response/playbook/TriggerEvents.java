package io.tocsin.response.playbook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.db.Statements;
import io.tocsin.response.machine.MachineView;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Alerts, incidents and machines as triggers and steps see them: `${trigger.…}` (docs/api.md).
@ApplicationScoped
class TriggerEvents {

    private static final String ALERT = """
            select jsonb_build_object('alertId', a.id, 'incidentId', a.incident_id, 'title', a.title, 'severity', a.severity,
                'status', a.status, 'category', a.category, 'source', a.source, 'detectionSource', a.detection_source,
                'threatName', a.threat_name, 'machineId', a.machine_id, 'computerDnsName', a.computer_dns_name,
                'mitreTechniques', a.mitre_techniques, 'indicatorId', i.id::text, 'indicatorType', i.indicator_type,
                'indicatorValue', i.indicator_value, 'indicatorAction', i.action)::text as event
            from alert a left join indicator i on i.tenant_id = a.tenant_id and a.source = 'CustomerTI'
                and i.id = cast(substring(a.source_ref from '^([0-9]{1,18})/') as bigint)
            where a.tenant_id = ? and a.id = ?
            """;

    /// What was merged into another incident is that one.
    private static final String INCIDENT = """
            select jsonb_build_object('incidentId', i.incident_id, 'title', i.incident_name, 'severity', i.severity,
                'status', i.status)::text as event
            from incident i where i.tenant_id = ? and i.incident_id = coalesce((
                select o.redirect_incident_id from incident o where o.tenant_id = ? and o.incident_id = ?), ?)
            """;

    /// Which lists there are, in the order they are told in.
    private static final List<String> LISTS = List.of(
            "alertIds",
            "machineIds",
            "computerDnsNames",
            "categories",
            "sha1s",
            "sha256s",
            "urls",
            "domains",
            "ipAddresses",
            "accounts");

    private static final int MOST = 1_000;
    private static final int LONGEST = 64 * 1024;

    /// Alerts of an incident that are looked at, the first first.
    private static final int MOST_ALERTS = 5_000;

    /// What some alerts tell, each list bounded in its length and in what it holds: alerts as they were made, all else
    /// by
    /// its text.
    private static final String ENTITIES = """
            with mine as materialized (
                select a.id, a.alert_creation_ticks, a.machine_id, a.computer_dns_name, a.category
                from alert a where a.tenant_id = ? and a.%s = ?
                -- by no index of all alerts of the tenant
                order by a.alert_creation_ticks + 0, a.id limit ?),
            shown as (select * from mine order by alert_creation_ticks, id limit ?),
            said as (
                select v.kind, v.value, min(v.place) as place
                from shown m cross join lateral (values ('alertIds', m.id, m.alert_creation_ticks),
                    ('machineIds', m.machine_id, 0), ('computerDnsNames', m.computer_dns_name, 0),
                    ('categories', m.category, 0)) as v (kind, value, place)
                where v.value is not null group by v.kind, v.value
                union all
                select v.kind, v.value, 0
                from shown m join alert_evidence e on e.tenant_id = ? and e.alert_id = m.id
                cross join lateral (values ('sha1s', lower(e.sha1)), ('sha256s', lower(e.sha256)), ('urls', e.url),
                    ('domains', case when url_host(e.url) !~ '^[0-9.]+$|[:\\[]' then url_host(e.url) end),
                    ('ipAddresses', e.ip_address), ('accounts', e.account_name)) as v (kind, value)
                where v.value is not null group by v.kind, v.value),
            counted as (
                select kind, value, row_number() over listed as n, sum(length(value)) over listed as size from said
                window listed as (partition by kind order by place, value collate "C" rows unbounded preceding)),
            lists as (
                select kind, jsonb_agg(value order by n) filter (where n <= ? and size <= ?) as list,
                    bool_or(n > ? or size > ?) as cut
                from counted group by kind)
            select k.kind, coalesce(l.list, '[]')::text as list,
                coalesce(l.cut, false) or (select count(*) from mine) > ? as cut
            from unnest(?) with ordinality as k (kind, place) left join lists l on l.kind = k.kind order by k.place
            """;

    private final Statements statements;
    private final ObjectMapper json;

    TriggerEvents(Statements statements, ObjectMapper json) {
        this.statements = statements;
        this.json = json;
    }

    /// @param types of triggers it can be of
    record Event(Set<Trigger.Type> types, ObjectNode json) {

        Context context() {
            ObjectNode root = JsonNodeFactory.instance.objectNode();
            root.set("trigger", json);
            return new Context(root);
        }
    }

    /// As it is now; none when it is gone.
    Optional<Event> of(UUID tenant, String feed, String subject) {
        return switch (feed) {
            case "Alert" ->
                read(ALERT, tenant, subject)
                        .map(it -> with(it, tenant, "id", subject))
                        .map(it -> new Event(
                                it.path("detectionSource").asText().equals("CustomerTI")
                                        ? EnumSet.of(Trigger.Type.Alert, Trigger.Type.IndicatorMatch)
                                        : EnumSet.of(Trigger.Type.Alert),
                                it));
            case "Incident" ->
                read(INCIDENT, tenant, tenant, Long.valueOf(subject), Long.valueOf(subject))
                        .map(it -> with(
                                it, tenant, "incident_id", it.get("incidentId").longValue()))
                        .map(it -> new Event(EnumSet.of(Trigger.Type.Incident), it));
            default -> Optional.empty();
        };
    }

    /// A machine, as if it had begun the run.
    static ObjectNode of(MachineView machine) {
        ObjectNode told = JsonNodeFactory.instance
                .objectNode()
                .put("machineId", machine.id())
                .put("computerDnsName", machine.computerDnsName())
                .put("osPlatform", machine.osPlatform())
                .put("healthStatus", machine.healthStatus())
                .put("riskScore", machine.riskScore())
                .put("exposureLevel", machine.exposureLevel())
                .put("lastIpAddress", machine.lastIpAddress());
        machine.machineTags().forEach(told.putArray("machineTags")::add);
        told.putArray("machineIds").add(machine.id());
        ArrayNode names = told.putArray("computerDnsNames");
        if (machine.computerDnsName() != null) {
            names.add(machine.computerDnsName());
        }
        return told;
    }

    /// With the lists of the alerts whose column says this, and the names of those that were cut.
    private ObjectNode with(ObjectNode told, UUID tenant, String column, Object subject) {
        ArrayNode truncated = JsonNodeFactory.instance.arrayNode();
        statements.list(
                ENTITIES.formatted(column),
                row -> {
                    String name = row.getString("kind");
                    if (row.getBoolean("cut")) {
                        truncated.add(name);
                    }
                    return told.set(name, tree(row.getString("list")));
                },
                tenant,
                subject,
                MOST_ALERTS + 1,
                MOST_ALERTS,
                tenant,
                MOST,
                LONGEST,
                MOST,
                LONGEST,
                MOST_ALERTS,
                LISTS.toArray(String[]::new));
        told.set("truncated", truncated);
        return told;
    }

    private Optional<ObjectNode> read(String sql, Object... parameters) {
        return statements.list(sql, row -> (ObjectNode) tree(row.getString("event")), parameters).stream()
                .findFirst();
    }

    private JsonNode tree(String text) {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the database made broken JSON", impossible);
        }
    }
}
