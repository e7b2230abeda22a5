package io.tocsin.alert.mapping;

import static io.tocsin.alert.mapping.AlertForm.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Suricata's EVE: one line an event, of which those of type `alert` are alerts. An event has no id; it is
/// known by its flow, rule and time. Both addresses are evidence: which of them is a machine of ours,
/// correlation finds out.
final class SuricataMapping implements AlertMapping {

    /// Suricata's numbers: 1 is the gravest. A rule may say what it likes beyond 3.
    private static final Map<Integer, String> SEVERITIES = Map.of(1, "High", 2, "Medium", 3, "Low");

    /// The descriptions of `classification.config`, folded.
    private static final Map<String, String> CATEGORIES = Map.ofEntries(
            Map.entry("a network trojan was detected", "Malware"),
            Map.entry("malware command and control activity detected", "CommandAndControl"),
            Map.entry("domain observed used for c2 detected", "CommandAndControl"),
            Map.entry("exploit kit activity detected", "Exploit"),
            Map.entry("executable code was detected", "Execution"),
            Map.entry("web application attack", "InitialAccess"),
            Map.entry("access to a potentially vulnerable web application", "InitialAccess"),
            Map.entry("attempted administrator privilege gain", "PrivilegeEscalation"),
            Map.entry("successful administrator privilege gain", "PrivilegeEscalation"),
            Map.entry("attempted user privilege gain", "PrivilegeEscalation"),
            Map.entry("successful user privilege gain", "PrivilegeEscalation"),
            Map.entry("attempted information leak", "Discovery"),
            Map.entry("detection of a network scan", "Discovery"),
            Map.entry("device retrieving external ip address detected", "Discovery"),
            Map.entry("information leak", "Exfiltration"),
            Map.entry("large scale information leak", "Exfiltration"),
            Map.entry("successful credential theft detected", "CredentialAccess"),
            Map.entry("an attempted login using a suspicious username was detected", "CredentialAccess"),
            Map.entry("attempt to login by a default username and password", "CredentialAccess"),
            Map.entry("possible social engineering attempted", "InitialAccess"),
            Map.entry("crypto currency mining activity detected", "Malware"),
            Map.entry("possibly unwanted program detected", "UnwantedSoftware"),
            Map.entry("attempted denial of service", "Impact"),
            Map.entry("denial of service", "Impact"),
            Map.entry("detection of a denial of service attack", "Impact"),
            Map.entry("targeted malicious activity was detected", "SuspiciousActivity"));

    private final String source;

    /// @param source the sensor's name, or null when its events say it (`host`) or nobody does
    SuricataMapping(String source) {
        this.source = source;
    }

    @Override
    public Optional<ObjectNode> map(JsonNode event) {
        JsonNode alert = event.path("alert");
        if (!"alert".equals(text(event.path("event_type"))) || !alert.isObject()) {
            return Optional.empty();
        }
        var form = new AlertForm();
        String host = text(event.path("host"));
        form.set("source", source != null ? source : host == null ? "suricata" : "suricata-" + host);
        form.set("sourceRef", reference(event, alert));
        form.set("title", text(alert.path("signature")));
        form.set("description", description(event));
        form.set("severity", severity(alert));
        form.set("category", category(alert));
        form.set("detectorId", detector(alert));
        form.time("firstEventTime", AlertForm.time(event.path("timestamp")));
        form.time("lastEventTime", AlertForm.time(event.path("timestamp")));
        metadata(form, alert.path("metadata"));
        evidence(form, event, "blocked".equals(text(alert.path("action"))) ? "Blocked" : "Detected");
        return Optional.of(form.toAlert());
    }

    private static String detector(JsonNode alert) {
        return alert.path("gid").asLong(1) + ":" + alert.path("signature_id").asLong() + ":"
                + alert.path("rev").asLong(1);
    }

    private static String reference(JsonNode event, JsonNode alert) {
        String flow = text(event.path("flow_id"));
        String between = text(event.path("src_ip")) + ":" + text(event.path("src_port")) + "-"
                + text(event.path("dest_ip")) + ":" + text(event.path("dest_port"));
        return (flow == null ? between : flow) + "/" + detector(alert) + "/" + text(event.path("timestamp")) + "/"
                + event.path("tx_id").asText("") + "/" + event.path("pcap_cnt").asText("");
    }

    private static String description(JsonNode event) {
        return "%s %s port %s to %s port %s%s"
                .formatted(
                        event.path("proto").asText("IP"),
                        event.path("src_ip").asText("?"),
                        event.path("src_port").asText("?"),
                        event.path("dest_ip").asText("?"),
                        event.path("dest_port").asText("?"),
                        event.hasNonNull("app_proto")
                                ? ", " + event.get("app_proto").asText()
                                : "");
    }

    private static String severity(JsonNode alert) {
        JsonNode severity = alert.path("severity");
        return severity.isNumber() ? SEVERITIES.getOrDefault(severity.asInt(), "Informational") : "UnSpecified";
    }

    private static String category(JsonNode alert) {
        return CATEGORIES.getOrDefault(
                alert.path("category").asText("").strip().toLowerCase(Locale.ROOT), "SuspiciousActivity");
    }

    /// What the rule's author wrote beside it: every value is a list.
    private static void metadata(AlertForm form, JsonNode metadata) {
        metadata.path("mitre_technique_id").forEach(id -> form.technique(text(id)));
        form.set("threatFamilyName", text(metadata.path("malware_family").path(0)));
    }

    private static void evidence(AlertForm form, JsonNode event, String status) {
        form.ip(text(event.path("src_ip")), status);
        form.ip(text(event.path("dest_ip")), status);
        String host = text(event.at("/http/hostname"));
        if (host != null) {
            String path = event.at("/http/url").asText("");
            form.url(path.contains("://") ? path : "http://" + host + path, status);
        }
        form.url(text(event.at("/tls/sni")), status);
        form.url(text(event.at("/dns/rrname")), status);
        // Version 2 of these records has the one, version 3 of Suricata 8 the other.
        for (String queries : List.of("/dns/query", "/dns/queries")) {
            event.at(queries).forEach(query -> form.url(text(query.path("rrname")), status));
        }
        for (JsonNode info : event.path("files")) {
            file(form, info, status);
        }
        file(form, event.path("fileinfo"), status);
    }

    private static void file(AlertForm form, JsonNode info, String status) {
        if (!info.isObject()) {
            return;
        }
        ObjectNode file = JsonNodeFactory.instance.objectNode().put("entityType", "File");
        AlertForm.put(file, "fileName", text(info.path("filename")));
        AlertForm.put(file, "sha1", text(info.path("sha1")));
        AlertForm.put(file, "sha256", text(info.path("sha256")));
        AlertForm.put(file, "detectionStatus", status);
        form.file(file);
    }
}
