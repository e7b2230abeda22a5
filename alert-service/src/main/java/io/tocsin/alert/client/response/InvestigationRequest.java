package io.tocsin.alert.client.response;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// @param alertId the alert it is about
/// @param incidentId that of the alert, or null
/// @param comment why it is asked for
@RegisterForReflection
public record InvestigationRequest(String machineId, String alertId, Long incidentId, String comment) {}
