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
        var query = new StringJoiner("&", url + "?", "");
        queryParameters.forEach((name, values) -> {
            if (Option.named(name).filter(Option.SKIP::equals).isEmpty()) {
                values.forEach(value -> query.add(encoded(name) + "=" + encoded(value)));
            }
        });
        return query.add(Option.SKIP.wireName() + "=" + skip).toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%24", "$");
    }
}
