package io.tocsin.response.agent;

import io.tocsin.response.indicatorfeed.Recipient;
import java.util.UUID;

/// The enrolled machine that speaks.
///
/// @param recipient whose indicators are for it
public record Device(UUID agentId, UUID tenant, String machineId, Recipient recipient) {}
