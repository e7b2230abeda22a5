package io.tocsin.alert.triage;

import io.tocsin.wire.WireTime;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/// A row of `alert`, for reading; changes are guarded statements of [AlertRepository].
@Entity
@Immutable
@Table(name = "alert")
@IdClass(AlertEntity.Key.class)
class AlertEntity {

    /// Named one by one: a `*` would change under a statement that is prepared already when a column is added.
    static final String COLUMNS = """
            tenant_id, id, incident_id, investigation_id, assigned_to, severity, status, classification,
            determination, investigation_state, detection_source, detector_id, category, threat_family_name, title,
            description, alert_creation_ticks, first_event_ticks, last_event_ticks, last_update_ticks,
            resolved_ticks, machine_id, computer_dns_name, threat_name, mitre_techniques, related_user_name,
            related_user_domain
            """;

    record Key(UUID tenantId, String id) implements Serializable {}

    @Id
    @Column(name = "tenant_id")
    UUID tenantId;

    @Id
    String id;

    @Column(name = "incident_id")
    Long incidentId;

    @Column(name = "investigation_id")
    Long investigationId;

    @Column(name = "assigned_to")
    String assignedTo;

    String severity;
    String status;
    String classification;
    String determination;

    @Column(name = "investigation_state")
    String investigationState;

    @Column(name = "detection_source")
    String detectionSource;

    @Column(name = "detector_id")
    String detectorId;

    String category;

    @Column(name = "threat_family_name")
    String threatFamilyName;

    String title;
    String description;

    @Column(name = "alert_creation_ticks")
    WireTime alertCreationTime;

    @Column(name = "first_event_ticks")
    WireTime firstEventTime;

    @Column(name = "last_event_ticks")
    WireTime lastEventTime;

    @Column(name = "last_update_ticks")
    WireTime lastUpdateTime;

    @Column(name = "resolved_ticks")
    WireTime resolvedTime;

    @Column(name = "machine_id")
    String machineId;

    @Column(name = "computer_dns_name")
    String computerDnsName;

    @Column(name = "threat_name")
    String threatName;

    @Column(name = "mitre_techniques")
    @JdbcTypeCode(SqlTypes.ARRAY)
    List<String> mitreTechniques;

    @Column(name = "related_user_name")
    String relatedUserName;

    @Column(name = "related_user_domain")
    String relatedUserDomain;

    AlertView toView() {
        var user = relatedUserName == null ? null : new AlertView.RelatedUser(relatedUserName, relatedUserDomain);
        return new AlertView(
                id,
                incidentId,
                investigationId,
                assignedTo,
                severity,
                status,
                classification,
                determination,
                investigationState,
                detectionSource,
                detectorId,
                category,
                threatFamilyName,
                title,
                description,
                alertCreationTime,
                firstEventTime,
                lastEventTime,
                lastUpdateTime,
                resolvedTime,
                machineId,
                computerDnsName,
                null,
                tenantId,
                threatName,
                List.copyOf(mitreTechniques),
                user,
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }
}
