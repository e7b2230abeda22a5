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
        return of(url, queryParameters, skip, null);
    }

    /// @param top what is left of the caller's `$top`, or null to leave it as it is
    static String of(String url, Map<String, List<String>> queryParameters, long skip, String top) {
        String skipped = with(url, queryParameters, Option.SKIP, Long.toString(skip), top != null);
        return top == null ? skipped : skipped + "&" + Option.TOP.wireName() + "=" + top;
    }

    static String byToken(String url, Map<String, List<String>> queryParameters, String token) {
        return with(url, queryParameters, Option.SKIPTOKEN, encoded(token), false);
    }

    private static String with(
            String url, Map<String, List<String>> queryParameters, Option ours, String next, boolean withoutTop) {
        var query = new StringJoiner("&", url + "?", "");
        queryParameters.forEach((name, values) -> {
            if (Option.named(name)
                    .filter(option -> option == ours || withoutTop && option == Option.TOP)
                    .isEmpty()) {
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
