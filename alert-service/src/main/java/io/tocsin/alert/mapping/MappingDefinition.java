package io.tocsin.alert.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.alert.triage.AlertCategory;
import io.tocsin.alert.triage.AlertSeverity;
import io.tocsin.alert.triage.DetectionStatus;
import io.tocsin.wire.IpLiteral;
import io.tocsin.wire.WireTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How a tenant's own JSON becomes an alert (docs/api.md).
///
/// @param source what the alerts' source is called
/// @param when what must hold of an event, all of it; an event of which it does not is skipped
/// @param properties of the alert, by name
/// @param mitreTechniques a pointer to one technique or an array of them
/// @param evidence its entities
@RegisterForReflection
public record MappingDefinition(
        String source,
        List<Condition> when,
        Map<String, ValueRule> properties,
        String mitreTechniques,
        List<EntityRule> evidence)
        implements AlertMapping {

    /// @param pointer where it looks
    /// @param equals the texts one of which must be there, compared without case; without them anything
    @RegisterForReflection
    public record Condition(String pointer, List<String> equals) {

        boolean holds(JsonNode event) {
            String found = AlertForm.text(event.at(pointer));
            return found != null && (equals == null || equals.stream().anyMatch(found::equalsIgnoreCase));
        }
    }

    /// @param each a pointer to an array, of each element of which there is an entity; then the pointers of its
    ///     properties look into the element
    /// @param properties of the entity, by the names of `POST /v1/alerts`
    @RegisterForReflection
    public record EntityRule(String entityType, String each, Map<String, ValueRule> properties) {}

    private static final Set<String> TIMES = Set.of("firstEventTime", "lastEventTime", "lastUpdateTime");
    private static final Set<String> NEEDED = Set.of("sourceRef", "title", "severity");
    private static final Set<String> OF_ENTITIES = Set.of(
            "sha1",
            "sha256",
            "fileName",
            "filePath",
            "processId",
            "processCommandLine",
            "processCreationTime",
            "parentProcessId",
            "parentProcessCreationTime",
            "parentProcessFileName",
            "parentProcessFilePath",
            "ipAddress",
            "url",
            "registryKey",
            "registryHive",
            "registryValueType",
            "registryValue",
            "registryValueName",
            "accountName",
            "domainName",
            "userSid",
            "aadUserId",
            "userPrincipalName",
            "detectionStatus");
    private static final Set<String> TIMES_OF_ENTITIES = Set.of("processCreationTime", "parentProcessCreationTime");
    private static final Set<String> NUMBERS = Set.of("processId", "parentProcessId");
    private static final Set<String> ENTITY_TYPES = Set.of("User", "Process", "File", "Ip", "Url", "Registry");
    private static final int MOST = 50;

    /// @throws io.tocsin.wire.ProblemException 400 when it cannot make alerts
    void check() {
        if (source == null || source.isBlank() || source.length() > AlertForm.LONGEST.get("source")) {
            throw ValueRule.wrong("source is missing or longer than 128 characters");
        }
        if (properties == null || !properties.keySet().containsAll(NEEDED)) {
            throw ValueRule.wrong("properties needs sourceRef, title and severity");
        }
        properties.forEach((name, rule) -> {
            if (rule == null
                    || name.equals("source")
                    || !AlertForm.LONGEST.containsKey(name) && !TIMES.contains(name)) {
                throw ValueRule.wrong("properties." + name + " is no property of an alert");
            }
            rule.check("properties." + name);
        });
        known("severity", AlertSeverity.values());
        known("category", AlertCategory.values());
        if (mitreTechniques != null) {
            ValueRule.pointer("mitreTechniques", mitreTechniques);
        }
        checkConditions();
        checkEvidence();
    }

    /// A table must lead to words the contract knows.
    private void known(String property, Enum<?>[] words) {
        ValueRule rule = properties.get(property);
        if (rule == null) {
            return;
        }
        var told = new java.util.ArrayList<String>(
                rule.values() == null ? List.of() : rule.values().values());
        if (rule.otherwise() != null) {
            told.add(rule.otherwise());
        }
        for (String word : told) {
            if (spelled(word, words) == null) {
                throw ValueRule.wrong(property + " '" + word + "' is none of " + Arrays.toString(words));
            }
        }
    }

    private static String spelled(String word, Enum<?>[] words) {
        return word == null
                ? null
                : Arrays.stream(words)
                        .map(Enum::name)
                        .filter(word::equalsIgnoreCase)
                        .findFirst()
                        .orElse(null);
    }

    private void checkConditions() {
        if (when == null) {
            return;
        }
        if (when.size() > MOST) {
            throw ValueRule.wrong("when holds more than " + MOST + " conditions");
        }
        for (Condition condition : when) {
            if (condition == null || condition.pointer() == null) {
                throw ValueRule.wrong("a condition of when has no pointer");
            }
            ValueRule.pointer("when", condition.pointer());
        }
    }

    private void checkEvidence() {
        if (evidence == null) {
            return;
        }
        if (evidence.size() > MOST) {
            throw ValueRule.wrong("evidence holds more than " + MOST + " rules");
        }
        for (EntityRule rule : evidence) {
            if (rule == null || rule.entityType() == null || !ENTITY_TYPES.contains(rule.entityType())) {
                throw ValueRule.wrong("evidence.entityType is none of " + ENTITY_TYPES);
            }
            if (rule.properties() == null || rule.properties().isEmpty()) {
                throw ValueRule.wrong("evidence.properties is missing");
            }
            if (rule.each() != null) {
                ValueRule.pointer("evidence.each", rule.each());
            }
            rule.properties().forEach((name, value) -> {
                if (value == null || !OF_ENTITIES.contains(name)) {
                    throw ValueRule.wrong("evidence.properties." + name + " is no property of an entity");
                }
                value.check("evidence.properties." + name);
            });
        }
    }

    @Override
    public Optional<ObjectNode> map(JsonNode event) {
        if (!event.isObject() || when != null && !when.stream().allMatch(condition -> condition.holds(event))) {
            return Optional.empty();
        }
        var form = new AlertForm().set("source", source);
        properties.forEach((name, rule) -> {
            String value = rule.of(event);
            switch (name) {
                case "severity" -> form.set(name, word(value, AlertSeverity.values(), "UnSpecified"));
                case "category" -> form.set(name, word(value, AlertCategory.values(), "SuspiciousActivity"));
                default -> {
                    if (TIMES.contains(name)) {
                        form.time(
                                name, AlertForm.time(value == null ? null : JsonNodeFactory.instance.textNode(value)));
                    } else {
                        form.set(name, value);
                    }
                }
            }
        });
        techniques(form, event);
        if (evidence != null) {
            evidence.forEach(rule -> entities(form, rule, event));
        }
        return Optional.of(form.toAlert());
    }

    /// What a product calls by a word nobody has told us is not lost for it.
    private static String word(String value, Enum<?>[] words, String unknown) {
        String known = spelled(value, words);
        return known == null ? unknown : known;
    }

    private void techniques(AlertForm form, JsonNode event) {
        if (mitreTechniques == null) {
            return;
        }
        JsonNode found = event.at(mitreTechniques);
        if (found.isArray()) {
            found.forEach(technique -> form.technique(AlertForm.text(technique)));
        } else {
            form.technique(AlertForm.text(found));
        }
    }

    private static void entities(AlertForm form, EntityRule rule, JsonNode event) {
        if (rule.each() == null) {
            entity(form, rule, event);
        } else {
            event.at(rule.each()).forEach(element -> entity(form, rule, element));
        }
    }

    private static void entity(AlertForm form, EntityRule rule, JsonNode from) {
        ObjectNode entity = JsonNodeFactory.instance.objectNode().put("entityType", rule.entityType());
        rule.properties().forEach((name, value) -> {
            String text = value.of(from);
            if (text == null) {
                return;
            }
            if (TIMES_OF_ENTITIES.contains(name)) {
                WireTime time = AlertForm.time(JsonNodeFactory.instance.textNode(text));
                AlertForm.put(entity, name, time == null ? null : time.toString());
            } else if (name.equals("detectionStatus")) {
                AlertForm.put(entity, name, spelled(text, DetectionStatus.values()));
            } else if (!NUMBERS.contains(name)) {
                entity.put(name, text);
            } else if (text.matches("\\d{1,18}")) {
                entity.put(name, Long.parseLong(text));
            }
        });
        boolean odd = entity.has("ipAddress")
                && !IpLiteral.isOne(entity.get("ipAddress").asText());
        if (!odd) {
            form.file(entity);
        }
    }

    /// Names are compared as paths are: without case.
    static String folded(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }
}
