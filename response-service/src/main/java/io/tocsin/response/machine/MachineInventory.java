package io.tocsin.response.machine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.db.Statements;
import io.tocsin.identity.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What is installed on machines and which updates are not, as their agents tell (docs/adr/075).
@ApplicationScoped
public class MachineInventory {

    private static final String KNOWN = "select %s::text from machine_inventory where tenant_id = ? and machine_id = ?";

    private static final String REPLACE = """
            insert into machine_inventory (tenant_id, machine_id, %1$s) values (?, ?, cast(? as jsonb))
            on conflict (tenant_id, machine_id) do update set %1$s = excluded.%1$s
            """;

    private static final String NOTE = """
            insert into inventory_change (tenant_id, kind, item, version, machines)
            select ?, kind, item, version, machines
            from unnest(?, ?, ?, cast(? as int[])) as told(kind, item, version, machines)
            """;

    private static final String COUNT = """
            with taken as (
                delete from inventory_change where change_id in (
                    select change_id from inventory_change order by change_id limit ? for update skip locked)
                returning tenant_id, kind, item, version, machines),
            counted as (
                insert into inventory_count as known (tenant_id, kind, item, version, machines)
                select tenant_id, kind, item, version, sum(machines) from taken
                group by tenant_id, kind, item, version having sum(machines) <> 0
                order by tenant_id, kind, item, version
                on conflict (tenant_id, kind, item, version) do update set machines = known.machines + excluded.machines)
            select count(*) from taken
            """;

    private static final String COUNTED = """
            select kind, item, version, machines from inventory_count
            where tenant_id = ? and kind = any(?) and item = any(?) and machines > 0 order by item, version
            """;

    private final Statements statements;
    private final MachineService machines;
    private final ObjectMapper json;

    MachineInventory(Statements statements, MachineService machines, ObjectMapper json) {
        this.statements = statements;
        this.machines = machines;
        this.json = json;
    }

    /// Replaces what is known of a machine by what its agent tells; `null` keeps what is known. Called in the
    /// agent's own transaction, behind its check-in, whose row keeps two of one machine apart.
    @Transactional
    public void take(UUID tenant, String machineId, List<SoftwareReport> software, List<MissingKbReport> missingKbs) {
        if (software != null) {
            replace(
                    tenant,
                    machineId,
                    "software",
                    software.stream().distinct().sorted().toList(),
                    SoftwareReport.class,
                    it -> Stream.of(InventoryItem.product(it), InventoryItem.version(it)));
        }
        if (missingKbs != null) {
            Map<String, MissingKbReport> byId = new LinkedHashMap<>();
            missingKbs.forEach(kb -> byId.putIfAbsent(kb.id(), kb));
            replace(
                    tenant,
                    machineId,
                    "missing_kbs",
                    List.copyOf(byId.values()),
                    MissingKbReport.class,
                    it -> Stream.of(InventoryItem.missingKb(it)));
        }
    }

    private <T> void replace(
            UUID tenant,
            String machineId,
            String column,
            List<T> told,
            Class<T> type,
            Function<T, Stream<InventoryItem>> counted) {
        List<T> known = known(tenant, machineId, column, type);
        if (known.equals(told)) {
            return;
        }
        statements.update(REPLACE.formatted(column), tenant, machineId, text(told));
        Set<InventoryItem> before = known.stream().flatMap(counted).collect(Collectors.toSet());
        Set<InventoryItem> after = told.stream().flatMap(counted).collect(Collectors.toSet());
        var changed = new ArrayList<InventoryItem>(after);
        changed.removeAll(before);
        int more = changed.size();
        before.stream().filter(it -> !after.contains(it)).forEach(changed::add);
        if (!changed.isEmpty()) {
            var differences = new Integer[changed.size()];
            Arrays.fill(differences, 0, more, 1);
            Arrays.fill(differences, more, differences.length, -1);
            statements.update(
                    NOTE,
                    tenant,
                    changed.stream().map(it -> it.kind().name()).toList(),
                    changed.stream().map(InventoryItem::item).toList(),
                    changed.stream().map(InventoryItem::version).toList(),
                    differences);
        }
    }

    /// What is installed on a machine, a product once.
    @Transactional
    List<SoftwareView> software(Caller caller, String key) {
        UUID tenant = caller.tenant();
        Map<String, SoftwareReport> products = new LinkedHashMap<>();
        known(tenant, machines.get(caller, key).id(), "software", SoftwareReport.class)
                .forEach(it -> products.putIfAbsent(it.productId(), it));
        var installed = new HashMap<String, Long>();
        var versions = new HashMap<String, List<SoftwareView.Distribution>>();
        counted(tenant, products.keySet(), InventoryItem.Kind.Software, InventoryItem.Kind.Version)
                .forEach((it, count) -> {
                    if (it.kind() == InventoryItem.Kind.Software) {
                        installed.put(it.item(), count);
                    } else {
                        versions.computeIfAbsent(it.item(), _ -> new ArrayList<>())
                                .add(new SoftwareView.Distribution(
                                        it.version().isEmpty() ? null : it.version(), count, 0));
                    }
                });
        return products.values().stream()
                .map(it -> SoftwareView.of(
                        it,
                        installed.getOrDefault(it.productId(), 1L), // it is here at least, counted or not
                        versions.getOrDefault(it.productId(), List.of())))
                .toList();
    }

    /// The updates that are missing on a machine.
    @Transactional
    List<MissingKbView> missingKbs(Caller caller, String key) {
        UUID tenant = caller.tenant();
        List<MissingKbReport> missing =
                known(tenant, machines.get(caller, key).id(), "missing_kbs", MissingKbReport.class);
        Map<InventoryItem, Long> counts =
                counted(tenant, missing.stream().map(MissingKbReport::id).toList(), InventoryItem.Kind.MissingKb);
        return missing.stream()
                .map(it -> MissingKbView.of(it, counts.getOrDefault(InventoryItem.missingKb(it), 1L)))
                .toList();
    }

    /// Adds up what check-ins noted.
    ///
    /// @return how much of it
    @Transactional
    int count(int most) {
        int taken = statements.list(COUNT, row -> row.getInt(1), most).getFirst();
        if (taken > 0) {
            statements.update("delete from inventory_count where machines = 0");
        }
        return taken;
    }

    private Map<InventoryItem, Long> counted(UUID tenant, Collection<String> items, InventoryItem.Kind... kinds) {
        Map<InventoryItem, Long> counts = new LinkedHashMap<>();
        statements.list(
                COUNTED,
                row -> counts.put(
                        new InventoryItem(
                                InventoryItem.Kind.valueOf(row.getString("kind")),
                                row.getString("item"),
                                row.getString("version")),
                        row.getLong("machines")),
                tenant,
                List.of(kinds),
                items);
        return counts;
    }

    private <T> List<T> known(UUID tenant, String machineId, String column, Class<T> type) {
        return statements.list(KNOWN.formatted(column), row -> row.getString(1), tenant, machineId).stream()
                .flatMap(text -> read(text, type).stream())
                .toList();
    }

    private <T> List<T> read(String text, Class<T> type) {
        try {
            return json.readerForListOf(type).readValue(text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the database holds broken JSON", impossible);
        }
    }

    private String text(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
