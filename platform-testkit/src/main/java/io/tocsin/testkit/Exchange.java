package io.tocsin.testkit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/// A request and what it was answered.
///
/// @param method the HTTP method
/// @param uri what was asked for, as it was spelled
/// @param request the request's headers and body
/// @param status the answer's status
/// @param answer the answer's headers and body
record Exchange(String method, URI uri, Message request, int status, Message answer) {

    boolean succeeded() {
        return status >= 200 && status < 300;
    }

    @Override
    public String toString() {
        return method + " " + uri + " answered " + status;
    }

    /// Headers and a body.
    ///
    /// @param headers by name in lower case
    /// @param body as it was sent, empty when there was none
    record Message(Map<String, List<String>> headers, byte[] body) {

        Optional<String> header(String name) {
            return headers.getOrDefault(name, List.of()).stream().findFirst();
        }

        boolean isJson() {
            String type = header("content-type").orElse("").replaceAll("\\s*;.*", "");
            return type.equals("application/json") || type.endsWith("+json");
        }

        /// The body without its `Content-Encoding`.
        byte[] plain() {
            if (header("content-encoding").filter("gzip"::equals).isEmpty()) {
                return body;
            }
            try (var gzip = new GZIPInputStream(new ByteArrayInputStream(body))) {
                return gzip.readAllBytes();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }
}
