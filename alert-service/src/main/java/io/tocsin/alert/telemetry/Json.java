package io.tocsin.alert.telemetry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;

/// JSON that travels inside a text column.
final class Json {

    /// `jsonb` knows no NUL, not even an escaped one.
    private static final String NUL = "\\u0000";

    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Json() {}

    /// What `jsonb` accepts of a sender's text: the object it holds, written anew, or else the text as a JSON string.
    static String stored(String text) {
        JsonNode object = object(text);
        if (object == null) {
            return TextNode.valueOf(text.replace("\0", "")).toString();
        }
        String written = object.toString();
        if (!written.contains(NUL)) {
            return written;
        }
        // An escaped backslash before u0000 looks the same: then the rest would be no JSON, and is kept as a string.
        String without = written.replace(NUL, "");
        return object(without) == null ? TextNode.valueOf(without).toString() : without;
    }

    private static JsonNode object(String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            return node.isObject() ? node : null;
        } catch (JsonProcessingException notJson) {
            return null;
        }
    }
}
