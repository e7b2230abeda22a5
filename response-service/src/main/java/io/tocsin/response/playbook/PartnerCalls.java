package io.tocsin.response.playbook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.outbound.OutboundClient;
import io.tocsin.outbound.Targets;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Makes the calls of `Http` steps. Secrets come into headers alone, and only of calls to the host they are for.
@ApplicationScoped
class PartnerCalls {

    private static final int MOST_OF_A_BODY = 64 * 1024;
    private static final int MOST_HEADERS = 20;
    private static final Pattern SECRET = Pattern.compile("\\$\\{secret\\.([A-Za-z0-9_-]{1,64})\\}");
    private static final Set<String> OURS =
            Set.of("host", "content-length", "transfer-encoding", "connection", "idempotency-key", "user-agent");

    private final OutboundClient client;
    private final PlaybookSecrets secrets;
    private final ObjectMapper json;

    PartnerCalls(PlaybookConfig config, PlaybookSecrets secrets, ObjectMapper json, Vertx vertx) {
        this.client = new OutboundClient(
                new Targets(config.allowHttp(), config.allowed().orElse(List.of())),
                config.timeout(),
                MOST_OF_A_BODY,
                "Tocsin-Playbook/1",
                vertx);
        this.secrets = secrets;
        this.json = json;
    }

    /// @param key the same at every attempt
    /// @param input of the step, in which secrets are only named
    Call.Outcome call(UUID tenant, UUID key, ObjectNode input) {
        String url = input.get("url").asText();
        Map<String, String> headers = headers(tenant, url, input.path("headers"));
        byte[] body = null;
        if (input.has("body")) {
            JsonNode content = input.get("body");
            body = (content.isTextual() ? content.textValue() : content.toString()).getBytes(StandardCharsets.UTF_8);
            headers.putIfAbsent("Content-Type", content.isTextual() ? "text/plain; charset=utf-8" : "application/json");
        }
        headers.put("Idempotency-Key", key.toString());
        OutboundClient.Exchange exchange = client.exchange(input.get("method").asText(), url, headers, body);
        ObjectNode output = JsonNodeFactory.instance.objectNode().put("status", exchange.status());
        output.set("body", body(exchange.body()));
        boolean passing = exchange.status() == 0 || exchange.status() == 429 || exchange.status() >= 500;
        return new Call.Outcome(output, exchange.isWell() ? null : exchange.error(), !exchange.isWell() && passing);
    }

    private Map<String, String> headers(UUID tenant, String url, JsonNode wanted) {
        if (wanted.size() > MOST_HEADERS) {
            throw new IllegalArgumentException("headers has more than " + MOST_HEADERS);
        }
        var headers = new LinkedHashMap<String, String>();
        wanted.properties().forEach(header -> {
            String name = header.getKey();
            if (OURS.contains(name.toLowerCase(java.util.Locale.ROOT)) || !name.matches("[A-Za-z0-9-]{1,64}")) {
                throw new IllegalArgumentException("headers cannot set " + name);
            }
            String value = revealed(tenant, url, header.getValue().asText());
            if (value.chars().anyMatch(c -> c < ' ')) {
                throw new IllegalArgumentException("header " + name + " holds a control character");
            }
            headers.put(name, value);
        });
        return headers;
    }

    private String revealed(UUID tenant, String url, String value) {
        Matcher named = SECRET.matcher(value);
        var text = new StringBuilder();
        int end = 0;
        while (named.find()) {
            text.append(value, end, named.start()).append(secrets.reveal(tenant, named.group(1), host(url)));
            end = named.end();
        }
        return text.append(value, end, value.length()).toString();
    }

    private static String host(String url) {
        try {
            return String.valueOf(URI.create(url.strip()).getHost());
        } catch (IllegalArgumentException notOne) {
            throw new IllegalArgumentException("url is no URL", notOne);
        }
    }

    private JsonNode body(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8).replace("\0", "");
        try {
            JsonNode tree = json.readTree(text);
            return tree == null || tree.isMissingNode() ? null : tree;
        } catch (JsonProcessingException noJson) {
            return JsonNodeFactory.instance.textNode(text);
        }
    }
}
