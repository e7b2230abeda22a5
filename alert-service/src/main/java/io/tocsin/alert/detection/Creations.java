package io.tocsin.alert.detection;

import io.tocsin.alert.process.ProcessRef;
import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// A process is created once, however many logs tell of it, and each tells something else: a later one is asked with
/// all
/// that was told before, and a rule that was hit by one is not hit by another (docs/adr/027).
@ApplicationScoped
class Creations {

    /// The logs a machine may have are few; whoever tells of one creation more often says nothing new.
    private static final String TOLD = "select " + EventRow.COLUMNS + """
             from unnest(?, ?, ?) as asked (tenant_id, machine_id, process_key)
            cross join lateral (
                select * from device_event e
                where e.tenant_id = asked.tenant_id and e.machine_id = asked.machine_id and e.process_key = asked.process_key
                  and e.event_time between to_timestamp(split_part(asked.process_key, ':', 2)::bigint) - interval '1 hour'
                      and to_timestamp(split_part(asked.process_key, ':', 2)::bigint) + interval '1 day'
                  and e.table_name = 'DeviceProcessEvents' and e.action_type = 'ProcessCreated'
                order by e.event_ticks, e.report_id limit 8) as e
            """;

    private static final String FIRST = """
            with fresh as (
                select hit.* from unnest(?, ?, ?, ?) as hit (tenant_id, machine_id, process_key, rule_id)
                join process p on p.tenant_id = hit.tenant_id and p.machine_id = hit.machine_id and p.process_key = hit.process_key
                where not hit.rule_id = any(p.hit_rules)),
            marked as (
                update process p set hit_rules = p.hit_rules || f.rules from (
                    select tenant_id, machine_id, process_key, array_agg(rule_id) as rules from fresh group by 1, 2, 3) as f
                where p.tenant_id = f.tenant_id and p.machine_id = f.machine_id and p.process_key = f.process_key)
            select * from fresh
            """;

    private record Mark(ProcessRef process, String rule) {}

    private final Statements statements;

    Creations(Statements statements) {
        this.statements = statements;
    }

    /// What all logs together have told of the creation of these so far.
    Map<ProcessRef, EventRow> told(Collection<ProcessRef> processes) {
        var told = new HashMap<ProcessRef, EventRow>();
        if (!processes.isEmpty()) {
            var asked = List.copyOf(processes);
            statements
                    .list(TOLD, EventRow::of, tenants(asked), machines(asked), keys(asked))
                    .forEach(row -> told.merge(
                            new ProcessRef(row.tenant(), row.machineId(), row.get("process_key")),
                            row,
                            EventRow::completedBy));
        }
        return told;
    }

    /// The hits without those by which their rule has hit the creation of the same process before; called in the
    /// transaction that raises them.
    List<Hit> first(List<Hit> hits) {
        var marks = new LinkedHashSet<Mark>();
        hits.stream().filter(Creations::isOfCreation).map(Creations::mark).forEach(marks::add);
        if (marks.isEmpty()) {
            return hits;
        }
        var asked = List.copyOf(marks);
        var processes = asked.stream().map(Mark::process).toList();
        Set<Mark> fresh = new HashSet<>(statements.list(
                FIRST,
                row -> new Mark(
                        new ProcessRef(
                                row.getObject("tenant_id", UUID.class),
                                row.getString("machine_id"),
                                row.getString("process_key")),
                        row.getString("rule_id")),
                tenants(processes),
                machines(processes),
                keys(processes),
                asked.stream().map(Mark::rule).toArray(String[]::new)));
        var first = new ArrayList<Hit>();
        for (Hit hit : hits) {
            if (!isOfCreation(hit) || fresh.remove(mark(hit))) {
                first.add(hit);
            }
        }
        return first;
    }

    private static boolean isOfCreation(Hit hit) {
        return hit.event().isCreation() && hit.event().processRef() != null;
    }

    private static Mark mark(Hit hit) {
        return new Mark(hit.event().processRef(), hit.rule().id());
    }

    private static UUID[] tenants(List<ProcessRef> processes) {
        return processes.stream().map(ProcessRef::tenant).toArray(UUID[]::new);
    }

    private static String[] machines(List<ProcessRef> processes) {
        return processes.stream().map(ProcessRef::machineId).toArray(String[]::new);
    }

    private static String[] keys(List<ProcessRef> processes) {
        return processes.stream().map(ProcessRef::key).toArray(String[]::new);
    }
}
