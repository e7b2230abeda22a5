package io.tocsin.response.devicegroup;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// The DeviceGroup entity of the real service's metadata, in its order.
///
/// @param priority 1 is asked first; the default group is last
/// @param deviceCount machines that are in the group now
/// @param lastUpdateTime `null` while the default group was never changed
@RegisterForReflection
public record DeviceGroupView(
        int id,
        int priority,
        String deviceGroupName,
        boolean isUnassignedDeviceGroup,
        AutomationLevel automationLevel,
        String description,
        int deviceCount,
        WireTime lastUpdateTime,
        List<AadUsersGroup> aadUsersGroups,
        DeviceGroupRules deviceGroupRules) {

    /// @param value in the order in which their rules are asked
    /// @param waitingDeviceCount machines that are still to be assigned under the present rules
    @RegisterForReflection
    public record All(List<DeviceGroupView> value, long waitingDeviceCount) {}
}
