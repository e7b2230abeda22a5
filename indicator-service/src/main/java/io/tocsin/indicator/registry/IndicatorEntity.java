package io.tocsin.indicator.registry;

import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.sql.ResultSet;
import java.sql.SQLException;
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

    /// The same of a table that is called `i`.
    static final String COLUMNS_OF_I = COLUMNS.replaceAll("(\\w+)", "i.$1");

    /// A row whose columns these are.
    static IndicatorEntity of(ResultSet row) throws SQLException {
        var it = new IndicatorEntity();
        it.tenantId = row.getObject("tenant_id", UUID.class);
        it.id = row.getLong("id");
        it.indicatorValue = row.getString("indicator_value");
        it.indicatorType = row.getString("indicator_type");
        it.matchValue = row.getString("match_value");
        it.action = row.getString("action");
        it.createdBy = row.getString("created_by");
        it.createdByDisplayName = row.getString("created_by_display_name");
        it.createdBySource = row.getString("created_by_source");
        it.severity = row.getString("severity");
        it.category = row.getInt("category");
        it.application = row.getString("application");
        it.educateUrl = row.getString("educate_url");
        it.bypassDurationHours = (Integer) row.getObject("bypass_duration_hours");
        it.title = row.getString("title");
        it.description = row.getString("description");
        it.recommendedActions = row.getString("recommended_actions");
        it.creationTime = Statements.time(row, "creation_ticks");
        it.expirationTime = Statements.time(row, "expiration_ticks");
        it.lastUpdateTime = Statements.time(row, "last_update_ticks");
        it.lastUpdatedBy = row.getString("last_updated_by");
        it.rbacGroupNames = Statements.strings(row, "rbac_group_names");
        it.rbacGroupIds = Statements.strings(row, "rbac_group_ids");
        it.mitreTechniques = Statements.strings(row, "mitre_techniques");
        it.generateAlert = row.getBoolean("generate_alert");
        it.externalId = row.getString("external_id");
        return it;
    }

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
