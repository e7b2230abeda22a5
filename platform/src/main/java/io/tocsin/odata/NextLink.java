package io.tocsin.odata;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/// Writes the address of the next page: the caller's options again, each encoded once, and a `$skip` of ours.
final class NextLink {

    private NextLink() {}

    static String of(String url, Map<String, List<String>> queryParameters, long skip) {
        return with(url, queryParameters, Option.SKIP, Long.toString(skip));
    }

    static String byToken(String url, Map<String, List<String>> queryParameters, String token) {
        return with(url, queryParameters, Option.SKIPTOKEN, encoded(token));
    }

    private static String with(String url, Map<String, List<String>> queryParameters, Option ours, String next) {
        var query = new StringJoiner("&", url + "?", "");
        queryParameters.forEach((name, values) -> {
            if (Option.named(name).filter(ours::equals).isEmpty()) {
                values.forEach(value -> query.add(encoded(name) + "=" + encoded(value)));
            }
        });
        return query.add(ours.wireName() + "=" + next).toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%24", "$");
    }
}
