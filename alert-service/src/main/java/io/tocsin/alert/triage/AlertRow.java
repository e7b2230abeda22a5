package io.tocsin.alert.triage;

import static io.tocsin.db.Statements.number;
import static io.tocsin.db.Statements.strings;
import static io.tocsin.db.Statements.time;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/// Reads rows of `alert`: without an entity manager, whose copies of a page of fifty cost as much as all else that is
/// done for it.
final class AlertRow {

    /// Named one by one: a `*` would change under a statement that is prepared already when a column is added.
    static final String COLUMNS = """
            tenant_id, id, incident_id, investigation_id, assigned_to, severity, status, classification,
            determination, investigation_state, detection_source, detector_id, category, threat_family_name, title,
            description, alert_creation_ticks, first_event_ticks, last_event_ticks, last_update_ticks,
            resolved_ticks, machine_id, computer_dns_name, threat_name, mitre_techniques, related_user_name,
            related_user_domain
            """;

    private AlertRow() {}

    /// The alert without what other tables hold of it.
    static AlertView view(ResultSet row) throws SQLException {
        String user = row.getString("related_user_name");
        return new AlertView(
                row.getString("id"),
                number(row, "incident_id"),
                number(row, "investigation_id"),
                row.getString("assigned_to"),
                row.getString("severity"),
                row.getString("status"),
                row.getString("classification"),
                row.getString("determination"),
                row.getString("investigation_state"),
                row.getString("detection_source"),
                row.getString("detector_id"),
                row.getString("category"),
                row.getString("threat_family_name"),
                row.getString("title"),
                row.getString("description"),
                time(row, "alert_creation_ticks"),
                time(row, "first_event_ticks"),
                time(row, "last_event_ticks"),
                time(row, "last_update_ticks"),
                time(row, "resolved_ticks"),
                row.getString("machine_id"),
                row.getString("computer_dns_name"),
                null,
                row.getObject("tenant_id", UUID.class),
                row.getString("threat_name"),
                strings(row, "mitre_techniques"),
                user == null ? null : new AlertView.RelatedUser(user, row.getString("related_user_domain")),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }
}
