package io.tocsin.indicator.source;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.indicator.registry.ListImport;
import io.tocsin.indicator.registry.SubmitIndicatorRequest;
import java.util.List;
import java.util.Map;

/// Attributes of MISP (misp-core-format) that an indicator can be made of. Those MISP itself would not detect by
/// (`to_ids`) and those that were deleted are passed over.
final class MispAttribute {

    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("ip-src", "IpAddress"),
            Map.entry("ip-dst", "IpAddress"),
            Map.entry("domain", "DomainName"),
            Map.entry("hostname", "DomainName"),
            Map.entry("url", "Url"),
            Map.entry("uri", "Url"),
            Map.entry("md5", "FileMd5"),
            Map.entry("sha1", "FileSha1"),
            Map.entry("sha256", "FileSha256"),
            Map.entry("x509-fingerprint-sha1", "CertificateThumbprint"));

    /// Of several parts the one that is a value.
    private static final Map<String, Integer> PARTS = Map.of(
            "ip-src|port", 0,
            "ip-dst|port", 0,
            "hostname|port", 0,
            "domain|ip", 0,
            "filename|md5", 1,
            "filename|sha1", 1,
            "filename|sha256", 1);

    private MispAttribute() {}

    static List<ListImport.Entry> read(JsonNode attribute) {
        String type = attribute.path("type").asText();
        JsonNode detects = attribute.path("to_ids");
        boolean off =
                detects.isBoolean() ? !detects.asBoolean() : detects.asText("1").equals("0");
        Integer part = PARTS.get(type);
        String kind = TYPES.get(part == null ? type : type.split("\\|")[type.startsWith("filename") ? 1 : 0]);
        if (off || kind == null || attribute.path("deleted").asBoolean()) {
            return List.of();
        }
        String value = attribute.path("value").asText();
        String[] parts = value.split("\\|", -1);
        if (part != null && parts.length != 2) {
            return List.of(ListImport.Entry.refused("'" + type + "' has two parts"));
        }
        String comment = attribute.path("comment").asText("").strip();
        return List.of(ListImport.Entry.of(new SubmitIndicatorRequest(
                part == null ? value : parts[part],
                kind,
                null,
                null,
                comment.isEmpty() ? null : comment,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                attribute.path("uuid").asText(null),
                null,
                null)));
    }
}
