package io.tocsin.response.devicegroup;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/// A new group, or what to change of one; `null` keeps what is.
///
/// @param deviceGroupName unique in the tenant whatever its case; required of a new group
/// @param priority 1 is asked first; a new group without one is asked last
/// @param automationLevel of a new group without one: `FullRemediateThreatsAutomatically`
/// @param description empty removes it
/// @param aadUsersGroups who may see the group; none: everyone
/// @param deviceGroupRules required of a new group
@RegisterForReflection
public record DeviceGroupRequest(
        @Size(max = 256) String deviceGroupName,
        Integer priority,
        AutomationLevel automationLevel,
        @Size(max = 4000) String description,

        @Size(max = 100) List<@NotNull @Valid AadUsersGroup> aadUsersGroups,

        @Valid DeviceGroupRules deviceGroupRules) {

    boolean isEmpty() {
        return deviceGroupName == null
                && priority == null
                && automationLevel == null
                && description == null
                && aadUsersGroups == null
                && deviceGroupRules == null;
    }
}
