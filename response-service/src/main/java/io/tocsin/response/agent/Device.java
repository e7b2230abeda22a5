package io.tocsin.response.agent;

import java.util.UUID;

/// The enrolled machine that speaks.
public record Device(UUID agentId, UUID tenant, String machineId) {}
