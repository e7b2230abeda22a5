package io.tocsin.response.agent;

import io.tocsin.response.indicatorfeed.Recipient;
import java.util.UUID;

/// The enrolled machine that speaks.
///
/// @param recipient whose indicators are for it
/// @param fedGroup the device group whose indicators it was told from the beginning, 0 for none
public record Device(UUID agentId, UUID tenant, String machineId, Recipient recipient, long fedGroup) {

    /// Whether what it was told is of another device group than it is in now.
    boolean hasMoved() {
        return fedGroup != recipient.groupId();
    }
}
