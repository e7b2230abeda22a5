package io.tocsin.alert.correlation;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import io.tocsin.alert.incident.AlertEvidence;
import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Finds the machines an alert is about that knows only addresses of the own network: those that had them at the
/// time. Two that may have had the same address are none.
@ApplicationScoped
public class MachinesByAddress {

    /// Between the sentences of a reason, one a machine; the alert's own comes first.
    public static final String NEXT_HOLDER = "; ";

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
            where a.tenant_id = ? and a.id = p.id and a.machine_id is distinct from p.machine_id
            """;

    private static final String REASON = """
            insert into alert_link (tenant_id, alert_id, rule, linked_alert_id, detail, created_ticks)
            select ?, id, 'MachineByAddress', null, detail, ? from unnest(?, ?) as p(id, detail)
            on conflict (tenant_id, alert_id, rule, coalesce(linked_alert_id, '')) do update set
                detail = excluded.detail, created_ticks = excluded.created_ticks where alert_link.detail <> excluded.detail
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

    /// One of each address of the own network in the alerts' evidence, in its order.
    static List<Question> questions(Collection<WaitingAlert> alerts, Map<String, List<AlertEvidence>> evidence) {
        return alerts.stream()
                .flatMap(alert -> LinkKeys.internalAddresses(evidence.getOrDefault(alert.id(), List.of())).stream()
                        .map(address -> new Question(alert, address)))
                .toList();
    }

    /// Of each alert the machines that alone had one of its addresses, in the order of the questions, each once.
    Map<String, List<Holder>> certain(UUID tenant, Collection<Question> questions) {
        var byAddress = holders(tenant, questions);
        var certain = new LinkedHashMap<String, List<Holder>>();
        for (Question question : questions) {
            List<Holder> holders = byAddress.getOrDefault(key(question), List.of());
            if (machines(holders).size() == 1) {
                List<Holder> ofAlert = certain.computeIfAbsent(question.alert().id(), none -> new ArrayList<>());
                if (!machines(ofAlert).contains(holders.getFirst().machineId())) {
                    ofAlert.add(holders.getFirst());
                }
            }
        }
        return certain;
    }

    /// The alerts that were put on a machine of which nothing says any more that it alone had one of their addresses.
    ///
    /// @param on the machines each alert was put on
    Set<String> misplaced(UUID tenant, Collection<Question> questions, Map<String, Set<String>> on) {
        var byAddress = holders(tenant, questions);
        var certain = new HashMap<String, Set<String>>();
        var doubtful = new HashMap<String, Set<String>>();
        for (Question question : questions) {
            Set<String> machines = machines(byAddress.getOrDefault(key(question), List.of()));
            (machines.size() == 1 ? certain : doubtful)
                    .computeIfAbsent(question.alert().id(), none -> new HashSet<>())
                    .addAll(machines);
        }
        return on.entrySet().stream()
                .filter(alert -> alert.getValue().stream()
                        .anyMatch(machine ->
                                doubtful.getOrDefault(alert.getKey(), Set.of()).contains(machine)
                                        && !certain.getOrDefault(alert.getKey(), Set.of())
                                                .contains(machine)))
                .map(Map.Entry::getKey)
                .collect(toSet());
    }

    private record AlertAndAddress(String alertId, String address) {}

    private static AlertAndAddress key(Question question) {
        return new AlertAndAddress(question.alert().id(), question.address());
    }

    private static Set<String> machines(Collection<Holder> holders) {
        return holders.stream().map(Holder::machineId).collect(toSet());
    }

    private Map<AlertAndAddress, List<Holder>> holders(UUID tenant, Collection<Question> questions) {
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
                .collect(groupingBy(holder -> new AlertAndAddress(holder.alertId(), holder.address())));
    }

    /// Writes the machines into the alerts.
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

    /// Writes into the alerts why they are on their machines.
    ///
    /// @param holders of each alert the machines that had its addresses
    void explain(UUID tenant, Map<String, List<Holder>> holders) {
        if (!holders.isEmpty()) {
            statements.update(
                    REASON,
                    tenant,
                    WireTime.now().ticks(),
                    List.copyOf(holders.keySet()),
                    holders.values().stream()
                            .map(its -> its.stream().map(Holder::reason).collect(joining(NEXT_HOLDER)))
                            .toList());
        }
    }
}
