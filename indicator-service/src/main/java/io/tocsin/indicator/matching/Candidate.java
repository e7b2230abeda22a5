package io.tocsin.indicator.matching;

import io.tocsin.indicator.IndicatorAction;
import io.tocsin.indicator.IndicatorType;
import io.tocsin.wire.WireTime;
import java.util.List;

/// An indicator that speaks of a value.
///
/// @param groupNames the device groups it is for; none, and none of `groupIds`: all devices
record Candidate(
        long id,
        IndicatorType type,
        String matchValue,
        IndicatorAction action,
        boolean generateAlert,
        List<String> groupNames,
        List<String> groupIds,
        MatchView.MatchedIndicator indicator) {

    boolean isForAll() {
        return groupNames.isEmpty() && groupIds.isEmpty();
    }

    /// Whether it is for a device of this group.
    boolean isFor(DeviceGroup group) {
        return isForAll()
                || group != null
                        && (groupIds.contains(group.id())
                                || groupNames.stream().anyMatch(name -> name.equalsIgnoreCase(group.name())));
    }

    boolean isInForce(WireTime now) {
        return indicator.expirationTime() == null || indicator.expirationTime().compareTo(now) > 0;
    }
}
