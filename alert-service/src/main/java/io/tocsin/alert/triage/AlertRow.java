package io.tocsin.alert.triage;

import static io.tocsin.db.Statements.number;
import static io.tocsin.db.Statements.strings;
import static io.tocsin.db.Statements.time;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.tocsin.wire.WireTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Reads rows of `alert`, with what small tables hold of them by the same statement, since each statement is another
/// wait for the database: without an entity manager, whose copies of a page of fifty cost as much as all else that is
/// done for it.
final class AlertRow {

    /// Named one by one: a `*` would change under a statement that is prepared already when a column is added.
    static final String COLUMNS = """
            tenant_id, id, incident_id, investigation_id, assigned_to, severity, status, classification,
            determination, investigation_state, detection_source, detector_id, category, threat_family_name, title,
            description, alert_creation_ticks, first_event_ticks, last_event_ticks, last_update_ticks,
            resolved_ticks, machine_id, computer_dns_name, threat_name, mitre_techniques, related_user_name,
            related_user_domain,
            (select m.rbac_group_name from machine m where m.tenant_id = alert.tenant_id and m.id = alert.machine_id)
                as group_of_machine,
            (select json_agg(json_build_array(c.comment, c.created_by, c.created_ticks) order by c.comment_id)
                from alert_comment c where c.tenant_id = alert.tenant_id and c.alert_id = alert.id) as comments
            """;

    private static final ObjectReader JSON = new ObjectMapper().reader();

    private AlertRow() {}

    /// The alert without its evidence. The group is the one its machine is in now; none until it is assigned.
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
                row.getString("group_of_machine"),
                row.getObject("tenant_id", UUID.class),
                row.getString("threat_name"),
                strings(row, "mitre_techniques"),
                user == null ? null : new AlertView.RelatedUser(user, row.getString("related_user_domain")),
                List.of(),
                comments(row.getString("comments")),
                List.of(),
                List.of());
    }

    /// @param json rows of what was said, by whom and when; null without any
    private static List<AlertView.Comment> comments(String json) {
        if (json == null) {
            return List.of();
        }
        try {
            var comments = new ArrayList<AlertView.Comment>();
            for (JsonNode comment : JSON.readTree(json)) {
                comments.add(new AlertView.Comment(
                        comment.get(0).textValue(),
                        comment.get(1).textValue(),
                        new WireTime(comment.get(2).longValue())));
            }
            return comments;
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("PostgreSQL answered what is no JSON", broken);
        }
    }
}
