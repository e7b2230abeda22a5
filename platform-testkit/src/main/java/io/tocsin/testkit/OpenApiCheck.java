package io.tocsin.testkit;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.ValidationReport;
import io.restassured.RestAssured;
import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import io.swagger.v3.parser.OpenAPIV3Parser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Holds every answer an API test gets against the service's `META-INF/openapi.yaml`: the status is one of the
/// operation's,
/// the body has the schema, the content type is one of those named. Not held are the empty 404 and 405, which no
/// operation
/// answers, and paths in another than the canonical spelling.
public final class OpenApiCheck implements Filter {

    private static final Set<String> NO_OPERATION =
            Set.of("validation.request.path.missing", "validation.request.operation.notAllowed");

    private static boolean installed;

    private final OpenApiInteractionValidator validator;

    private OpenApiCheck(String document) {
        this.validator = OpenApiInteractionValidator.createForInlineApiSpecification(document)
                .build();
    }

    /// From now on every answer RestAssured gets is checked.
    public static synchronized void install() {
        if (!installed) {
            RestAssured.filters(new OpenApiCheck(document()));
            installed = true;
        }
    }

    /// `METHOD path` of every operation of the document.
    public static Set<String> operations() {
        var operations = new TreeSet<String>();
        new OpenAPIV3Parser()
                .readContents(document())
                .getOpenAPI()
                .getPaths()
                .forEach((path, item) ->
                        item.readOperationsMap().keySet().forEach(method -> operations.add(method + " " + path)));
        return operations;
    }

    /// The document of the service under test.
    public static String document() {
        try (InputStream document =
                Thread.currentThread().getContextClassLoader().getResourceAsStream("META-INF/openapi.yaml")) {
            return new String(document.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public Response filter(
            FilterableRequestSpecification request, FilterableResponseSpecification expected, FilterContext context) {
        Response answer = context.next(request, expected);
        check(request.getMethod(), URI.create(request.getURI()).getRawPath().replace("%24", "$"), answer);
        return answer;
    }

    private void check(String method, String path, Response answer) {
        boolean bodiless = answer.asByteArray().length == 0;
        if (bodiless && Set.of(404, 405).contains(answer.statusCode())) {
            return;
        }
        var response = SimpleResponse.Builder.status(answer.statusCode());
        answer.headers().forEach(header -> response.withHeader(header.getName(), header.getValue()));
        if (!bodiless) {
            response.withBody(answer.asByteArray());
        }
        ValidationReport report = validator.validateResponse(path, Request.Method.valueOf(method), response.build());
        boolean outside = report.getMessages().stream().anyMatch(message -> NO_OPERATION.contains(message.getKey()));
        if (report.hasErrors() && !outside) {
            throw new AssertionError(method + " " + path + " answered " + answer.statusCode()
                    + " otherwise than META-INF/openapi.yaml says: "
                    + report.getMessages().stream()
                            .map(message ->
                                    message.getKey() + " " + message.getMessage() + " " + message.getAdditionalInfo())
                            .collect(Collectors.joining("; "))
                    + "\n" + answer.asString());
        }
    }
}
