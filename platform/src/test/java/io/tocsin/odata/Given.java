package io.tocsin.odata;

import java.util.List;
import java.util.Map;

/// The entity the tests of this package ask, with a property of each kind; its rows are [Sample]'s.
final class Given {

    record Asked(String id, String title, List<String> machineTags, List<String> evidence) {}

    private static final EntityModel EVIDENCE = EntityModel.named("evidence")
            .string("sha256", "element.sha256")
            .caseInsensitiveString("fileName", "element.file_name")
            .longNumber("processId", "element.process_id")
            .time("evidenceCreationTime", "element.evidence_creation_ticks")
            .enumeration("entityType", "element.entity_type", List.of("File", "Process", "Ip"))
            .defaultOrder("element.position")
            .build();

    static final EntityModel MODEL = EntityModel.named("Alerts")
            .entity(Asked.class)
            .string("id", "id")
            .string("title", "title")
            .caseInsensitiveString("computerDnsName", "computer_dns_name")
            .caseInsensitiveString("assignedTo", "assigned_to")
            .longNumber("incidentId", "incident_id")
            .bool("generateAlert", "generate_alert")
            .time("alertCreationTime", "alert_creation_ticks")
            .time("resolvedTime", "resolved_ticks")
            .enumeration("severity", "severity", List.of("Informational", "Low", "Medium", "High"))
            .enumeration("status", "status", List.of("New", "InProgress", "Resolved"))
            .guid("actionId", "action_id")
            .strings("machineTags", "machine_tags")
            .rows("evidence", "asked_evidence as element where element.asked_id = asked.id", EVIDENCE)
            .required("id", "alertCreationTime")
            .alias("asssignedTo", "assignedTo")
            .expandable("evidence")
            .defaultOrder("alert_creation_ticks desc, id desc")
            .build();

    private Given() {}

    static ODataQuery query(String option, String value) {
        return ODataQuery.of(MODEL, Map.of(option, List.of(value)));
    }

    static ODataQuery filter(String filter) {
        return query("$filter", filter);
    }
}
