package io.tocsin.response.playbook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tocsin.outbound.OutboundClient;
import io.tocsin.outbound.Targets;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Makes the calls of `Http` steps. Secrets come into headers alone, and only of calls to the host they are for.
@ApplicationScoped
class PartnerCalls {

    private static final int MOST_OF_A_BODY = 64 * 1024;
    static final int MOST_HEADERS = 20;

    /// What is shorter is in every text, and no secret.
    private static final int SHORTEST_SECRET = 4;

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
    /// @param templates its headers as the definition has them: no other text reveals a secret
    Call.Outcome call(UUID tenant, UUID key, ObjectNode input, JsonNode templates, Context context) {
        String url = input.get("url").asText();
        var revealed = new HashMap<String, String>();
        Map<String, String> headers = headers(templates, context, name -> {
            String secret = secrets.reveal(tenant, name, host(url));
            revealed.put(secret, named(name));
            return secret;
        });
        byte[] body = null;
        if (input.has("body")) {
            JsonNode content = input.get("body");
            body = (content.isTextual() ? content.textValue() : content.toString()).getBytes(StandardCharsets.UTF_8);
            headers.putIfAbsent("Content-Type", content.isTextual() ? "text/plain; charset=utf-8" : "application/json");
        }
        headers.put("Idempotency-Key", key.toString());
        OutboundClient.Exchange exchange = client.exchange(input.get("method").asText(), url, headers, body);
        ObjectNode output = JsonNodeFactory.instance.objectNode().put("status", exchange.status());
        output.set("body", masked(body(exchange.body()), revealed));
        boolean brokenOff = exchange.isWell() && !OutboundClient.TOO_LONG.equals(exchange.error());
        boolean passing = exchange.status() == 0 || exchange.status() == 429 || exchange.status() >= 500 || brokenOff;
        return new Call.Outcome(output, exchange.error(), exchange.error() != null && passing);
    }

    /// As the step is shown: its references replaced, its secrets named.
    static ObjectNode shown(JsonNode templates, Context context) {
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        templates
                .properties()
                .forEach(header ->
                        shown.put(header.getKey(), filled(header.getValue().asText(), context, PartnerCalls::named)));
        return shown;
    }

    private static String named(String secret) {
        return "${secret." + secret + "}";
    }

    static boolean maySet(String header) {
        return !OURS.contains(header.toLowerCase(Locale.ROOT)) && header.matches("[A-Za-z0-9-]{1,64}");
    }

    private static Map<String, String> headers(JsonNode templates, Context context, UnaryOperator<String> secret) {
        if (templates == null) {
            return new LinkedHashMap<>();
        }
        if (templates.size() > MOST_HEADERS) {
            throw new IllegalArgumentException("headers has more than " + MOST_HEADERS);
        }
        var headers = new LinkedHashMap<String, String>();
        templates.properties().forEach(header -> {
            String name = header.getKey();
            if (!maySet(name)) {
                throw new IllegalArgumentException("headers cannot set " + name);
            }
            String value = filled(header.getValue().asText(), context, secret);
            if (value.chars().anyMatch(c -> c < ' ')) {
                throw new IllegalArgumentException("header " + name + " holds a control character");
            }
            headers.put(name, value);
        });
        return headers;
    }

    /// What comes by a reference is not looked through for secrets.
    private static String filled(String template, Context context, UnaryOperator<String> secret) {
        Matcher named = SECRET.matcher(template);
        var text = new StringBuilder();
        int end = 0;
        while (named.find()) {
            text.append(context.text(TextNode.valueOf(template.substring(end, named.start()))))
                    .append(secret.apply(named.group(1)));
            end = named.end();
        }
        return text.append(context.text(TextNode.valueOf(template.substring(end))))
                .toString();
    }

    /// The same with the secrets that were sent along named only, where the partner repeats them.
    private static JsonNode masked(JsonNode node, Map<String, String> revealed) {
        if (node == null || revealed.isEmpty()) {
            return node;
        }
        if (node.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            node.properties()
                    .forEach(property ->
                            object.set(masked(property.getKey(), revealed), masked(property.getValue(), revealed)));
            return object;
        }
        if (node.isArray()) {
            var array = JsonNodeFactory.instance.arrayNode();
            node.forEach(each -> array.add(masked(each, revealed)));
            return array;
        }
        String told = node.asText();
        String masked = masked(told, revealed);
        return masked.equals(told) ? node : TextNode.valueOf(masked);
    }

    private static String masked(String text, Map<String, String> revealed) {
        String masked = text;
        // The longest first, or one that another begins with would leave that one's end.
        List<String> secrets = revealed.keySet().stream()
                .filter(secret -> secret.length() >= SHORTEST_SECRET)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        for (String secret : secrets) {
            masked = masked.replace(secret, revealed.get(secret));
        }
        return masked;
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
