package io.tocsin.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The realm `tocsin` as Keycloak imports it: the template with the secrets and tenants of this installation filled in.
final class Realm {

    static final String NAME = "tocsin";
    static final String PARTNER = "tocsin-partner";
    static final String READER = "tocsin-reader";
    static final String OTHER = "tocsin-other";

    private static final Set<String> OF_SERVICES = Set.of("Tocsin.Service", "Service.Investigate");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TEMPLATE = "/keycloak/tocsin-realm.json";
    private static final Pattern GAP = Pattern.compile("\\{\\{(secret|tenant) ([a-z-]+)}}");

    private final Secrets secrets;

    Realm(Secrets secrets) {
        this.secrets = secrets;
    }

    String tenant() {
        return secrets.tenant("tenant-main");
    }

    String otherTenant() {
        return secrets.tenant("tenant-other");
    }

    String secretOf(String client) {
        return secrets.password("client-" + client);
    }

    String json() throws IOException {
        return GAP.matcher(template()).replaceAll(gap -> Matcher.quoteReplacement(fill(gap.group(1), gap.group(2))));
    }

    /// Names of all permissions an application may be granted, sorted; what services alone may is not among them.
    SortedSet<String> permissions() throws IOException {
        var names = new TreeSet<String>();
        JSON.readTree(template())
                .path("roles")
                .path("realm")
                .forEach(role -> names.add(role.path("name").asText()));
        names.removeAll(OF_SERVICES);
        return names;
    }

    /// A client like the partner's, for another application.
    ///
    /// @param tenant the `tid` of its tokens
    ObjectNode client(String id, String secret, String tenant) throws IOException {
        for (var client : JSON.readTree(json()).path("clients")) {
            if (client.path("clientId").asText().equals(PARTNER)) {
                var copy = (ObjectNode) client;
                copy.put("clientId", id)
                        .put("description", "Added by deploy/local/partner")
                        .put("secret", secret);
                for (var mapper : copy.path("protocolMappers")) {
                    var claim = (ObjectNode) mapper.path("config");
                    claim.put("claim.value", claim.path("claim.name").asText().equals("tid") ? tenant : id);
                }
                return copy;
            }
        }
        throw new IllegalStateException("no client " + PARTNER + " in " + TEMPLATE);
    }

    private String fill(String kind, String name) {
        return switch (kind) {
            case "secret" -> secretOf(name);
            case "tenant" -> secrets.tenant("tenant-" + name);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static String template() throws IOException {
        try (var stream = Realm.class.getResourceAsStream(TEMPLATE)) {
            if (stream == null) {
                throw new IllegalStateException("no resource " + TEMPLATE);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
