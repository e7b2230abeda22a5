package io.tocsin.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.swagger.v3.oas.models.media.Schema;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// Brings a JSON request to the spelling of its document: the services read the names of properties and the members of
/// enumerations in any case, which a schema cannot say.
final class RequestSpelling {

    private final OpenApiDocument document;

    RequestSpelling(OpenApiDocument document) {
        this.document = document;
    }

    JsonNode of(JsonNode value, Schema<?> declared) {
        Schema<?> schema = alternative(value, document.resolve(declared));
        if (value instanceof ObjectNode object) {
            return object(object, schema);
        }
        if (value instanceof ArrayNode array && schema.getItems() != null) {
            ArrayNode spelled = JsonNodeFactory.instance.arrayNode();
            array.forEach(item -> spelled.add(of(item, schema.getItems())));
            return spelled;
        }
        if (value.isTextual() && schema.getEnum() != null) {
            return schema.getEnum().stream()
                    .filter(Objects::nonNull)
                    .map(Object::toString)
                    .filter(value.textValue().strip()::equalsIgnoreCase)
                    .findFirst()
                    .<JsonNode>map(JsonNodeFactory.instance::textNode)
                    .orElse(value);
        }
        return value;
    }

    private ObjectNode object(ObjectNode object, Schema<?> schema) {
        ObjectNode spelled = JsonNodeFactory.instance.objectNode();
        object.properties()
                .forEach(property -> names(schema)
                        .filter(property.getKey()::equalsIgnoreCase)
                        .findFirst()
                        .ifPresentOrElse(
                                name -> spelled.set(
                                        name,
                                        of(
                                                property.getValue(),
                                                schema.getProperties().get(name))),
                                () -> spelled.set(property.getKey(), property.getValue())));
        return spelled;
    }

    private static Stream<String> names(Schema<?> schema) {
        return schema.getProperties() == null ? Stream.empty() : schema.getProperties().keySet().stream();
    }

    /// That of several schemas whose type a value has.
    private Schema<?> alternative(JsonNode value, Schema<?> schema) {
        List<? extends Schema<?>> alternatives = schema.getOneOf() == null
                ? List.of()
                : schema.getOneOf().stream()
                        .<Schema<?>>map(it -> document.resolve((Schema<?>) it))
                        .toList();
        String type = value.isArray() ? "array" : value.isObject() ? "object" : "string";
        return alternatives.stream()
                .filter(it -> type.equals(it.getType()))
                .<Schema<?>>map(it -> it)
                .findFirst()
                .orElse(schema);
    }
}
