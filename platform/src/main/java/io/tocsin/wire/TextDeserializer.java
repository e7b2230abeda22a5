package io.tocsin.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import java.io.IOException;

/// Reads text as Jackson does, but refuses a NUL: PostgreSQL cannot hold one, and a caller should hear of it as bad
/// input
/// rather than as a failure of ours.
final class TextDeserializer extends StringDeserializer {

    private static final long serialVersionUID = 1L;

    @Override
    public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        String text = super.deserialize(parser, context);
        if (text != null && text.indexOf('\0') >= 0) {
            throw context.weirdStringException("…", String.class, "holds a NUL character");
        }
        return text;
    }
}
