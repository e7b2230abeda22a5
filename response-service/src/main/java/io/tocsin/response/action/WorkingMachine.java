package io.tocsin.response.action;

import java.util.UUID;

/// A machine whose agent has something to do, or may have.
public record WorkingMachine(UUID tenant, String machineId) {}
