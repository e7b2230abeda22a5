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
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// An identity provider small enough for a test: a discovery document, a key set, and tokens signed with its key. It
/// also
/// answers client-credentials requests, so that a service under test gets its own token.
public final class TestIssuer implements AutoCloseable {

    /// `aud` of its tokens.
    public static final String AUDIENCE = "https://api.securitycenter.microsoft.com";

    private static final String KEY_ID = "test";

    private final HttpServer server;
    private final KeyPair keys;
    private final String iss;
    private final AtomicInteger requests = new AtomicInteger();
    private volatile boolean awake = true;
    private volatile Set<String> serviceRoles = Set.of("Tocsin.Service", "Service.Investigate", "Event.Write");

    private TestIssuer(HttpServer server, KeyPair keys, String iss) {
        this.server = server;
        this.keys = keys;
        this.iss = iss;
    }

    /// Starts it on a free port of 127.0.0.1; its tokens name its address.
    public static TestIssuer start() {
        return start(null);
    }

    /// Starts one whose tokens name another `iss` than its address.
    public static TestIssuer start(String iss) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            var issuer = new TestIssuer(HttpServer.create(address, 0), generator.generateKeyPair(), iss);
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

    /// The issuer's address, where its discovery document is.
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// `iss` of its tokens.
    public String iss() {
        return iss == null ? url() : iss;
    }

    /// From now on services get tokens with these roles.
    public TestIssuer giveServices(String... roles) {
        serviceRoles = Set.of(roles);
        return this;
    }

    /// From now on it answers 503 to everything.
    public TestIssuer sleep() {
        awake = false;
        return this;
    }

    /// From now on it answers again.
    public void wake() {
        awake = true;
    }

    /// How often it was asked anything.
    public int requests() {
        return requests.get();
    }

    /// The key its tokens are verified with.
    public PublicKey publicKey() {
        return keys.getPublic();
    }

    /// A token builder with valid issuer, audience and life; the caller adds who and what.
    public JwtClaimsBuilder claims() {
        return Jwt.issuer(iss()).audience(AUDIENCE).subject("subject").expiresIn(3600);
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
                .claim("roles", serviceRoles));
        answer(
                exchange,
                known ? 200 : 401,
                known
                        ? "{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\"" + token + "\"}"
                        : "{\"error\":\"invalid_client\"}");
    }

    private String discovery() {
        return """
                {"issuer":"%2$s","jwks_uri":"%1$s/jwks","token_endpoint":"%1$s/token",
                 "authorization_endpoint":"%1$s/authorize","response_types_supported":["code"],
                 "subject_types_supported":["public"],"id_token_signing_alg_values_supported":["RS256"]}
                """.formatted(url(), iss());
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

    private void answer(HttpExchange exchange, String json) throws IOException {
        answer(exchange, 200, json);
    }

    private void answer(HttpExchange exchange, int wanted, String json) throws IOException {
        requests.incrementAndGet();
        int status = awake ? wanted : 503;
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
