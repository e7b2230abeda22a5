package io.tocsin.wire;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Whether the target of a request is one (RFC 3986), and if not, what a person has to change. Without it the escapes
/// of
/// the path and the query would be decoded in several places, each with an opinion of its own about broken ones.
final class RequestTarget {

    /// Printable, but no part of an address; `[` and `]` are in a query.
    private static final String NEVER = "\"<>\\^`{|}";

    private RequestTarget() {}

    /// @throws IllegalArgumentException with a sentence for the caller
    static void check(String uri, String path, String query) {
        checkPart("path", path, NEVER + "[]");
        if (query != null) {
            checkPart("query", query, NEVER);
        }
        try {
            new URI(uri);
        } catch (URISyntaxException other) {
            throw new IllegalArgumentException("The address is not valid: " + other.getReason(), other);
        }
    }

    private static void checkPart(String part, String text, String never) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%' && !(isHex(text, i + 1) && isHex(text, i + 2))) {
                throw new IllegalArgumentException(
                        "The %s is not valid: %s at position %d is no escape; a percent sign is written %%25"
                                .formatted(part, text.substring(i, Math.min(i + 3, text.length())), i + 1));
            }
            if (c <= ' ' || c == 0x7f || never.indexOf(c) >= 0) {
                throw new IllegalArgumentException("The %s is not valid: the character at position %d is written %%%02X"
                        .formatted(part, i + 1, (int) c));
            }
        }
    }

    private static boolean isHex(String text, int at) {
        return at < text.length() && Character.digit(text.charAt(at), 16) >= 0 && text.charAt(at) < 0x80;
    }

    /// A segment of a path that [#check] has let pass, its escapes replaced by what they stand for.
    ///
    /// @throws IllegalArgumentException with a sentence for the caller when that is no text
    static String decode(String segment) {
        var bytes = new ByteArrayOutputStream(segment.length());
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c == '%') {
                bytes.write(
                        Character.digit(segment.charAt(i + 1), 16) << 4 | Character.digit(segment.charAt(i + 2), 16));
                i += 2;
            } else {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        String text = text(bytes.toByteArray());
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("The path is not valid: it holds a NUL");
        }
        return text;
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notText) {
            throw new IllegalArgumentException("The path is not valid: its escapes are not UTF-8", notText);
        }
    }
}
