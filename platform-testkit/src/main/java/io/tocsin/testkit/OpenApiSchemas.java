package io.tocsin.testkit;

import com.atlassian.oai.validator.report.MessageResolver;
import com.atlassian.oai.validator.report.ValidationReport;
import com.atlassian.oai.validator.schema.SchemaValidator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Holds values against the schemas of a document.
final class OpenApiSchemas {

    private final OpenApiDocument document;
    private final SchemaValidator validator;

    OpenApiSchemas(OpenApiDocument document) {
        this.document = document;
        this.validator = new SchemaValidator(document.model(), new MessageResolver());
    }

    /// What a text that is no JSON has wrong.
    Optional<String> faultOfText(String text, Schema<?> schema) {
        boolean number = "integer".equals(document.resolve(schema).getType()) && text.matches("-?\\d+");
        return fault(number ? JsonNodeFactory.instance.numberNode(Long.parseLong(text)) : text(text), schema);
    }

    private Optional<String> fault(JsonNode value, Schema<?> schema) {
        return Optional.of(text(validator.validate(() -> value, schema, "body")))
                .filter(text -> !text.isEmpty());
    }

    private static JsonNode text(String text) {
        return JsonNodeFactory.instance.textNode(text);
    }

    /// Every request and answer has an example, and every example is one.
    List<String> faultsOfExamples() {
        var faults = new ArrayList<String>();
        document.model()
                .getPaths()
                .forEach((path, item) -> item.readOperationsMap()
                        .forEach((method, operation) ->
                                faults.addAll(faultsOfExamples(method + " " + path, operation))));
        return faults;
    }

    private List<String> faultsOfExamples(String at, Operation operation) {
        var faults = new ArrayList<String>();
        if (operation.getRequestBody() != null) {
            faults.addAll(
                    faultsOfExamples(at + " request", operation.getRequestBody().getContent()));
        }
        operation
                .getResponses()
                .forEach((status, response) ->
                        faults.addAll(faultsOfExamples(at + " " + status, response.getContent())));
        return faults;
    }

    private List<String> faultsOfExamples(String at, Content content) {
        var faults = new ArrayList<String>();
        if (content == null) {
            return faults;
        }
        content.forEach((type, media) -> {
            List<JsonNode> examples = examples(media);
            if (examples.isEmpty()) {
                faults.add(at + " " + type + " has no example");
            }
            examples.forEach(example ->
                    fault(example, media.getSchema()).ifPresent(fault -> faults.add(at + " " + type + ": " + fault)));
        });
        return faults;
    }

    private static List<JsonNode> examples(MediaType media) {
        Stream<Object> named = media.getExamples() == null
                ? Stream.empty()
                : media.getExamples().values().stream().map(example -> example.getValue());
        return Stream.concat(Stream.ofNullable(media.getExample()), named)
                .<JsonNode>map(example -> Json.mapper().valueToTree(example))
                .toList();
    }

    /// The errors of a report, each once.
    static String text(ValidationReport report) {
        return report.getMessages().stream()
                .filter(message -> message.getLevel() == ValidationReport.Level.ERROR)
                .map(OpenApiSchemas::text)
                .distinct()
                .collect(Collectors.joining("; "));
    }

    private static String text(ValidationReport.Message message) {
        String where = message.getContext()
                .flatMap(ValidationReport.MessageContext::getPointers)
                .map(pointers -> " at " + pointers.getInstance())
                .orElse("");
        String nested =
                message.getNestedMessages().stream().map(OpenApiSchemas::text).collect(Collectors.joining("; "));
        return message.getKey() + where + ": " + message.getMessage() + (nested.isEmpty() ? "" : " (" + nested + ")");
    }
}
