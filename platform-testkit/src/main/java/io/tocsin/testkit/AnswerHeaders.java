package io.tocsin.testkit;

import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.http.Headers;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import java.util.ArrayList;
import java.util.List;

/// Holds every answer of the API tests, whatever its route and its status, to the headers that keep a caller safe and
/// tell an intruder nothing (SECURITY.md).
final class AnswerHeaders implements Filter {

    private static final String OF_ALL = "default-src 'none'; frame-ancestors 'none'";
    private static final String OF_PICTURES = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    private static final List<String> TELL_TOO_MUCH = List.of("Server", "X-Powered-By", "X-AspNet-Version", "Via");

    @Override
    public Response filter(
            FilterableRequestSpecification request, FilterableResponseSpecification expected, FilterContext context) {
        Response answer = context.next(request, expected);
        List<String> faults = faults(answer.headers());
        if (!faults.isEmpty()) {
            throw new AssertionError(request.getMethod() + " " + request.getURI() + " answered " + answer.statusCode()
                    + " with " + String.join(", ", faults) + "\n" + answer.headers());
        }
        return answer;
    }

    static List<String> faults(Headers headers) {
        var faults = new ArrayList<String>();
        once(headers, "X-Content-Type-Options", "nosniff", faults);
        boolean isPicture = String.valueOf(headers.getValue("Content-Type")).startsWith("image/");
        once(headers, "Content-Security-Policy", isPicture ? OF_PICTURES : OF_ALL, faults);
        once(headers, "Cache-Control", "no-store", faults);
        TELL_TOO_MUCH.stream()
                .filter(headers::hasHeaderWithName)
                .map(name -> "a header " + name)
                .forEach(faults::add);
        return faults;
    }

    private static void once(Headers headers, String name, String value, List<String> faults) {
        List<String> values = headers.getValues(name);
        if (!values.equals(List.of(value))) {
            faults.add(name + " " + values + " instead of " + value);
        }
    }
}
