package io.tocsin.alert.incident;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// An incident on the wire (contract 95 §1, order as wire-facts §9).
///
/// @param classification `Unknown` when nobody classified it, never null
/// @param determination `NotAvailable` when nobody determined it, never null
@RegisterForReflection
public record IncidentView(
        long incidentId,
        String incidentUri,
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
        List<Comment> comments,
        List<IncidentAlertView> alerts) {

    /// What a person said.
    @RegisterForReflection
    public record Comment(String comment, String createdBy, WireTime createdTime) {}

    /// @param outline name and severity as far as the caller may know
    static IncidentView of(
            IncidentEntity incident,
            IncidentOutlines.Outline outline,
            String uri,
            List<Comment> comments,
            List<IncidentAlertView> alerts) {
        return new IncidentView(
                incident.incidentId,
                uri,
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
                comments,
                alerts);
    }
}
