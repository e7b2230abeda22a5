package io.tocsin.indicator.registry;

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

/// A row of `indicator`, for reading.
@Entity
@Immutable
@Table(name = "indicator")
@IdClass(IndicatorEntity.Key.class)
class IndicatorEntity {

    /// Named one by one: a `*` would change under a statement that is prepared already when a column is added.
    static final String COLUMNS = """
            tenant_id, id, indicator_value, indicator_type, match_value, action, created_by,
            created_by_display_name, created_by_source, severity, category, application, educate_url,
            bypass_duration_hours, title, description, recommended_actions, creation_ticks, expiration_ticks,
            last_update_ticks, last_updated_by, rbac_group_names, rbac_group_ids, mitre_techniques, generate_alert,
            external_id
            """;

    record Key(UUID tenantId, Long id) implements Serializable {}

    @Id
    @Column(name = "tenant_id")
    UUID tenantId;

    @Id
    Long id;

    @Column(name = "indicator_value")
    String indicatorValue;

    @Column(name = "indicator_type")
    String indicatorType;

    @Column(name = "match_value")
    String matchValue;

    String action;

    @Column(name = "created_by")
    String createdBy;

    @Column(name = "created_by_display_name")
    String createdByDisplayName;

    @Column(name = "created_by_source")
    String createdBySource;

    String severity;
    int category;
    String application;

    @Column(name = "educate_url")
    String educateUrl;

    @Column(name = "bypass_duration_hours")
    Integer bypassDurationHours;

    String title;
    String description;

    @Column(name = "recommended_actions")
    String recommendedActions;

    @Column(name = "creation_ticks")
    WireTime creationTime;

    @Column(name = "expiration_ticks")
    WireTime expirationTime;

    @Column(name = "last_update_ticks")
    WireTime lastUpdateTime;

    @Column(name = "last_updated_by")
    String lastUpdatedBy;

    @Column(name = "rbac_group_names")
    @JdbcTypeCode(SqlTypes.ARRAY)
    List<String> rbacGroupNames;

    @Column(name = "rbac_group_ids")
    @JdbcTypeCode(SqlTypes.ARRAY)
    List<String> rbacGroupIds;

    @Column(name = "mitre_techniques")
    @JdbcTypeCode(SqlTypes.ARRAY)
    List<String> mitreTechniques;

    @Column(name = "generate_alert")
    boolean generateAlert;

    @Column(name = "external_id")
    String externalId;
}
