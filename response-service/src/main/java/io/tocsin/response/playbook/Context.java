package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a step can refer to by `${…}`: `trigger`, `item`, `index`, and `steps.<name>` of the steps before it. A text
/// that is nothing but one reference has the type of what is referred to.
record Context(ObjectNode root) {

    /// Linear in the length of the text: neither part can be matched in two ways.
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Za-z0-9_.-]{1,200})\\}");

    /// Where what is of an output begins, in `steps.<name>.output.…`.
    private static final int OF_OUTPUT = 3;

    private static final int LONGEST = 64 * 1024;

    /// A reference that leads nowhere, where something is needed.
    static final class NothingThereException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NothingThereException(String reference) {
            super("There is nothing at ${" + reference + "}");
        }
    }

    /// The same with its references replaced.
    ///
    /// @throws NothingThereException when one leads nowhere
    JsonNode filled(JsonNode template) {
        if (template.isTextual()) {
            return filled(template.textValue());
        }
        if (template.isArray()) {
            var array = JsonNodeFactory.instance.arrayNode();
            template.forEach(each -> array.add(filled(each)));
            return array;
        }
        if (template.isObject()) {
            var object = JsonNodeFactory.instance.objectNode();
            template.properties().forEach(property -> object.set(property.getKey(), filled(property.getValue())));
            return object;
        }
        return template;
    }

    private JsonNode filled(String template) {
        Matcher reference = REFERENCE.matcher(template);
        if (reference.matches()) {
            return at(reference.group(1));
        }
        var text = new StringBuilder();
        int end = 0;
        reference.reset();
        while (reference.find()) {
            JsonNode value = at(reference.group(1));
            text.append(template, end, reference.start()).append(value.isValueNode() ? value.asText() : value);
            end = reference.end();
            if (text.length() > LONGEST) {
                throw new IllegalArgumentException("The text is longer than " + LONGEST);
            }
        }
        return TextNode.valueOf(text.append(template, end, template.length()).toString());
    }

    /// As a text.
    String text(JsonNode template) {
        JsonNode value = filled(template);
        return value.isValueNode() ? value.asText() : value.toString();
    }

    /// The same as [#filled], null where a reference leads nowhere.
    JsonNode orNothing(JsonNode template) {
        try {
            return template == null ? null : filled(template);
        } catch (NothingThereException nothing) {
            return null;
        }
    }

    private JsonNode at(String reference) {
        JsonNode node = root;
        String[] parts = reference.split("\\.");
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            if (i == OF_OUTPUT && isLeftOut(parts, node, part)) {
                return TextNode.valueOf("(" + reference + ")");
            }
            node = node.isArray() && part.matches("\\d{1,6}") ? node.path(Integer.parseInt(part)) : node.path(part);
        }
        if (node.isMissingNode() || node.isNull()) {
            throw new NothingThereException(reference);
        }
        return node;
    }

    /// What a step would have told that a dry run left out: a name for it goes on.
    private static boolean isLeftOut(String[] parts, JsonNode output, String part) {
        return parts[0].equals("steps")
                && parts[2].equals("output")
                && output.path("dryRun").isBoolean()
                && !output.has(part);
    }

    /// What a text refers to.
    static List<String> references(String text) {
        return REFERENCE.matcher(text).results().map(found -> found.group(1)).toList();
    }

    /// Whether a text refers to anything.
    static boolean refers(String text) {
        return REFERENCE.matcher(text).find();
    }
}
