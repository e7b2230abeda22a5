package io.tocsin.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The realm `tocsin` as Keycloak imports it: the template with the secrets and tenants of this installation filled in.
final class Realm {

    static final String NAME = "tocsin";
    static final String PARTNER = "tocsin-partner";
    static final String READER = "tocsin-reader";
    static final String OTHER = "tocsin-other";

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
