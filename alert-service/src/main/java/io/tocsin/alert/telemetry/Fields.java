package io.tocsin.alert.telemetry;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.wire.WireTime;
import java.util.Locale;

/// Reads members of a sender's JSON as they come: numbers as text, `-` and empty for nothing.
final class Fields {

    private final JsonNode json;

    Fields(JsonNode json) {
        this.json = json;
    }

    String text(String name) {
        JsonNode value = json.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        String text = value.isValueNode() ? value.asText() : value.toString();
        return text.isBlank() || text.equals("-") ? null : text;
    }

    Long number(String name) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        try {
            return text.startsWith("0x") ? Long.parseLong(text.substring(2), 16) : Long.parseLong(text);
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    Integer port(String name) {
        Long port = number(name);
        return port == null || port < 0 || port > 65_535 ? null : port.intValue();
    }

    WireTime time(String name) {
        String text = text(name);
        return text == null ? null : WireTime.parse(text);
    }

    String lower(String name) {
        String text = text(name);
        return text == null ? null : text.toLowerCase(Locale.ROOT);
    }

    boolean has(String name) {
        return json.has(name);
    }

    /// The names of all members, as the sender wrote them.
    Iterable<String> names() {
        return json::fieldNames;
    }

    /// Whether a member holds something: not null, empty or `-`.
    boolean says(String name) {
        return text(name) != null;
    }

    JsonNode json() {
        return json;
    }

    /// `C:\Windows\x.exe` → `x.exe`.
    static String fileName(String path) {
        return path == null ? null : path.substring(border(path) + 1);
    }

    /// `C:\Windows\x.exe` → `C:\Windows`; null when there is no folder.
    static String folder(String path) {
        return path == null || border(path) < 0 ? null : path.substring(0, border(path));
    }

    private static int border(String path) {
        return Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/'));
    }
}
