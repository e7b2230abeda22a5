package io.tocsin.alert.token;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/// The form of a token request. It holds a secret, so it is never logged and prints none of its fields.
final class TokenForm {

    private final Map<String, String> fields = new LinkedHashMap<>();

    /// Reads a form body, whatever its content type says; a client may identify itself by HTTP Basic instead.
    ///
    /// @throws IllegalArgumentException when an escape is broken
    static TokenForm of(String body, String authorization) {
        var form = new TokenForm();
        for (String pair : body.strip().split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                form.fields.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        form.takeBasic(authorization);
        return form;
    }

    private void takeBasic(String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            return;
        }
        byte[] credentials =
                Base64.getDecoder().decode(authorization.substring(6).strip());
        String[] parts = new String(credentials, StandardCharsets.UTF_8).split(":", 2);
        if (parts.length == 2) {
            fields.putIfAbsent("client_id", decoded(parts[0]));
            fields.putIfAbsent("client_secret", decoded(parts[1]));
        }
    }

    String get(String name) {
        return fields.getOrDefault(name, "");
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
