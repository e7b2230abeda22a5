package io.tocsin.alert.incident;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// An alert inside an incident (contract 95 §1; order as `MtpAlert` of edmx-facts).
///
/// @param providerAlertId the source's own id of the alert
/// @param devices the machine the alert is about, or nothing
@RegisterForReflection
public record IncidentAlertView(
        String alertId,
        String providerAlertId,
        long incidentId,
        String serviceSource,
        WireTime creationTime,
        WireTime lastUpdatedTime,
        WireTime resolvedTime,
        WireTime firstActivity,
        WireTime lastActivity,
        String title,
        String description,
        String category,
        String status,
        String severity,
        Long investigationId,
        String investigationState,
        String classification,
        String determination,
        String detectionSource,
        String detectorId,
        String assignedTo,
        String actorName,
        String threatFamilyName,
        List<String> mitreTechniques,
        List<IncidentDeviceView> devices,
        List<IncidentEntityView> entities) {}
