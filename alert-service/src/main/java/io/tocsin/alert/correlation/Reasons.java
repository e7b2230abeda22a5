package io.tocsin.alert.correlation;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Says why alerts are together, from what they hold now: nothing of the order in which they came is left
/// in it. What people and the look-up of addresses did is stored and told with it.
@ApplicationScoped
public class Reasons {

    private static final int MOST_OF_ONE = 20;
    private static final int MOST_KEYS = 50_000;

    private static final String KEYS = """
            select k.alert_id, k.kind, k.value from alert_link_key k join alert a on a.tenant_id = k.tenant_id and a.id = k.alert_id
            where k.tenant_id = ? and k.alert_id = any(?) and k.kind not like 'Awaited%%' and not exists (
                select from alert_link_day d where d.tenant_id = k.tenant_id and d.kind = k.kind and d.value = k.value
                    and d.day = floor(%s / 864000000000.0) and d.common)
            limit ?
            """.formatted(CorrelationRepository.FROM);

    private static final String STORED = """
            select alert_id, rule, detail from alert_link
            where tenant_id = ? and alert_id = any(?) and rule in ('Manual', 'MachineByAddress') order by created_ticks desc
            """;

    private final CorrelationConfig config;
    private final Statements statements;

    Reasons(CorrelationConfig config, Statements statements) {
        this.config = config;
        this.statements = statements;
    }

    /// An alert of the incident, in its time.
    public record Span(String alertId, String machineId, long from, long to) {}

    /// One reason.
    ///
    /// @param linkedAlertId null for `First`, `Manual` and `MachineByAddress`
    /// @param text the value they share, or what was stored
    public record Reason(Rule rule, String linkedAlertId, String text) {}

    private record KeyRow(String alertId, LinkKey key) {}

    private record StoredRow(String alertId, Reason reason) {}

    /// Why each of the alerts is with the others, strongest first.
    public Map<String, List<Reason>> of(UUID tenant, Collection<Span> alerts) {
        var ids = alerts.stream().map(Span::alertId).toList();
        if (ids.isEmpty()) {
            return Map.of();
        }
        Map<String, List<LinkKey>> keys = statements
                .list(
                        KEYS,
                        row -> new KeyRow(
                                row.getString(1), new LinkKey(Rule.valueOf(row.getString(2)), row.getString(3))),
                        tenant,
                        ids,
                        MOST_KEYS)
                .stream()
                .collect(groupingBy(KeyRow::alertId, mapping(KeyRow::key, toList())));
        Map<String, List<Reason>> stored = statements
                .list(
                        STORED,
                        row -> new StoredRow(
                                row.getString(1), new Reason(Rule.valueOf(row.getString(2)), null, row.getString(3))),
                        tenant,
                        ids)
                .stream()
                .collect(groupingBy(StoredRow::alertId, mapping(StoredRow::reason, toList())));
        return of(alerts, keys, stored, LinkWindows.of(config.machineWindow(), config.sharedWindow()));
    }

    /// @param keys what each holds besides its machine
    static Map<String, List<Reason>> of(
            Collection<Span> alerts,
            Map<String, List<LinkKey>> keys,
            Map<String, List<Reason>> stored,
            LinkWindows windows) {
        var inOrder = alerts.stream()
                .sorted(Comparator.comparingLong(Span::from).thenComparing(Span::alertId))
                .toList();
        var reasons = new LinkedHashMap<String, LinkedHashSet<Reason>>();
        inOrder.forEach(alert -> reasons.put(alert.alertId(), new LinkedHashSet<>()));
        var holders = new LinkedHashMap<LinkKey, List<Span>>();
        for (Span alert : inOrder) {
            if (alert.machineId() != null) {
                holders.computeIfAbsent(new LinkKey(Rule.SameMachineAndTime, alert.machineId()), k -> new ArrayList<>())
                        .add(alert);
            }
            for (LinkKey key : keys.getOrDefault(alert.alertId(), List.of())) {
                holders.computeIfAbsent(key, k -> new ArrayList<>()).add(alert);
            }
        }
        holders.forEach((key, of) -> chains(of, windows.of(key.rule())).forEach(chain -> link(chain, key, reasons)));
        var told = new LinkedHashMap<String, List<Reason>>();
        for (Span alert : inOrder) {
            boolean isFirst = told.isEmpty();
            told.put(
                    alert.alertId(),
                    isFirst
                            ? first(stored.getOrDefault(alert.alertId(), List.of()))
                            : ordered(reasons.get(alert.alertId()), stored.getOrDefault(alert.alertId(), List.of())));
        }
        return told;
    }

    /// The alerts that hold a value, cut where the gap between them is longer than the rule allows.
    private static List<List<Span>> chains(List<Span> holders, long window) {
        var chains = new ArrayList<List<Span>>();
        long end = 0;
        for (Span alert : holders) {
            if (chains.isEmpty() || end + window < alert.from()) {
                chains.add(new ArrayList<>());
                end = alert.to();
            }
            chains.getLast().add(alert);
            end = Math.max(end, alert.to());
        }
        return chains;
    }

    /// Each names the first of its chain, and the first the second.
    private static void link(List<Span> chain, LinkKey key, Map<String, LinkedHashSet<Reason>> reasons) {
        for (int i = 0; chain.size() > 1 && i < chain.size(); i++) {
            String linked = chain.get(i == 0 ? 1 : 0).alertId();
            reasons.get(chain.get(i).alertId()).add(new Reason(key.rule(), linked, key.value()));
        }
    }

    private static List<Reason> first(List<Reason> stored) {
        var reasons = new ArrayList<>(List.of(new Reason(Rule.First, null, "the earliest alert of the incident")));
        reasons.addAll(stored);
        return reasons;
    }

    /// Of the processes shared with one alert, the youngest says enough.
    private static List<Reason> ordered(Collection<Reason> shared, List<Reason> stored) {
        var strongest = new LinkedHashMap<String, Reason>();
        for (Reason reason : shared) {
            strongest.merge(
                    reason.rule() == Rule.SameProcessTree ? reason.linkedAlertId() : reason.toString(),
                    reason,
                    (one, other) -> second(one.text()) >= second(other.text()) ? one : other);
        }
        var all = new ArrayList<>(strongest.values());
        all.addAll(stored);
        all.sort(Comparator.comparing(Reason::rule)
                .thenComparing(Reason::linkedAlertId, Comparator.nullsFirst(Comparator.naturalOrder()))
                .thenComparing(Reason::text));
        return all.stream().limit(MOST_OF_ONE).toList();
    }

    /// When the process of a key was made: the nearest common one is the youngest.
    private static long second(String processKey) {
        try {
            return Long.parseLong(processKey.substring(processKey.lastIndexOf(':') + 1));
        } catch (NumberFormatException none) {
            return 0;
        }
    }
}
