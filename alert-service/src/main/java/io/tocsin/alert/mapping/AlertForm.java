package io.tocsin.alert.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tocsin.alert.triage.EvidenceRepository;
import io.tocsin.wire.IpLiteral;
import io.tocsin.wire.WireTime;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// An alert in the form of `POST /v1/alerts` while it is filled in. Texts are cut to what the form takes, but for the
/// one that tells alerts apart, and
/// entities that are none (an address that is no address) are left out: one odd field loses no alert.
final class AlertForm {

    private static final Pattern SHA1 = Pattern.compile("[0-9a-fA-F]{40}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");
    private static final Pattern TECHNIQUE = Pattern.compile("T\\d{4}(\\.\\d{3})?");
    private static final int MOST_ENTITIES = 100;
    private static final int LONGEST_TEXT = 32 * 1024;
    private static final int MOST_TECHNIQUES = 50;

    /// What the form takes of each text (docs/api.md).
    static final Map<String, Integer> LONGEST = Map.ofEntries(
            Map.entry("source", 128),
            Map.entry("sourceRef", 256),
            Map.entry("title", 512),
            Map.entry("description", 4_000),
            Map.entry("severity", 64),
            Map.entry("category", 64),
            Map.entry("detectorId", 256),
            Map.entry("threatName", 256),
            Map.entry("threatFamilyName", 256),
            Map.entry("recommendedAction", 4_000),
            Map.entry("machineId", 64),
            Map.entry("computerDnsName", 255));

    private final ObjectNode alert = JsonNodeFactory.instance.objectNode();
    private final Set<ObjectNode> entities = new LinkedHashSet<>();
    private final Set<String> techniques = new LinkedHashSet<>();
    private int length;

    /// The text of a value, or null when there is none.
    static String text(JsonNode node) {
        if (node == null || node.isMissingNode() || node.isNull() || node.isContainerNode()) {
            return null;
        }
        String text = node.asText().strip();
        return text.isEmpty() ? null : text;
    }

    AlertForm set(String property, String text) {
        if (text != null) {
            int longest = LONGEST.get(property);
            alert.put(property, property.equals("sourceRef") ? distinct(text, longest) : cut(text, longest));
        }
        return this;
    }

    /// What is too long ends in the digest of the whole: two references that begin alike stay two.
    private static String distinct(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        String digest = "#" + HexFormat.of().formatHex(sha256(text));
        return cut(text, longest - digest.length()) + digest;
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
        return text.substring(0, end);
    }

    /// @param property one of the times
    AlertForm time(String property, WireTime time) {
        if (time != null) {
            alert.put(property, time.toString());
        }
        return this;
    }

    /// Milliseconds since 1970, or a text as the wire takes it; null when it is neither.
    static WireTime time(JsonNode node) {
        if (node == null || node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (node.isNumber() && !node.canConvertToLong()) {
            return null;
        }
        try {
            return WireTime.parse(
                    node.isNumber()
                            ? WireTime.of(Instant.ofEpochMilli(node.asLong())).toString()
                            : node.asText());
        } catch (DateTimeException | ArithmeticException | IllegalArgumentException noTime) {
            return null;
        }
    }

    AlertForm technique(String id) {
        if (id != null
                && techniques.size() < MOST_TECHNIQUES
                && TECHNIQUE.matcher(id.strip()).matches()) {
            techniques.add(id.strip());
        }
        return this;
    }

    AlertForm ip(String address, String status) {
        return address == null || !IpLiteral.isOne(address)
                ? this
                : entity(Map.of("entityType", "Ip", "ipAddress", address), status);
    }

    AlertForm url(String url, String status) {
        return url == null ? this : entity(Map.of("entityType", "Url", "url", url), status);
    }

    AlertForm user(String account, String domain, String sid) {
        if (account == null) {
            return this;
        }
        ObjectNode user =
                JsonNodeFactory.instance.objectNode().put("entityType", "User").put("accountName", account);
        put(user, "domainName", domain);
        put(user, "userSid", sid);
        return entity(user);
    }

    /// A file, or the process it runs as.
    AlertForm file(ObjectNode file) {
        if (file.has("sha1") && !SHA1.matcher(file.get("sha1").asText()).matches()) {
            file.remove("sha1");
        }
        if (file.has("sha256") && !SHA256.matcher(file.get("sha256").asText()).matches()) {
            file.remove("sha256");
        }
        return file.size() > 1 ? entity(file) : this;
    }

    /// Any entity, as the form names it.
    AlertForm entity(ObjectNode entity) {
        int more = 0;
        for (Map.Entry<String, JsonNode> property : entity.properties()) {
            if (property.getValue().isTextual()) {
                property.setValue(TextNode.valueOf(cut(property.getValue().textValue(), LONGEST_TEXT)));
                more += property.getValue().textValue().length();
            }
        }
        if (entities.size() < MOST_ENTITIES && length + more <= EvidenceRepository.LONGEST && entities.add(entity)) {
            length += more;
        }
        return this;
    }

    private AlertForm entity(Map<String, String> properties, String status) {
        ObjectNode entity = JsonNodeFactory.instance.objectNode();
        properties.forEach(entity::put);
        put(entity, "detectionStatus", status);
        return entity(entity);
    }

    static void put(ObjectNode node, String property, String text) {
        if (text != null) {
            node.put(property, text);
        }
    }

    boolean has(String property) {
        return alert.has(property);
    }

    ObjectNode toAlert() {
        if (!techniques.isEmpty()) {
            techniques.forEach(alert.putArray("mitreTechniques")::add);
        }
        if (!entities.isEmpty()) {
            alert.putArray("evidence").addAll(entities);
        }
        return alert;
    }
}
