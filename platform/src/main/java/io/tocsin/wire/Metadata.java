package io.tocsin.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The CSDL document of the partner API, from `metadata.xml` beside this class: one file that is served and that the
/// tests
/// of every service hold their answers against.
public final class Metadata {

    private Metadata() {}

    /// The document as it is served.
    public static String document() {
        try (InputStream document = Metadata.class.getResourceAsStream("metadata.xml")) {
            return new String(document.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
