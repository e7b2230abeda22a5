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
