package io.tocsin.response.machine;

import io.tocsin.audit.Audit;
import io.tocsin.db.Statements;
import io.tocsin.identity.Caller;
import io.tocsin.wire.BatchBound;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/// What people and partners change of machines: tags and device value (contract 20 §2). Each change is one statement;
/// one that changes nothing leaves no row in the audit.
@ApplicationScoped
class MachineChanges {

    private static final int MOST_MACHINES = 500;
    private static final int MOST_TAGS = 200;
    private static final int LONGEST_TAG = 200;
    private static final List<String> DEVICE_VALUES = List.of("Low", "Normal", "High");

    private static final String ADD = """
            update machine set machine_tags = machine_tags || ?::text
            where tenant_id = ? and id = any(?) and not (machine_tags @> array[?::text]) and cardinality(machine_tags) < ?
            returning id
            """;

    private static final String REMOVE = """
            update machine set machine_tags = array_remove(machine_tags, ?::text)
            where tenant_id = ? and id = any(?) and machine_tags @> array[?::text] returning id
            """;

    private final Statements statements;
    private final MachineService machines;
    private final Audit audit;

    MachineChanges(Statements statements, MachineService machines, Audit audit) {
        this.statements = statements;
        this.machines = machines;
        this.audit = audit;
    }

    @Transactional
    MachineView tag(Caller caller, String key, TagRequest request) {
        MachineView machine = machines.get(caller, key);
        tag(caller, List.of(machine.id()), request);
        return machines.get(caller, machine.id());
    }

    /// All of them, or none when one is not in reach.
    @Transactional
    List<MachineView> tag(Caller caller, TagsRequest request) {
        BatchBound.check(request.machineIds().size(), MOST_MACHINES, "machines");
        List<String> ids = machines.all(caller, request.machineIds()).stream()
                .map(MachineView::id)
                .distinct()
                .sorted()
                .toList();
        tag(caller, ids, request.tag());
        return machines.all(caller, ids);
    }

    private void tag(Caller caller, List<String> ids, TagRequest request) {
        String tag = tag(request.value());
        boolean adds = Stream.of("Add", "Remove")
                .filter(request.action().strip()::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(() -> invalid("action is neither Add nor Remove"))
                .equals("Add");
        List<String> changed = adds
                ? changed(ADD, tag, caller.tenant(), ids, tag, MOST_TAGS)
                : changed(REMOVE, tag, caller.tenant(), ids, tag);
        if (adds && changed.size() < ids.size()) {
            refuseWhereFull(caller.tenant(), ids, tag);
        }
        Map<String, Map<String, String>> details = new LinkedHashMap<>();
        changed.forEach(id -> details.put(id, Map.of(adds ? "added" : "removed", tag)));
        audit.recordEach(caller.tenant(), caller.name(), "machine.tag", details);
    }

    private List<String> changed(String sql, Object... parameters) {
        return statements.list(sql, row -> row.getString("id"), parameters);
    }

    private void refuseWhereFull(UUID tenant, List<String> ids, String tag) {
        boolean full = statements
                .list(
                        "select exists (select from machine where tenant_id = ? and id = any(?) and not (machine_tags @> array[?::text]))",
                        row -> row.getBoolean(1),
                        tenant,
                        ids,
                        tag)
                .getFirst();
        if (full) {
            throw invalid("A machine has at most " + MOST_TAGS + " tags"); // and none is tagged: it is one transaction
        }
    }

    @Transactional
    MachineView setDeviceValue(Caller caller, String key, String deviceValue) {
        return update(caller, key, new UpdateMachineRequest(null, deviceValue));
    }

    @Transactional
    MachineView update(Caller caller, String key, UpdateMachineRequest request) {
        MachineView before = machines.get(caller, key);
        List<String> tags = request.machineTags() == null ? null : tags(request.machineTags());
        String value = request.deviceValue() == null ? null : deviceValue(request.deviceValue());
        boolean changed = statements.update(
                        """
                update machine set machine_tags = coalesce(?, machine_tags), device_value = coalesce(?, device_value)
                where tenant_id = ? and id = ? and (machine_tags, device_value)
                    is distinct from (coalesce(?, machine_tags), coalesce(?, device_value))
                """,
                        tags == null ? null : tags.toArray(String[]::new),
                        value,
                        caller.tenant(),
                        before.id(),
                        tags == null ? null : tags.toArray(String[]::new),
                        value)
                == 1;
        MachineView after = machines.get(caller, before.id());
        if (changed) {
            audit.record(
                    caller.tenant(),
                    caller.name(),
                    "machine.update",
                    before.id(),
                    Map.of("before", told(before), "after", told(after)));
        }
        return after;
    }

    private static Map<String, Object> told(MachineView machine) {
        return Map.of("machineTags", machine.machineTags(), "deviceValue", machine.deviceValue());
    }

    private static List<String> tags(List<String> given) {
        var tags = new LinkedHashSet<String>();
        given.forEach(tag -> tags.add(tag(tag)));
        if (tags.size() > MOST_TAGS) {
            throw invalid("A machine has at most " + MOST_TAGS + " tags");
        }
        return List.copyOf(tags);
    }

    private static String tag(String given) {
        String tag = given.strip();
        if (tag.isEmpty() || tag.length() > LONGEST_TAG) {
            throw invalid("A tag has 1 to " + LONGEST_TAG + " characters");
        }
        return tag;
    }

    private static String deviceValue(String given) {
        return DEVICE_VALUES.stream()
                .filter(given.strip()::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(() -> invalid("deviceValue is none of " + DEVICE_VALUES));
    }

    private static ProblemException invalid(String message) {
        return new ProblemException(CommonProblem.INVALID_INPUT, message);
    }
}
