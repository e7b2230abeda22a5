package io.tocsin.wire;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The arguments of an OData function in the path, such as `findbyip(ip='10.0.0.4',timestamp=2026-01-05T10:00:00Z)`
/// (contract 00 §1): names in any case and order, values quoted or bare, a quote inside a quoted value doubled.
@RequestScoped
public class FunctionArguments {

    private static final String KEY = "tocsin.function-arguments";

    private final RoutingContext request;

    FunctionArguments(RoutingContext request) {
        this.request = request;
    }

    static void remember(RoutingContext request, Map<String, String> arguments) {
        request.put(KEY, arguments);
    }

    /// The value of an argument without its quotes, or nothing when the caller did not give it.
    ///
    /// @param name as the contract spells it
    public Optional<String> get(String name) {
        Map<String, String> arguments = request.get(KEY);
        return Optional.ofNullable(arguments.get(name.toLowerCase(Locale.ROOT)));
    }

    /// Reads `name=value,…`.
    ///
    /// @throws IllegalArgumentException when it is anything else, or names an argument twice
    static Map<String, String> parse(String text) {
        var arguments = new LinkedHashMap<String, String>();
        int at = 0;
        while (at < text.length()) {
            int equals = text.indexOf('=', at);
            if (equals < 0) {
                throw new IllegalArgumentException("The path is not valid: a function's argument has no value");
            }
            String name = text.substring(at, equals).strip().toLowerCase(Locale.ROOT);
            int end = endOfValue(text, equals + 1);
            String value = unquoted(text.substring(equals + 1, end).strip());
            if (name.isEmpty() || arguments.put(name, value) != null) {
                throw new IllegalArgumentException(
                        "The path is not valid: a function's argument has no name, or one that is there already");
            }
            at = end + 1;
        }
        return arguments;
    }

    private static int endOfValue(String text, int start) {
        boolean quoted = false;
        for (int i = start; i < text.length(); i++) {
            if (text.charAt(i) == '\'') {
                quoted = !quoted;
            } else if (text.charAt(i) == ',' && !quoted) {
                return i;
            }
        }
        if (quoted) {
            throw new IllegalArgumentException("The path is not valid: a function's argument has no closing quote");
        }
        return text.length();
    }

    private static String unquoted(String value) {
        if (value.length() < 2 || value.charAt(0) != '\'' || !value.endsWith("'")) {
            return value;
        }
        return value.substring(1, value.length() - 1).replace("''", "'");
    }
}
