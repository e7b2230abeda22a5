package io.tocsin.alert.telemetry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// Columns of a hunting table that only few events fill, kept together under their names (contract 70 §3).
final class OtherColumns {

    /// More than any table of the contract has.
    private static final int MOST = 128;

    private static final int LONGEST_NAME = 128;
    private static final int LONGEST_TEXT = 32_768;

    private final ObjectNode columns = JsonNodeFactory.instance.objectNode();
    private String written;

    /// A column that is null, empty or beyond the bound is not there.
    void put(String name, Object value) {
        if (value == null || name.length() > LONGEST_NAME || columns.size() >= MOST) {
            return;
        }
        written = null;
        switch (value) {
            case JsonNode node -> put(name, node);
            case Boolean yes -> columns.put(name, yes);
            case Long number -> columns.put(name, number);
            case Integer number -> columns.put(name, number);
            default -> text(name, value.toString());
        }
    }

    private void put(String name, JsonNode node) {
        if (node.isBoolean()) {
            columns.put(name, node.booleanValue());
        } else if (node.isIntegralNumber() && node.canConvertToLong()) {
            columns.put(name, node.longValue());
        } else if (node.isNumber() && Double.isFinite(node.doubleValue())) {
            columns.put(name, node.doubleValue());
        } else if (!node.isNull()) {
            text(name, node.isValueNode() ? node.asText() : node.toString());
        }
    }

    /// `jsonb` knows no NUL.
    private void text(String name, String text) {
        if (!text.isBlank()) {
            String clean = text.replace("\0", "");
            columns.put(name, clean.length() > LONGEST_TEXT ? clean.substring(0, LONGEST_TEXT) : clean);
        }
    }

    String json() {
        if (written == null && !columns.isEmpty()) {
            written = columns.toString();
        }
        return written;
    }
}
