package io.tocsin.alert.incident;

import io.tocsin.wire.WireTime;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

@Entity
@Table(name = "incident")
class IncidentEntity {

    /// Named one by one: a `*` would change under a statement that is prepared already when a column is added.
    static final String COLUMNS = """
            incident_id, tenant_id, redirect_incident_id, incident_name, created_ticks, last_update_ticks,
            assigned_to, classification, determination, status, severity, tags
            """;

    @Id
    @Column(name = "incident_id")
    Long incidentId;

    @Column(name = "tenant_id")
    UUID tenantId;

    @Column(name = "redirect_incident_id")
    Long redirectIncidentId;

    @Column(name = "incident_name")
    String incidentName;

    @Column(name = "created_ticks")
    WireTime createdTime;

    @Column(name = "last_update_ticks")
    WireTime lastUpdateTime;

    @Column(name = "assigned_to")
    String assignedTo;

    @Column(name = "classification")
    String classification;

    @Column(name = "determination")
    String determination;

    @Column(name = "status")
    String status;

    @Column(name = "severity")
    String severity;

    @Column(name = "tags")
    @JdbcTypeCode(SqlTypes.ARRAY)
    List<String> tags;
}
