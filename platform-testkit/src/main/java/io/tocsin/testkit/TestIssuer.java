package io.tocsin.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.Set;

/// An identity provider small enough for a test: a discovery document, a key set, and tokens signed with its key. It
/// also
/// answers client-credentials requests, so that a service under test gets its own token.
public final class TestIssuer implements AutoCloseable {

    private static final String KEY_ID = "test";

    private final HttpServer server;
    private final KeyPair keys;

    private TestIssuer(HttpServer server, KeyPair keys) {
        this.server = server;
        this.keys = keys;
    }

    /// Starts it on a free port of 127.0.0.1.
    public static TestIssuer start() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            var issuer = new TestIssuer(HttpServer.create(address, 0), generator.generateKeyPair());
            issuer.serve();
            return issuer;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void serve() {
        server.createContext("/.well-known/openid-configuration", exchange -> answer(exchange, discovery()));
        server.createContext("/jwks", exchange -> answer(exchange, keySet()));
        server.createContext("/token", this::token);
        server.start();
    }

    /// The issuer's address: `iss` of its tokens and the place of its discovery document.
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// A token builder with valid issuer, audience and life; the caller adds who and what.
    public JwtClaimsBuilder claims() {
        return Jwt.issuer(url())
                .audience("https://api.securitycenter.microsoft.com")
                .subject("subject")
                .expiresIn(3600);
    }

    /// Signs with the key of the key set.
    public String sign(JwtClaimsBuilder claims) {
        return claims.jws().keyId(KEY_ID).sign(keys.getPrivate());
    }

    /// Client credentials with the secret `test` get a service's token of [Tokens#TENANT], by form or by HTTP Basic.
    private void token(HttpExchange exchange) throws IOException {
        String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean known = form.contains("client_secret=" + TestPostgres.password())
                || exchange.getRequestHeaders().containsKey("Authorization");
        String token = sign(claims().claim("tid", Tokens.TENANT)
                .claim("appid", "test-service")
                .claim("roles", Set.of("Tocsin.Service")));
        answer(
                exchange,
                known ? 200 : 401,
                known
                        ? "{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\"" + token + "\"}"
                        : "{\"error\":\"invalid_client\"}");
    }

    private String discovery() {
        return """
                {"issuer":"%1$s","jwks_uri":"%1$s/jwks","token_endpoint":"%1$s/token",
                 "authorization_endpoint":"%1$s/authorize","response_types_supported":["code"],
                 "subject_types_supported":["public"],"id_token_signing_alg_values_supported":["RS256"]}
                """.formatted(url());
    }

    private String keySet() {
        var key = (RSAPublicKey) keys.getPublic();
        return """
                {"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"%s","n":"%s","e":"%s"}]}
                """.formatted(KEY_ID, unsigned(key.getModulus()), unsigned(key.getPublicExponent()));
    }

    private static String unsigned(java.math.BigInteger number) {
        byte[] bytes = number.toByteArray();
        int from = bytes[0] == 0 ? 1 : 0;
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(java.util.Arrays.copyOfRange(bytes, from, bytes.length));
    }

    private static void answer(HttpExchange exchange, String json) throws IOException {
        answer(exchange, 200, json);
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
