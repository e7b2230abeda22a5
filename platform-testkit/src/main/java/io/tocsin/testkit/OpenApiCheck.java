package io.tocsin.testkit;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.LevelResolver;
import com.atlassian.oai.validator.report.ValidationReport;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.restassured.RestAssured;
import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.http.Headers;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import io.swagger.v3.oas.models.Operation;
import io.tocsin.wire.Routes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/// Holds every exchange of an API test against the service's `META-INF/openapi.yaml`, in whatever spelling its path is.
///
/// An answer has a status, a content type, headers and a body the operation declares; every declared property is there,
/// except that entities of an answer to `$select` may lack what was not selected. The body of a request that succeeded
/// has the declared schema, names of properties and members of enumerations in any case, unless its answer says that
/// some of its items were refused. What no operation answers is held as well: a path the document has not is 404 and
/// empty, one that is no text 400, a method it has not 405, empty, with `Allow`. Not held are routes of another
/// service,
/// which are forwarded.
public final class OpenApiCheck implements Filter {

    private static final Pattern SELECT = Pattern.compile("(?i)(^|&)(\\$|%24)?select=");
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static boolean installed;

    private final OpenApiDocument document;
    private final OpenApiSchemas schemas;
    private final RequestSpelling spelling;
    private final OpenApiInteractionValidator whole;
    private final OpenApiInteractionValidator selected;

    OpenApiCheck(OpenApiDocument document) {
        this.document = document;
        this.schemas = new OpenApiSchemas(document);
        this.spelling = new RequestSpelling(document);
        this.whole = validator(document);
        this.selected = validator(document.loosenedForSelect());
    }

    /// Of a request only the body counts: a document declares parameters and credentials, and the tests try others.
    private static OpenApiInteractionValidator validator(OpenApiDocument document) {
        return OpenApiInteractionValidator.createFor(document.model())
                .withLevelResolver(LevelResolver.create()
                        .withLevel("validation.request", ValidationReport.Level.IGNORE)
                        .withLevel("validation.request.body", ValidationReport.Level.ERROR)
                        .withLevel("validation.request.contentType", ValidationReport.Level.ERROR)
                        .build())
                .build();
    }

    /// From now on every answer RestAssured gets is checked. What is awaited may take its time: modules are tested side
    /// by side, on machines that do other things, too.
    public static synchronized void install() {
        if (!installed) {
            Awaitility.setDefaultTimeout(PATIENCE);
            RestAssured.filters(new OpenApiCheck(OpenApiDocument.ofThisService()), new AnswerHeaders());
            installed = true;
        }
    }

    /// `METHOD path` of every operation of the document of the service under test.
    public static Set<String> operations() {
        return OpenApiDocument.ofThisService().operations();
    }

    /// What the examples of the document of the service under test lack: an operation without one, a key, a type.
    public static List<String> faultsOfExamples() {
        return new OpenApiSchemas(OpenApiDocument.ofThisService()).faultsOfExamples();
    }

    @Override
    public Response filter(
            FilterableRequestSpecification request, FilterableResponseSpecification expected, FilterContext context) {
        Response answer = context.next(request, expected);
        var exchange = new Exchange(
                request.getMethod(),
                URI.create(request.getURI()),
                new Exchange.Message(byName(request.getHeaders()), body(request)),
                answer.statusCode(),
                new Exchange.Message(byName(answer.headers()), answer.asByteArray()));
        fault(exchange).ifPresent(fault -> {
            throw new AssertionError(exchange + " otherwise than META-INF/openapi.yaml says: " + fault + "\n"
                    + new String(exchange.request().body(), StandardCharsets.UTF_8) + "\n" + answer.asString());
        });
        return answer;
    }

    private static Map<String, List<String>> byName(Headers headers) {
        return headers.asList().stream()
                .collect(Collectors.groupingBy(
                        header -> header.getName().toLowerCase(Locale.ROOT),
                        Collectors.mapping(header -> header.getValue(), Collectors.toList())));
    }

    private static byte[] body(FilterableRequestSpecification request) {
        Object sent = request.getBody();
        return switch (sent) {
            case null -> new byte[0];
            case byte[] bytes -> bytes;
            case Object text -> text.toString().getBytes(StandardCharsets.UTF_8);
        };
    }

    /// What of an exchange the document does not say, if anything.
    Optional<String> fault(Exchange exchange) {
        Optional<OpenApiDocument.Path> path = document.find(exchange.uri().getRawPath());
        if (path.isEmpty()) {
            return faultOfNoPath(exchange);
        }
        Optional<Operation> operation = path.get().operation(exchange.method());
        if (operation.isEmpty()) {
            return faultOfNoOperation(exchange, path.get());
        }
        return faultOfAnswer(exchange, path.get(), operation.get())
                .or(() -> faultOfRequest(exchange, path.get(), operation.get()));
    }

    private static Optional<String> faultOfNoPath(Exchange exchange) {
        Optional<List<String>> segments =
                OpenApiDocument.segments(exchange.uri().getRawPath());
        boolean forwarded = segments.isPresent()
                && Routes.all().stream()
                        .anyMatch(route -> OpenApiDocument.matches(route.path().replace("()", ""), segments.get()));
        boolean right = forwarded || (segments.isPresent() ? isEmpty(exchange, 404) : exchange.status() == 400);
        return right ? Optional.empty() : Optional.of("it has no such path");
    }

    private static Optional<String> faultOfNoOperation(Exchange exchange, OpenApiDocument.Path path) {
        boolean right = isEmpty(exchange, 405)
                && exchange.answer()
                        .header("allow")
                        .filter(path.allowed()::equals)
                        .isPresent();
        return right
                ? Optional.empty()
                : Optional.of("it has no such operation, which is 405 with Allow: " + path.allowed());
    }

    private static boolean isEmpty(Exchange exchange, int status) {
        return exchange.status() == status && exchange.answer().body().length == 0;
    }

    private Optional<String> faultOfAnswer(Exchange exchange, OpenApiDocument.Path path, Operation operation) {
        if (exchange.method().equals("HEAD")) {
            return operation.getResponses().containsKey(String.valueOf(exchange.status()))
                    ? Optional.empty()
                    : Optional.of("it has no such status");
        }
        var response = SimpleResponse.Builder.status(exchange.status());
        exchange.answer().headers().forEach(response::withHeader);
        if (exchange.answer().body().length > 0) {
            response.withBody(exchange.answer().body());
        }
        String query = exchange.uri().getRawQuery();
        boolean selects = query != null && SELECT.matcher(query).find();
        return errors((selects ? selected : whole)
                        .validateResponse(path.address(), Request.Method.valueOf(exchange.method()), response.build()))
                .or(() -> exchange.answer().isJson()
                        ? faultOfJson(exchange.answer().body())
                        : faultOfText(exchange, operation));
    }

    /// The validator overlooks what follows the value and a name that comes twice.
    private static Optional<String> faultOfJson(byte[] body) {
        try {
            JSON.readTree(body);
            return Optional.empty();
        } catch (IOException notJson) {
            return Optional.of("it is no JSON: " + notJson.getMessage());
        }
    }

    /// The validator looks into JSON only.
    private Optional<String> faultOfText(Exchange exchange, Operation operation) {
        if (exchange.answer().body().length == 0) {
            return Optional.empty();
        }
        String type = exchange.answer().header("content-type").orElse("").replaceAll(";.*", "");
        var declared = operation
                .getResponses()
                .get(String.valueOf(exchange.status()))
                .getContent()
                .get(type);
        return declared == null
                ? Optional.of("the content type is not declared: '" + type + "'")
                : schemas.faultOfText(
                        new String(exchange.answer().body(), StandardCharsets.UTF_8), declared.getSchema());
    }

    private Optional<String> faultOfRequest(Exchange exchange, OpenApiDocument.Path path, Operation operation) {
        if (!exchange.succeeded() || operation.getRequestBody() == null || refusesItems(exchange.answer())) {
            return Optional.empty();
        }
        var request = new SimpleRequest.Builder(exchange.method(), path.address());
        exchange.request().headers().forEach(request::withHeader);
        byte[] body = exchange.request().plain();
        if (body.length > 0) {
            request.withBody(exchange.request().isJson() ? spelled(body, operation) : body);
        }
        return errors(whole.validateRequest(request.build())).map(fault -> "the request: " + fault);
    }

    /// Whether a list of items was taken, but some of them were not.
    private static boolean refusesItems(Exchange.Message answer) {
        if (!answer.isJson()) {
            return false;
        }
        try {
            return JSON.readTree(answer.body())
                    .path("value")
                    .valueStream()
                    .anyMatch(row -> row.path("isFailed").asBoolean()
                            || row.path("error").isObject());
        } catch (IOException notJson) {
            throw new UncheckedIOException(notJson);
        }
    }

    private byte[] spelled(byte[] body, Operation operation) {
        var declared = operation.getRequestBody().getContent().get("application/json");
        try {
            JsonNode value = JSON.readTree(body);
            return declared == null ? body : JSON.writeValueAsBytes(spelling.of(value, declared.getSchema()));
        } catch (IOException notJson) {
            return body;
        }
    }

    private static Optional<String> errors(ValidationReport report) {
        return Optional.of(OpenApiSchemas.text(report)).filter(text -> !text.isEmpty());
    }
}
