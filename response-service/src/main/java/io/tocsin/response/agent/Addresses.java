package io.tocsin.response.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;

/// The addresses an agent reports: `[{ipAddress, macAddress, type, operationalStatus}]`.
final class Addresses {

    private static final int MOST = 64;

    private Addresses() {}

    /// The list as JSON text with exactly the four members, or null when none was sent.
    static String json(JsonNode sent) {
        if (sent == null || sent.isNull()) {
            return null;
        }
        if (!sent.isArray() || sent.size() > MOST) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "ipAddresses is not a list of at most " + MOST);
        }
        var list = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.arrayNode();
        for (JsonNode address : sent) {
            var row = list.addObject();
            for (String member : new String[] {"ipAddress", "macAddress", "type", "operationalStatus"}) {
                String text = address.path(member).asText(null);
                row.put(member, text == null || text.length() > 64 ? null : text);
            }
        }
        return list.toString();
    }

    /// The first address that is up and leads somewhere.
    static String last(JsonNode sent) {
        if (sent == null || !sent.isArray()) {
            return null;
        }
        for (JsonNode address : sent) {
            String text = address.path("ipAddress").asText("");
            boolean up = address.path("operationalStatus").asText("Up").equalsIgnoreCase("Up");
            if (up
                    && !text.isBlank()
                    && text.length() <= 64
                    && !text.startsWith("127.")
                    && !text.equals("::1")
                    && !text.startsWith("fe80")
                    && !text.startsWith("169.254.")) {
                return text;
            }
        }
        return null;
    }
}
