package io.tocsin.indicator.taxii;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.indicator.IndicatorType;
import io.tocsin.indicator.registry.IndicatorView;
import io.tocsin.indicator.registry.SubmitIndicatorRequest;
import io.tocsin.indicator.sighting.IndicatorSightings;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Indicators as STIX 2.1 has them. What STIX has no word for is in a property extension of ours; what a sender said
/// and we have no column for is kept as it was sent.
@ApplicationScoped
class StixObject {

    /// The extension's definition, the same in every installation.
    static final String EXTENSION = "extension-definition--7f4a1c52-6b0e-4d0c-9a54-3f1f0a6c2d11";

    private static final List<String> TECHNIQUES = List.of("mitre-attack", "mitre-mobile-attack", "mitre-ics-attack");

    /// What STIX lets a sighting count.
    private static final long MOST_COUNTED = 999_999_999;

    /// Seconds by which a sender's clock may be ahead.
    private static final long CLOCKS_DIFFER = 60;

    private final ObjectMapper json;

    StixObject(ObjectMapper json) {
        this.json = json;
    }

    /// @param sent the object it came as, null when it did not come by TAXII
    /// @param asSent whether nothing of the indicator has changed since: then it goes as it came
    ObjectNode of(UUID tenant, IndicatorView it, ObjectNode sent, boolean asSent) {
        if (asSent) {
            return sent;
        }
        ObjectNode object = json.createObjectNode();
        object.put("type", "indicator");
        object.put("spec_version", "2.1");
        object.put("id", StixId.of(tenant, Long.parseLong(it.id()), it.creationTimeDateTimeUtc()));
        object.put("created", time(it.creationTimeDateTimeUtc()));
        object.put("modified", time(it.lastUpdateTime()));
        object.put("name", it.title());
        object.put("description", it.description());
        object.putArray("indicator_types").add("Allowed".equals(it.action()) ? "benign" : "malicious-activity");
        object.put("pattern", StixPattern.of(IndicatorType.spelled(it.indicatorType()), it.indicatorValue()));
        object.put("pattern_type", "stix");
        object.put("pattern_version", "2.1");
        object.put("valid_from", time(it.creationTimeDateTimeUtc()));
        if (it.expirationTime() != null) {
            object.put("valid_until", time(it.expirationTime()));
        }
        if (!it.mitreTechniques().isEmpty()) {
            ArrayNode references = object.putArray("external_references");
            it.mitreTechniques()
                    .forEach(technique -> references
                            .addObject()
                            .put("source_name", "mitre-attack")
                            .put("external_id", technique));
        }
        if (sent != null) {
            keepWhatWasSent(object, sent);
        }
        ObjectNode extensions = sent != null && sent.path("extensions").isObject()
                ? (ObjectNode) sent.path("extensions").deepCopy()
                : json.createObjectNode();
        extensions.set(EXTENSION, extension(it));
        object.set("extensions", extensions);
        return object;
    }

    /// What may have changed since is ours, all else is the sender's.
    private static void keepWhatWasSent(ObjectNode object, ObjectNode sent) {
        sent.properties().forEach(property -> {
            switch (property.getKey()) {
                case "name", "description", "modified", "valid_until", "extensions" -> {}
                default -> object.set(property.getKey(), property.getValue());
            }
        });
    }

    private ObjectNode extension(IndicatorView it) {
        ObjectNode extension = json.createObjectNode();
        extension.put("extension_type", "property-extension");
        extension.put("action", it.action());
        extension.put("severity", it.severity());
        extension.put("category", it.category());
        extension.put("generate_alert", it.generateAlert());
        put(extension, "recommended_actions", it.recommendedActions());
        put(extension, "application", it.application());
        put(extension, "external_id", it.externalId());
        put(extension, "educate_url", it.educateUrl());
        if (it.bypassDurationHours() != null) {
            extension.put("bypass_duration_hours", it.bypassDurationHours());
        }
        texts(extension, "rbac_group_names", it.rbacGroupNames());
        texts(extension, "rbac_group_ids", it.rbacGroupIds());
        texts(extension, "mitre_techniques", it.mitreTechniques());
        return extension;
    }

    /// What an indicator has matched, on all machines together; none is named.
    ObjectNode sighting(UUID tenant, IndicatorSightings.Total it) {
        IndicatorView indicator = it.indicator();
        String own = StixId.of(tenant, Long.parseLong(indicator.id()), indicator.creationTimeDateTimeUtc());
        ObjectNode object = json.createObjectNode();
        object.put("type", "sighting");
        object.put("spec_version", "2.1");
        object.put("id", StixId.sighting(tenant, own));
        WireTime created = indicator.creationTimeDateTimeUtc(); // which stays, while an earlier event may still come
        object.put("created", time(created));
        object.put("modified", time(it.changed().compareTo(created) > 0 ? it.changed() : created));
        object.put("first_seen", time(it.firstSeen()));
        object.put("last_seen", time(it.lastSeen()));
        object.put("count", Math.min(it.matches(), MOST_COUNTED));
        object.put("sighting_of_ref", it.stixId() == null ? own : it.stixId());
        return object;
    }

    private static void put(ObjectNode node, String name, String text) {
        if (text != null) {
            node.put(name, text);
        }
    }

    private static void texts(ObjectNode node, String name, List<String> texts) {
        if (!texts.isEmpty()) {
            texts.forEach(node.putArray(name)::add);
        }
    }

    /// STIX wants milliseconds at least, and takes as many digits as there are.
    static String time(WireTime time) {
        return Instant.ofEpochSecond(0)
                .plus(Math.floorDiv(time.ticks(), 10L), ChronoUnit.MICROS)
                .plusNanos(Math.floorMod(time.ticks(), 10L) * 100)
                .toString();
    }

    /// What an object asks for: a submission for each value of its pattern.
    ///
    /// @param action of the collection it was sent to, for one that does not say its own
    /// @throws ProblemException when it is no indicator we can hold
    List<SubmitIndicatorRequest> read(JsonNode object, String action) {
        if (!"indicator".equals(object.path("type").asText())) {
            throw refused("It is no indicator");
        }
        if (!object.path("id").asText().matches("indicator--[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
            throw refused("Its id is none of an indicator");
        }
        modified(object);
        requireValid(object);
        String kind = object.path("pattern_type").asText("stix");
        if (!kind.equals("stix")) {
            throw refused("Its pattern is not of STIX but of " + kind);
        }
        JsonNode own = object.path("extensions").path(EXTENSION);
        List<StixPattern.Value> values =
                StixPattern.parse(object.path("pattern").asText());
        var requests = new ArrayList<SubmitIndicatorRequest>(values.size());
        for (StixPattern.Value value : values) {
            requests.add(request(object, own, value, action));
        }
        return requests;
    }

    /// When the version was made.
    ///
    /// @throws ProblemException when it does not say
    static WireTime modified(JsonNode object) {
        try {
            return WireTime.parse(object.path("modified").asText());
        } catch (IllegalArgumentException none) {
            throw refused("Its modified is no time");
        }
    }

    /// Whether it takes back what an earlier version said: it was revoked, or its time is over.
    static boolean isGone(JsonNode object) {
        if (object.path("revoked").asBoolean()) {
            return true;
        }
        try {
            return object.path("valid_until").isTextual()
                    && WireTime.parse(object.path("valid_until").asText()).compareTo(WireTime.now()) <= 0;
        } catch (IllegalArgumentException noTime) {
            return false; // and refused when it is read
        }
    }

    /// Whether it says something from a later time on. An indicator is in force as soon as it is there.
    static boolean isToCome(JsonNode object) {
        try {
            return object.path("valid_from").isTextual()
                    && WireTime.parse(object.path("valid_from").asText())
                                    .compareTo(WireTime.now().plusSeconds(CLOCKS_DIFFER))
                            > 0;
        } catch (IllegalArgumentException noTime) {
            throw refused("Its valid_from is no time");
        }
    }

    private static void requireValid(JsonNode object) {
        if (isToCome(object)) {
            throw refused("It is valid only from " + object.path("valid_from").asText() + " on: send it then");
        }
    }

    private SubmitIndicatorRequest request(JsonNode object, JsonNode own, StixPattern.Value value, String action) {
        String name = text(object, "name");
        String title = name == null ? "Indicator of STIX" : name;
        String does = text(own, "action");
        String usual = isBenign(object) ? "Allowed" : action;
        String chosen = does == null ? usual : does;
        Boolean alert = own.path("generate_alert").isBoolean()
                ? Boolean.valueOf(own.path("generate_alert").asBoolean())
                : does == null && "Audit".equals(chosen) ? Boolean.TRUE : null;
        return new SubmitIndicatorRequest(
                value.value(),
                value.type().name(),
                chosen,
                title,
                text(object, "description") == null ? title : text(object, "description"),
                text(own, "severity"),
                text(own, "application"),
                until(object),
                text(own, "recommended_actions"),
                own.get("rbac_group_names"),
                own.get("rbac_group_ids"),
                alert,
                text(own, "educate_url"),
                own.path("bypass_duration_hours").isInt()
                        ? Integer.valueOf(own.path("bypass_duration_hours").asInt())
                        : null,
                text(own, "external_id"),
                own.get("category"),
                techniques(object));
    }

    private static boolean isBenign(JsonNode object) {
        for (JsonNode type : object.path("indicator_types")) {
            if (type.asText().equals("benign")) {
                return true;
            }
        }
        return false;
    }

    private static WireTime until(JsonNode object) {
        try {
            String until = text(object, "valid_until");
            return until == null ? null : WireTime.parse(until);
        } catch (IllegalArgumentException wrong) {
            throw refused("Its valid_until is no time");
        }
    }

    private JsonNode techniques(JsonNode object) {
        ArrayNode techniques = json.createArrayNode();
        for (JsonNode reference : object.path("external_references")) {
            if (TECHNIQUES.contains(reference.path("source_name").asText())
                    && reference.path("external_id").isTextual()) {
                techniques.add(reference.path("external_id").asText());
            }
        }
        return techniques;
    }

    private static String text(JsonNode node, String name) {
        return node.path(name).isTextual() && !node.path(name).asText().isBlank()
                ? node.path(name).asText()
                : null;
    }

    private static ProblemException refused(String why) {
        return new ProblemException(CommonProblem.INVALID_INPUT, why);
    }
}
