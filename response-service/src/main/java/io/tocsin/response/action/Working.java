package io.tocsin.response.action;

import java.util.UUID;

/// A machine whose agent has something to do, or may have.
///
/// @param alone whether it is to be asked for alone, since a live response may be handed out
public record Working(UUID tenant, String machineId, boolean alone) {}
