package io.tocsin.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The OpenAPI document of the service this runs in: one file that is served and that its tests hold every exchange
/// against (docs/adr/017).
public final class OpenApi {

    /// Its media type (RFC 9512).
    public static final String TYPE = "application/yaml";

    private OpenApi() {}

    /// The document as it is served.
    public static String document() {
        try (InputStream document =
                Thread.currentThread().getContextClassLoader().getResourceAsStream("META-INF/openapi.yaml")) {
            return new String(document.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
