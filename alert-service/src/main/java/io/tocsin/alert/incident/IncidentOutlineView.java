package io.tocsin.alert.incident;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// An incident as `/api/incidents` shows it, but for its address and its alerts: those have a feed of their own, and
/// name
/// their incident.
@RegisterForReflection
public record IncidentOutlineView(
        long incidentId,
        Long redirectIncidentId,
        String incidentName,
        WireTime createdTime,
        WireTime lastUpdateTime,
        String assignedTo,
        String classification,
        String determination,
        String status,
        String severity,
        List<String> tags,
        List<IncidentView.Comment> comments) {

    static IncidentOutlineView of(
            IncidentEntity incident, IncidentOutlines.Outline outline, List<IncidentView.Comment> comments) {
        return new IncidentOutlineView(
                incident.incidentId,
                incident.redirectIncidentId,
                outline.name(),
                incident.createdTime,
                incident.lastUpdateTime,
                incident.assignedTo,
                incident.classification == null ? "Unknown" : incident.classification,
                incident.determination == null ? "NotAvailable" : incident.determination,
                incident.status,
                outline.severity(),
                incident.tags,
                comments);
    }
}
