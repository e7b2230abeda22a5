package io.tocsin.response.devicegroup;

import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.response.ResponseProblem;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The device groups of a tenant. A change is committed at once; machines follow it in the background
/// ([AssignmentJob]).
@ApplicationScoped
public class DeviceGroupService {

    private static final int MOST_GROUPS = 1_000;

    private final DeviceGroupRepository groups;
    private final Audit audit;

    DeviceGroupService(DeviceGroupRepository groups, Audit audit) {
        this.groups = groups;
        this.audit = audit;
    }

    @Transactional
    DeviceGroupView.All all(UUID tenant) {
        return new DeviceGroupView.All(views(tenant), groups.waiting(tenant));
    }

    @Transactional
    DeviceGroupView get(UUID tenant, int id) {
        return views(tenant).stream()
                .filter(group -> group.id() == id)
                .findFirst()
                .orElseThrow(() -> notFound(id));
    }

    /// How far an investigation goes by itself on the machines of a group; one that is gone is the default group.
    @Transactional
    public AutomationLevel automationOf(UUID tenant, int group) {
        return groups.find(tenant, group)
                .or(() -> groups.find(tenant, DeviceGroup.DEFAULT_ID))
                .orElseThrow()
                .automationLevel();
    }

    @Transactional
    DeviceGroupView create(Caller caller, DeviceGroupRequest request) {
        UUID tenant = caller.tenant();
        required("deviceGroupName", request.deviceGroupName());
        required("deviceGroupRules", request.deviceGroupRules());
        request.deviceGroupRules().check();
        groups.lock(tenant);
        List<DeviceGroup> known = groups.all(tenant);
        if (known.size() > MOST_GROUPS) {
            throw invalid("A tenant has at most " + MOST_GROUPS + " device groups");
        }
        named(known, request.deviceGroupName(), null);
        DeviceGroup created = DeviceGroup.untouchedDefault().changedBy(request);
        int id = groups.add(tenant, created, known.size());
        List<Integer> order = ranked(known);
        order.add(place(request.priority() == null ? known.size() : request.priority(), known.size()), id);
        groups.rank(tenant, order);
        groups.nextGeneration(tenant);
        DeviceGroup stored = groups.find(tenant, id).orElseThrow();
        audit.record(tenant, caller.name(), "device-group.create", Integer.toString(id), changes(null, stored, order));
        return get(tenant, id);
    }

    @Transactional
    DeviceGroupView update(Caller caller, int id, DeviceGroupRequest request) {
        UUID tenant = caller.tenant();
        if (request.isEmpty()) {
            throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "The request body names nothing to update");
        }
        groups.lock(tenant);
        List<DeviceGroup> known = groups.all(tenant);
        DeviceGroup before = one(known, id);
        check(known, before, request);
        DeviceGroup after = before.changedBy(request);
        groups.update(tenant, after);
        List<Integer> order = ranked(known);
        if (request.priority() != null) {
            int place = place(request.priority(), order.size());
            order.remove((Integer) id);
            order.add(place, id);
            groups.rank(tenant, order);
        }
        boolean moved = !order.equals(ranked(known));
        if (moved || !after.name().equals(before.name()) || !after.rules().equals(before.rules())) {
            groups.nextGeneration(tenant);
        }
        Map<String, Object> detail = changes(before, after, order);
        detail.put("priorityBefore", 1 + ranked(known).indexOf(id));
        audit.record(tenant, caller.name(), "device-group.update", Integer.toString(id), detail);
        return get(tenant, id);
    }

    @Transactional
    void delete(Caller caller, int id) {
        UUID tenant = caller.tenant();
        if (id == DeviceGroup.DEFAULT_ID) {
            throw invalid("The default group cannot be deleted");
        }
        groups.lock(tenant);
        List<DeviceGroup> known = groups.all(tenant);
        DeviceGroup before = one(known, id);
        groups.remove(tenant, id);
        List<Integer> order = ranked(known);
        order.remove((Integer) id);
        groups.rank(tenant, order);
        groups.nextGeneration(tenant);
        audit.record(tenant, caller.name(), "device-group.delete", Integer.toString(id), changes(before, null, order));
    }

    private static DeviceGroup one(List<DeviceGroup> known, int id) {
        return known.stream().filter(group -> group.id() == id).findFirst().orElseThrow(() -> notFound(id));
    }

    private static void check(List<DeviceGroup> known, DeviceGroup group, DeviceGroupRequest request) {
        if (group.isDefault()
                && (request.priority() != null
                        || request.deviceGroupName() != null
                        || request.deviceGroupRules() != null)) {
            throw invalid("The default group has no name, priority and rules of its own");
        }
        if (request.deviceGroupName() != null) {
            required("deviceGroupName", request.deviceGroupName());
            named(known, request.deviceGroupName(), group.id());
        }
        if (request.deviceGroupRules() != null) {
            request.deviceGroupRules().check();
        }
    }

    private List<DeviceGroupView> views(UUID tenant) {
        Map<Integer, Integer> counts = groups.counts(tenant);
        List<DeviceGroup> all = groups.all(tenant);
        return IntStream.range(0, all.size())
                .mapToObj(i ->
                        view(all.get(i), i + 1, counts.getOrDefault(all.get(i).id(), 0)))
                .toList();
    }

    private static DeviceGroupView view(DeviceGroup it, int priority, int machines) {
        return new DeviceGroupView(
                it.id(),
                priority,
                it.name(),
                it.isDefault(),
                it.automationLevel(),
                it.description(),
                machines,
                it.lastUpdateTime(),
                it.userGroups(),
                it.rules());
    }

    /// The ids of all but the default group, in their order.
    private static List<Integer> ranked(List<DeviceGroup> groups) {
        return groups.stream()
                .filter(group -> !group.isDefault())
                .map(DeviceGroup::id)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static int place(int priority, int last) {
        if (priority < 1 || priority > last) {
            throw invalid("priority must be between 1 and " + last);
        }
        return priority - 1;
    }

    private static void named(List<DeviceGroup> known, String name, Integer itself) {
        known.stream()
                .filter(group -> group.name().equalsIgnoreCase(name.strip()))
                .filter(group -> itself == null || group.id() != itself)
                .findFirst()
                .ifPresent(taken -> {
                    throw invalid("deviceGroupName " + taken.name() + " is taken by device group " + taken.id());
                });
    }

    private static Map<String, Object> changes(DeviceGroup before, DeviceGroup after, List<Integer> order) {
        var detail = new LinkedHashMap<String, Object>();
        detail.put("before", before);
        detail.put("after", after);
        if (after != null) {
            detail.put("priority", 1 + order.indexOf(after.id()));
        }
        return detail;
    }

    private static void required(String property, Object value) {
        if (value == null || value instanceof String text && text.isBlank()) {
            throw new ProblemException(CommonProblem.MISSING_REQUIRED_PARAMETER, property + " argument is missing");
        }
    }

    private static ProblemException invalid(String message) {
        return new ProblemException(CommonProblem.INVALID_INPUT, message);
    }

    private static ProblemException notFound(int id) {
        return new ProblemException(ResponseProblem.DEVICE_GROUP_NOT_FOUND, "Device group " + id + " was not found");
    }
}
