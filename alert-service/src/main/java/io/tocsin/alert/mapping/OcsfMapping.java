package io.tocsin.alert.mapping;

import static io.tocsin.alert.mapping.AlertForm.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.wire.WireTime;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// OCSF's Detection Finding (class 2004 of version 1.x). Other classes are skipped.
final class OcsfMapping implements AlertMapping {

    private static final long DETECTION_FINDING = 2_004;

    /// `severity_id`: 5 and 6 are Critical and Fatal, which the contract does not know; 0 is Unknown, 99 Other.
    private static final Map<Integer, String> SEVERITIES =
            Map.of(1, "Informational", 2, "Low", 3, "Medium", 4, "High", 5, "High", 6, "High");

    /// `tactic.uid` of ATT&CK for enterprises.
    private static final Map<String, String> TACTICS = Map.ofEntries(
            Map.entry("TA0043", "Reconnaissance"),
            Map.entry("TA0042", "ResourceDevelopment"),
            Map.entry("TA0001", "InitialAccess"),
            Map.entry("TA0002", "Execution"),
            Map.entry("TA0003", "Persistence"),
            Map.entry("TA0004", "PrivilegeEscalation"),
            Map.entry("TA0005", "DefenseEvasion"),
            Map.entry("TA0006", "CredentialAccess"),
            Map.entry("TA0007", "Discovery"),
            Map.entry("TA0008", "LateralMovement"),
            Map.entry("TA0009", "Collection"),
            Map.entry("TA0011", "CommandAndControl"),
            Map.entry("TA0010", "Exfiltration"),
            Map.entry("TA0040", "Impact"));

    private static final int SHA1 = 2;
    private static final int SHA256 = 3;

    private final String source;

    /// @param source the product's name, or null when its findings say it
    OcsfMapping(String source) {
        this.source = source;
    }

    @Override
    public Optional<ObjectNode> map(JsonNode event) {
        if (event.path("class_uid").asLong() != DETECTION_FINDING) {
            return Optional.empty();
        }
        JsonNode finding = event.path("finding_info");
        var form = new AlertForm();
        form.set(
                "source",
                source != null ? source : product(event.path("metadata").path("product")));
        form.set("sourceRef", text(finding.path("uid")));
        form.set("title", first(text(finding.path("title")), text(event.path("message"))));
        form.set("description", first(text(finding.path("desc")), text(event.path("message"))));
        form.set("severity", SEVERITIES.getOrDefault(event.path("severity_id").asInt(), "UnSpecified"));
        form.set("detectorId", first(text(finding.at("/analytic/uid")), text(finding.at("/analytic/name"))));
        form.set("recommendedAction", text(event.at("/remediation/desc")));
        form.set("threatName", text(event.at("/malware/0/name")));
        WireTime time = time(event, "time");
        WireTime last = first(time(finding, "last_seen_time"), time);
        WireTime first = first(time(finding, "first_seen_time"), last);
        form.time("firstEventTime", first == null || last == null || first.compareTo(last) <= 0 ? first : last);
        form.time("lastEventTime", last);
        form.time("lastUpdateTime", first(time(finding, "modified_time"), time));
        attacks(form, finding.path("attacks"));
        attacks(form, event.path("attacks"));
        if (!form.has("category")) {
            form.set("category", event.path("malware").isEmpty() ? "SuspiciousActivity" : "Malware");
        }
        machine(form, event);
        evidence(form, event);
        return Optional.of(form.toAlert());
    }

    private static String product(JsonNode product) {
        String vendor = text(product.path("vendor_name"));
        String name = text(product.path("name"));
        return vendor == null || name == null ? first(name, vendor) : vendor + " " + name;
    }

    private static <T> T first(T one, T other) {
        return one == null ? other : one;
    }

    /// Milliseconds, or the text of the datetime profile beside it.
    private static WireTime time(JsonNode node, String name) {
        WireTime time = AlertForm.time(node.path(name));
        return time == null ? AlertForm.time(node.path(name + "_dt")) : time;
    }

    private static void attacks(AlertForm form, JsonNode attacks) {
        for (JsonNode attack : attacks) {
            String technique = text(attack.at("/sub_technique/uid"));
            form.technique(technique == null ? text(attack.at("/technique/uid")) : technique);
            String tactic = first(text(attack.at("/tactic/uid")), text(attack.at("/tactics/0/uid")));
            if (tactic != null && !form.has("category")) {
                form.set("category", TACTICS.get(tactic.toUpperCase(Locale.ROOT)));
            }
        }
    }

    private static void machine(AlertForm form, JsonNode event) {
        JsonNode device = event.path("device").isObject() ? event.path("device") : event.at("/evidences/0/device");
        form.set("computerDnsName", first(text(device.path("hostname")), text(device.path("name"))));
        form.ip(text(device.path("ip")), null);
    }

    private static void evidence(AlertForm form, JsonNode event) {
        user(form, event.at("/actor/user"));
        process(form, event.at("/actor/process"));
        for (JsonNode evidence : event.path("evidences")) {
            process(form, evidence.path("process"));
            process(form, evidence.at("/actor/process"));
            file(form, evidence.path("file"));
            user(form, evidence.path("user"));
            user(form, evidence.at("/actor/user"));
            form.ip(text(evidence.at("/src_endpoint/ip")), null);
            form.ip(text(evidence.at("/dst_endpoint/ip")), null);
            form.url(text(evidence.at("/dst_endpoint/hostname")), null);
            form.url(text(evidence.at("/url/url_string")), null);
            form.url(text(evidence.at("/query/hostname")), null);
        }
        for (JsonNode observable : event.path("observables")) {
            observable(form, observable.path("type_id").asInt(), text(observable.path("value")));
        }
    }

    /// `type_id`: 1 hostname, 2 address, 4 user name, 6 URL, 7 file name, 8 hash.
    private static void observable(AlertForm form, int type, String value) {
        if (value == null) {
            return;
        }
        switch (type) {
            case 1, 6 -> form.url(value, null);
            case 2 -> form.ip(value, null);
            case 4 -> form.user(value, null, null);
            case 7 -> form.file(node("File").put("fileName", value));
            case 8 -> form.file(node("File").put(value.length() == 40 ? "sha1" : "sha256", value));
            default -> {}
        }
    }

    private static ObjectNode node(String type) {
        return JsonNodeFactory.instance.objectNode().put("entityType", type);
    }

    private static void user(AlertForm form, JsonNode user) {
        form.user(text(user.path("name")), text(user.path("domain")), text(user.path("uid")));
    }

    private static void process(AlertForm form, JsonNode process) {
        if (!process.isObject()) {
            return;
        }
        ObjectNode node = described("Process", process.path("file"));
        if (!node.has("fileName")) {
            AlertForm.put(node, "fileName", text(process.path("name")));
        }
        AlertForm.put(node, "processCommandLine", text(process.path("cmd_line")));
        number(node, "processId", process.path("pid"));
        created(node, "processCreationTime", process);
        JsonNode parent = process.path("parent_process");
        number(node, "parentProcessId", parent.path("pid"));
        created(node, "parentProcessCreationTime", parent);
        AlertForm.put(node, "parentProcessFileName", first(text(parent.at("/file/name")), text(parent.path("name"))));
        form.file(node);
        user(form, process.path("user"));
    }

    private static void created(ObjectNode node, String property, JsonNode process) {
        WireTime time = time(process, "created_time");
        AlertForm.put(node, property, time == null ? null : time.toString());
    }

    private static void number(ObjectNode node, String property, JsonNode number) {
        if (number.isIntegralNumber()) {
            node.put(property, number.asLong());
        }
    }

    private static void file(AlertForm form, JsonNode file) {
        if (file.isObject()) {
            form.file(described("File", file));
        }
    }

    private static ObjectNode described(String type, JsonNode file) {
        ObjectNode node = node(type);
        String name = text(file.path("name"));
        String path = text(file.path("path"));
        AlertForm.put(node, "fileName", name);
        AlertForm.put(node, "filePath", first(text(file.path("parent_folder")), folder(path, name)));
        for (JsonNode hash : file.path("hashes")) {
            switch (hash.path("algorithm_id").asInt()) {
                case SHA1 -> AlertForm.put(node, "sha1", text(hash.path("value")));
                case SHA256 -> AlertForm.put(node, "sha256", text(hash.path("value")));
                default -> {}
            }
        }
        return node;
    }

    private static String folder(String path, String name) {
        return path == null || name == null || !path.endsWith(name) || path.length() <= name.length() + 1
                ? null
                : path.substring(0, path.length() - name.length() - 1);
    }
}
