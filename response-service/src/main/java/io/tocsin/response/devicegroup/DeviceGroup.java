package io.tocsin.response.devicegroup;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// A row of `device_group`; also what the audit says of it.
@RegisterForReflection
record DeviceGroup(
        int id,
        String name,
        AutomationLevel automationLevel,
        String description,
        WireTime lastUpdateTime,
        List<AadUsersGroup> userGroups,
        DeviceGroupRules rules) {

    static final int DEFAULT_ID = 0;

    /// As the real service names it in answers (contract 20 §1).
    static final String DEFAULT_NAME = "UnassignedGroup";

    /// What a tenant has that never changed anything.
    static DeviceGroup untouchedDefault() {
        return new DeviceGroup(
                DEFAULT_ID,
                DEFAULT_NAME,
                AutomationLevel.FullRemediateThreatsAutomatically,
                null,
                null,
                List.of(),
                DeviceGroupRules.NONE);
    }

    boolean isDefault() {
        return id == DEFAULT_ID;
    }

    DeviceGroup changedBy(DeviceGroupRequest it) {
        return new DeviceGroup(
                id,
                it.deviceGroupName() == null ? name : it.deviceGroupName().strip(),
                it.automationLevel() == null ? automationLevel : it.automationLevel(),
                it.description() == null
                        ? description
                        : it.description().isBlank() ? null : it.description().strip(),
                WireTime.now(),
                it.aadUsersGroups() == null ? userGroups : List.copyOf(it.aadUsersGroups()),
                it.deviceGroupRules() == null ? rules : it.deviceGroupRules());
    }
}
