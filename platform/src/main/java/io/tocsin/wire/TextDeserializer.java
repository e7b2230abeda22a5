package io.tocsin.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import java.io.IOException;

/// Reads text as Jackson does, but refuses what PostgreSQL cannot hold: a NUL, which would fail as if we had failed,
/// and
/// half a surrogate pair, which would be stored as `?`, so that two texts would become one.
final class TextDeserializer extends StringDeserializer {

    private static final long serialVersionUID = 1L;

    @Override
    public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        String text = super.deserialize(parser, context);
        if (text != null && text.indexOf('\0') >= 0) {
            throw context.weirdStringException("…", String.class, "holds a NUL character");
        }
        if (text != null && holdsHalfAPair(text)) {
            throw context.weirdStringException("…", String.class, "holds half a surrogate pair");
        }
        return text;
    }

    private static boolean holdsHalfAPair(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return true;
            }
        }
        return false;
    }
}
