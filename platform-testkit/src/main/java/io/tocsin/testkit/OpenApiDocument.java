package io.tocsin.testkit;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.tocsin.wire.OpenApi;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A service's `META-INF/openapi.yaml` as the tests read it.
final class OpenApiDocument {

    private static final String CONTEXT = "@odata.context";
    private static final Set<String> DOTS = Set.of(".", "..");

    private final String text;
    private final OpenAPI model;

    OpenApiDocument(String text) {
        this.text = text;
        var options = new ParseOptions();
        options.setResolve(true);
        var parsed = new OpenAPIV3Parser().readContents(text, null, options);
        if (!parsed.getMessages().isEmpty()) {
            throw new IllegalStateException("the document is not valid: " + parsed.getMessages());
        }
        this.model = parsed.getOpenAPI();
        // The validator passes over answers and headers that are references.
        model.getPaths().values().stream()
                .flatMap(item -> item.readOperations().stream())
                .forEach(operation -> operation.getResponses().replaceAll((status, response) -> resolve(response)));
    }

    /// The document of the service under test.
    static OpenApiDocument ofThisService() {
        return new OpenApiDocument(OpenApi.document());
    }

    OpenAPI model() {
        return model;
    }

    /// `METHOD path` of every operation.
    Set<String> operations() {
        return model.getPaths().entrySet().stream()
                .flatMap(path -> path.getValue().readOperationsMap().keySet().stream()
                        .map(method -> method + " " + path.getKey()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// The path a request of any spelling means, found without the services' own canonicaliser: the two are
    /// held against each other.
    Optional<Path> find(String rawPath) {
        return segments(rawPath)
                .flatMap(asked -> model.getPaths().keySet().stream()
                        .filter(template -> matches(template, asked))
                        .min(Comparator.naturalOrder())) // a brace sorts after letters: literals come before ids
                .map(template -> new Path(template, model.getPaths().get(template)));
    }

    /// Whether these segments are of a template; no id is made of dots.
    static boolean matches(String template, List<String> asked) {
        List<String> segments = Stream.of(template.split("/", -1))
                .filter(segment -> !segment.isEmpty())
                .toList();
        if (segments.size() != asked.size()) {
            return false;
        }
        for (int i = 0; i < segments.size(); i++) {
            String literal = segments.get(i);
            String segment = asked.get(i);
            boolean fits = literal.startsWith("{")
                    ? !DOTS.contains(segment)
                    : literal.equalsIgnoreCase(segment) || literal.equalsIgnoreCase(function(segment));
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    /// The segments a path is spelled with, decoded, `/api/v1.0` as `/api`; nothing when it is no text.
    static Optional<List<String>> segments(String rawPath) {
        try {
            List<String> segments = Stream.of(rawPath.split("/", -1))
                    .filter(segment -> !segment.isEmpty())
                    .map(segment -> URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8))
                    .toList();
            boolean text = segments.stream().noneMatch(it -> it.indexOf('\0') >= 0 || it.indexOf('\uFFFD') >= 0);
            boolean versioned = segments.size() > 1
                    && segments.getFirst().equalsIgnoreCase("api")
                    && segments.get(1).equalsIgnoreCase("v1.0");
            return Optional.of(
                            versioned
                                    ? Stream.concat(
                                                    Stream.of("api"),
                                                    segments.stream().skip(2))
                                            .toList()
                                    : segments)
                    .filter(any -> text);
        } catch (IllegalArgumentException brokenEscape) {
            return Optional.empty();
        }
    }

    /// `findbyip` of `findbyip(ip='10.0.0.4')`.
    private static String function(String segment) {
        int open = segment.indexOf('(');
        return open > 0 && segment.endsWith(")") ? segment.substring(0, open) : segment;
    }

    /// The same, but an entity of an answer to `$select` may lack what was not selected; what lies deeper may not.
    OpenApiDocument loosenedForSelect() {
        var loosened = new OpenApiDocument(text);
        loosened.model.getPaths().values().stream()
                .flatMap(item -> item.readOperations().stream())
                .filter(OpenApiDocument::selects)
                .flatMap(operation -> operation.getResponses().entrySet().stream())
                .filter(answer -> answer.getKey().startsWith("2"))
                .flatMap(answer -> answer.getValue().getContent().values().stream())
                .map(content -> loosened.entity(loosened.resolve(content.getSchema())))
                .forEach(entity -> entity.setRequired(
                        entity.getProperties() != null && entity.getProperties().containsKey(CONTEXT)
                                ? List.of(CONTEXT)
                                : null));
        return loosened;
    }

    private Schema<?> entity(Schema<?> answer) {
        Schema<?> rows =
                answer.getProperties() == null ? null : answer.getProperties().get("value");
        return rows == null || rows.getItems() == null ? answer : resolve(rows.getItems());
    }

    private static boolean selects(Operation operation) {
        return operation.getParameters() != null
                && operation.getParameters().stream().anyMatch(it -> "$select".equals(it.getName()));
    }

    Schema<?> resolve(Schema<?> schema) {
        String reference = schema.get$ref();
        return reference == null ? schema : model.getComponents().getSchemas().get(name(reference));
    }

    private ApiResponse resolve(ApiResponse referring) {
        String reference = referring.get$ref();
        ApiResponse response = reference == null
                ? referring
                : model.getComponents().getResponses().get(name(reference));
        if (response.getHeaders() != null) {
            response.getHeaders().replaceAll((name, header) -> resolve(header));
        }
        return response;
    }

    private Header resolve(Header header) {
        String reference = header.get$ref();
        return reference == null ? header : model.getComponents().getHeaders().get(name(reference));
    }

    private static String name(String reference) {
        return reference.substring(reference.lastIndexOf('/') + 1);
    }

    /// One path of the document.
    ///
    /// @param template with ids in braces
    /// @param item its operations
    record Path(String template, PathItem item) {

        /// The operation of a method, that of `GET` for `HEAD`.
        Optional<Operation> operation(String method) {
            String documented = method.equals("HEAD") ? "GET" : method;
            return item.readOperationsMap().entrySet().stream()
                    .filter(entry -> entry.getKey().name().equals(documented))
                    .map(entry -> entry.getValue())
                    .findFirst();
        }

        /// What a `405` says in `Allow`.
        String allowed() {
            return item.readOperationsMap().keySet().stream()
                    .map(PathItem.HttpMethod::name)
                    .sorted()
                    .collect(Collectors.joining(", "));
        }

        /// A request path for the validator, which looks for the operation once more.
        String address() {
            return template.replaceAll("\\{[^}]*}", "x");
        }
    }
}
