package io.tocsin.response.devicegroup;

import io.tocsin.response.devicegroup.DeviceGroupRepository.Assignment;
import io.tocsin.response.devicegroup.DeviceGroupRepository.StaleDevice;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/// Puts machines into the first group whose rules take them.
@ApplicationScoped
class DeviceGroupAssignment {

    private final DeviceGroupRepository groups;

    DeviceGroupAssignment(DeviceGroupRepository groups) {
        this.groups = groups;
    }

    /// Assigns some of the machines that wait for it, of any tenant; how many it were.
    @Transactional
    int assign(int most) {
        List<StaleDevice> stale = groups.stale(most);
        if (stale.isEmpty()) {
            return 0;
        }
        Map<UUID, List<DeviceGroup>> byTenant = stale.stream()
                .map(StaleDevice::tenant)
                .distinct()
                .collect(Collectors.toMap(tenant -> tenant, groups::all));
        groups.assign(stale.stream()
                .map(it -> new Assignment(it, groupOf(it.device(), byTenant.get(it.tenant()))))
                .toList());
        return stale.size();
    }

    /// @param groups in their order, the default group last
    static DeviceGroup groupOf(GroupedDevice device, List<DeviceGroup> groups) {
        return groups.stream()
                .filter(group -> group.rules().take(device))
                .findFirst()
                .orElse(groups.getLast());
    }
}
