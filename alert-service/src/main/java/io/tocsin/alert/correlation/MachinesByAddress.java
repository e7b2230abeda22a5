package io.tocsin.alert.correlation;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;

import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Finds the machine an alert is about that knows only an address of the own network: the one that had it
/// at the time. Two that may have had it are none.
@ApplicationScoped
class MachinesByAddress {

    /// Telemetry says that a machine had an address when it used it, not for how long.
    private static final long MARGIN_TICKS = 15 * 60 * WireTime.TICKS_PER_SECOND;

    private static final long DAY_TICKS = 86_400 * WireTime.TICKS_PER_SECOND;

    /// What telemetry saw that day, around midnight that of the other day too; of machines without
    /// telemetry what the machine itself says, if it was there that day.
    private static final String HOLDERS = """
            select q.alert_id, q.address, h.machine_id, coalesce(g.device_name, m.computer_dns_name) as name, h.first_ticks, h.last_ticks
            from unnest(?, ?, cast(? as bigint[]), cast(? as bigint[])) as q(alert_id, address, from_ticks, to_ticks)
            cross join lateral (
                select h.machine_id, h.first_ticks, h.last_ticks from machine_address h
                where h.tenant_id = ? and h.address = q.address and h.day between q.from_ticks / ? and q.to_ticks / ?
                  and h.first_ticks <= q.to_ticks and h.last_ticks >= q.from_ticks
                union all
                select d.id, d.first_seen_ticks, d.last_seen_ticks from machine d
                where d.tenant_id = ? and d.last_ip_address = q.address
                  and d.first_seen_ticks <= q.to_ticks and d.last_seen_ticks >= q.from_ticks
                  and not exists (select from machine_address s where s.tenant_id = d.tenant_id and s.address = q.address
                      and s.day between q.from_ticks / ? and q.to_ticks / ?)) as h
            left join machine_sighting g on g.tenant_id = ? and g.machine_id = h.machine_id
            left join machine m on m.tenant_id = ? and m.id = h.machine_id
            """;

    private static final String PUT_ON = """
            update alert a set machine_id = p.machine_id, computer_dns_name = p.name, last_update_ticks = greatest(a.last_update_ticks + 1, ?)
            from unnest(?, ?, ?) as p(id, machine_id, name)
            where a.tenant_id = ? and a.id = p.id and a.machine_id is null
            """;

    private static final String REASON = """
            insert into alert_link (tenant_id, alert_id, rule, linked_alert_id, detail, created_ticks)
            select ?, id, 'MachineByAddress', null, detail, ? from unnest(?, ?) as p(id, detail) on conflict do nothing
            """;

    private final Statements statements;

    MachinesByAddress(Statements statements) {
        this.statements = statements;
    }

    /// A machine that had an address then.
    ///
    /// @param first when it was seen with it first, and last, that day
    record Holder(String alertId, String address, String machineId, String name, WireTime first, WireTime last) {

        String called() {
            return name == null ? machineId : name;
        }

        String reason() {
            return "%s was the address of %s from %s to %s".formatted(address, called(), first, last);
        }
    }

    /// An alert and one of its addresses.
    record Question(WaitingAlert alert, String address) {}

    /// The machine of each alert for which there is exactly one.
    Map<String, Holder> find(UUID tenant, Collection<Question> questions) {
        return holders(tenant, questions).entrySet().stream()
                .flatMap(found -> only(found.getValue()).stream())
                .collect(java.util.stream.Collectors.toMap(Holder::alertId, holder -> holder));
    }

    /// Those for which there are several.
    Set<String> ambiguous(UUID tenant, Collection<Question> questions) {
        return holders(tenant, questions).entrySet().stream()
                .filter(found -> found.getValue().stream()
                                .map(Holder::machineId)
                                .distinct()
                                .count()
                        > 1)
                .map(Map.Entry::getKey)
                .collect(toSet());
    }

    private Map<String, List<Holder>> holders(UUID tenant, Collection<Question> questions) {
        if (questions.isEmpty()) {
            return Map.of();
        }
        var alerts = new ArrayList<String>();
        var addresses = new ArrayList<String>();
        var from = new ArrayList<Long>();
        var to = new ArrayList<Long>();
        for (Question question : questions) {
            alerts.add(question.alert().id());
            addresses.add(question.address());
            from.add(question.alert().time().from().ticks() - MARGIN_TICKS);
            to.add(question.alert().time().from().ticks() + MARGIN_TICKS);
        }
        return statements
                .list(
                        HOLDERS,
                        row -> new Holder(
                                row.getString("alert_id"),
                                row.getString("address"),
                                row.getString("machine_id"),
                                row.getString("name"),
                                new WireTime(row.getLong("first_ticks")),
                                new WireTime(row.getLong("last_ticks"))),
                        alerts,
                        addresses,
                        from,
                        to,
                        tenant,
                        DAY_TICKS,
                        DAY_TICKS,
                        tenant,
                        DAY_TICKS,
                        DAY_TICKS,
                        tenant,
                        tenant)
                .stream()
                .collect(groupingBy(Holder::alertId, mapping(holder -> holder, toList())));
    }

    private static Optional<Holder> only(List<Holder> holders) {
        return holders.stream().map(Holder::machineId).distinct().count() == 1
                ? Optional.of(holders.getFirst())
                : Optional.empty();
    }

    /// Writes the machines into the alerts, which named them themselves.
    void putOn(UUID tenant, Map<String, WaitingAlert> placed) {
        if (!placed.isEmpty()) {
            var alerts = List.copyOf(placed.values());
            statements.update(
                    PUT_ON,
                    WireTime.now().ticks(),
                    alerts.stream().map(WaitingAlert::id).toList(),
                    alerts.stream().map(WaitingAlert::machineId).toList(),
                    alerts.stream().map(WaitingAlert::machineName).toList(),
                    tenant);
        }
    }

    /// Writes the machines into the alerts, and why.
    void putOn(UUID tenant, Collection<Holder> holders) {
        if (holders.isEmpty()) {
            return;
        }
        long now = WireTime.now().ticks();
        var ids = holders.stream().map(Holder::alertId).toList();
        statements.update(
                PUT_ON,
                now,
                ids,
                holders.stream().map(Holder::machineId).toList(),
                holders.stream().map(Holder::called).toList(),
                tenant);
        statements.update(
                REASON, tenant, now, ids, holders.stream().map(Holder::reason).toList());
    }
}
