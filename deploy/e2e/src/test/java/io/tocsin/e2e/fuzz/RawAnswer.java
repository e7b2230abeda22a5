package io.tocsin.e2e.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// What came back.
///
/// @param status 0 when the connection was closed without an answer
/// @param headers names in lower case
/// @param body decoded from chunks and gzip
/// @param closes whether the server ends the connection
record RawAnswer(int status, Map<String, List<String>> headers, byte[] body, boolean closes) {

    String header(String name) {
        List<String> values = headers.getOrDefault(name, List.of());
        return values.isEmpty() ? null : values.getFirst();
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        String text = text();
        return status + " " + headers + " " + (text.length() <= 400 ? text : text.substring(0, 400) + "…");
    }
}
