package io.tocsin.alert.identity;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.Tokens;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Which tokens count, and what is read from them (contract 00 §2, wire-facts §6).
@QuarkusTest
class AuthenticateTest extends ApiTest {

    private static final String READ = "Alert.Read.All";

    static Stream<Arguments> refused() throws GeneralSecurityException {
        TestIssuer stranger = TestIssuer.start();
        TestIssuer impostor = TestIssuer.start(Tokens.primary().iss());
        stranger.close();
        impostor.close();
        return Stream.of(
                arguments("nothing at all", ""),
                arguments("no token", "Bearer"),
                arguments("a password", "Basic cGFydG5lcjp0ZXN0"),
                arguments("garbage", "Bearer garbage"),
                arguments("garbage of three parts", "Bearer a.b.c"),
                arguments("claims that are no object", bearer(unsigned("{}") + "." + base64("[1]") + ".c")),
                arguments("an expired token", signed(application().expiresAt(now() - 120))),
                arguments("a token not valid yet", signed(application().claim("nbf", now() + 120))),
                arguments("a token for somebody else", signed(application().audience("https://graph.example"))),
                arguments("a token for nobody", signed(application().audience(Set.of()))),
                arguments("a token of an unknown issuer", bearer(stranger.sign(of(stranger, Tokens.TENANT)))),
                arguments("a token another signed in our name", bearer(impostor.sign(of(impostor, Tokens.TENANT)))),
                arguments("a token whose claims were changed", bearer(changed())),
                arguments("a token without signature", bearer(unsigned("{\"alg\":\"none\"}") + "." + claims() + ".")),
                arguments("a token signed with the public key as a secret", bearer(signedWithThePublicKey())),
                arguments("a tenant that is no id", signed(application().claim("tid", "contoso"))),
                arguments("a tenant that is almost an id", signed(application().claim("tid", "1-1-1-1-1"))),
                arguments(
                        "a tenant nobody may speak for",
                        signed(application().claim("tid", "5f9a6f0e-0000-4000-8000-000000000001"))),
                arguments(
                        "a tenant its issuer may not speak for",
                        bearer(Tokens.entra().sign(of(Tokens.entra(), Tokens.TENANT)))),
                arguments(
                        "no tenant, of an issuer without a default one",
                        bearer(Tokens.entra()
                                .sign(Tokens.entra()
                                        .claims()
                                        .claim("appid", "a")
                                        .claim("roles", Set.of(READ))))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void shouldRefuseWhenTheTokenDoesNotCount(String what, String authorization) {
        get(authorization)
                .statusCode(401)
                .header("WWW-Authenticate", is("Bearer"))
                .header("X-Request-Id", notNullValue())
                .body("error.code", is("Unauthorized"))
                .body("error.message", notNullValue())
                .body("error.target", notNullValue());
    }

    @Test
    void shouldRefuseWhatDiffersFromATokenItHasJustAccepted() {
        // Given
        String token = Tokens.application(READ);
        get(bearer(token)).statusCode(200);
        get(bearer(token)).statusCode(200);
        int last = token.length() - 10;
        String changed = token.substring(0, last) + (token.charAt(last) == 'A' ? 'B' : 'A') + token.substring(last + 1);

        // When
        ValidatableResponse answer = get(bearer(changed));

        // Then
        answer.statusCode(401);
        get(bearer(token)).statusCode(200);
    }

    @Test
    void shouldServeTheTenantAServiceAsksForWhenItsTokenWasAcceptedForAnother() {
        // Given
        String token = Tokens.application("Tocsin.Service", READ);
        TestDatabase.update("""
                insert into alert (id, tenant_id, source, source_ref, severity, status, detection_source, category, title, description,
                    alert_creation_ticks, first_event_ticks, last_event_ticks, last_update_ticks, correlated)
                select 'da' || n || '_1', cast(t as uuid), 's', 'r', 'High', 'New', 'ThirdPartySensors', 'Malware', 'of ' || t, 'd', 1, 1, 1, 1, true
                from unnest(array[?, ?]) with ordinality as x(t, n)
                """, Tokens.TENANT, Tokens.OTHER_TENANT);

        // When
        var titles = Stream.of(Tokens.TENANT, Tokens.OTHER_TENANT, Tokens.TENANT)
                .map(tenant -> given().header("Authorization", bearer(token))
                        .header("Tocsin-Tenant", tenant)
                        .get("/api/alerts")
                        .jsonPath()
                        .getString("value[0].title"))
                .toList();

        // Then
        assertThat(titles).containsExactly("of " + Tokens.TENANT, "of " + Tokens.OTHER_TENANT, "of " + Tokens.TENANT);
    }

    @Test
    void shouldAcceptATokenOfTheFirstVersionFromAFurtherIssuer() {
        get(bearer(Tokens.entra()
                        .sign(Tokens.entra()
                                .claims()
                                .claim("ver", "1.0")
                                .claim("tid", Tokens.OTHER_TENANT)
                                .claim("appid", "0d3f2a63-2c06-4a9b-8f0c-7d6a1f7c2b11")
                                .claim("appidacr", "1")
                                .claim("roles", Set.of(READ)))))
                .statusCode(200);
    }

    @Test
    void shouldAcceptATokenOfTheSecondVersion() {
        get(signed(Tokens.claims()
                        .claim("ver", "2.0")
                        .claim("tid", Tokens.TENANT)
                        .claim("azp", "0d3f2a63-2c06-4a9b-8f0c-7d6a1f7c2b11")
                        .claim("roles", Set.of(READ))))
                .statusCode(200);
    }

    @Test
    void shouldTakeTheDefaultTenantWhenTheTokenNamesNone() {
        get(signed(Tokens.claims().claim("azp", "app").claim("roles", Set.of(READ))))
                .statusCode(200);
    }

    @Test
    void shouldReadThePermissionWithoutCase() {
        get(signed(application().claim("roles", List.of("alert.READ.all")))).statusCode(200);
    }

    @Test
    void shouldTakeThePersonsPermissionsWhenATokenHasBothKinds() {
        get(signed(application().claim("scp", "Machine.Read"))).statusCode(403).body("error.code", is("Forbidden"));
        get(signed(application().claim("roles", Set.of()).claim("scp", "openid Alert.Read")))
                .statusCode(200);
    }

    @Test
    void shouldNameTheApplicationOrThePersonWhoActed() {
        assertThat(actor(signed(writer("roles", "Alert.ReadWrite.All").claim("appid", "app-1"))))
                .isEqualTo("app-1");
        assertThat(actor(signed(writer("roles", "Alert.ReadWrite.All").claim("azp", "app-2"))))
                .isEqualTo("app-2");
        assertThat(actor(signed(
                        writer("scp", "Alert.ReadWrite").claim("appid", "app-3").claim("upn", "mia@corp.example"))))
                .isEqualTo("mia@corp.example");
    }

    @Test
    void shouldIgnoreAServicesPermissionWhenAnotherIssuerSignedIt() {
        given().header(
                        "Authorization",
                        bearer(Tokens.entra()
                                .sign(of(Tokens.entra(), Tokens.OTHER_TENANT)
                                        .claim("roles", Set.of("Tocsin.Service", READ)))))
                .header("Tocsin-Tenant", Tokens.TENANT)
                .get("/api/alerts")
                .then()
                .statusCode(200)
                .body("value.size()", is(0));
    }

    @Test
    void shouldAskNobodyWhenTheIssuerIsUnknown() {
        // Given
        TestIssuer stranger = TestIssuer.start();
        int asked = asked();

        // When
        get(bearer(stranger.sign(of(stranger, Tokens.TENANT)))).statusCode(401);

        // Then
        assertThat(asked()).isEqualTo(asked);
        assertThat(stranger.requests()).isZero();
        stranger.close();
    }

    @Test
    void shouldAnswerAgainWhenAnIssuerThatWasDownAtTheStartIsBack() {
        // Given
        String token = bearer(Tokens.late().sign(of(Tokens.late(), Tokens.TENANT)));
        Tokens.late().sleep();
        for (int attempt = 0; attempt < 3; attempt++) {
            get(token).statusCode(503).body("error.code", is("ServiceUnavailable"));
        }
        get(signed(application())).statusCode(200);

        // When
        Tokens.late().wake();

        // Then
        get(token).statusCode(200);
    }

    @Test
    void shouldAskForTheTokenBeforeItLooksAtTheRest() {
        given().contentType("text/plain")
                .accept("image/png")
                .body("not json")
                .post("/v1/alerts")
                .then()
                .statusCode(401);
        given().header("Content-Type", "no type; at all")
                .body("not json".getBytes(StandardCharsets.UTF_8))
                .post("/v1/alerts")
                .then()
                .statusCode(401);
        with("Alert.Read.All")
                .contentType("text/plain")
                .body("not json")
                .post("/v1/alerts")
                .then()
                .statusCode(403);
        with("Alert.ReadWrite.All")
                .contentType("text/plain")
                .body("not json")
                .post("/v1/alerts")
                .then()
                .statusCode(415)
                .body("error.code", is("BadRequest"));
    }

    @Test
    void shouldAnswerJsonWhateverAClientWouldRatherHave() {
        with(READ).accept("text/html").get("/api/alerts").then().statusCode(200).body("value.size()", is(0));
    }

    private static ValidatableResponse get(String authorization) {
        var request = given();
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return request.get("/api/alerts").then();
    }

    private static Object actor(String authorization) {
        given().header("Authorization", authorization)
                .contentType("application/json")
                .body("{\"source\":\"s-" + authorization.hashCode()
                        + "\",\"sourceRef\":\"1\",\"title\":\"t\",\"severity\":\"Low\"}")
                .post("/v1/alerts")
                .then()
                .statusCode(201);
        return TestDatabase.value(
                "select actor from audit_entry where action = 'alert.create' order by id desc limit 1");
    }

    private static int asked() {
        return Tokens.primary().requests()
                + Tokens.entra().requests()
                + Tokens.late().requests();
    }

    private static JwtClaimsBuilder application() {
        return of(Tokens.primary(), Tokens.TENANT);
    }

    private static JwtClaimsBuilder writer(String claim, String permission) {
        return Tokens.claims().claim("tid", Tokens.TENANT).claim(claim, Set.of(permission));
    }

    private static JwtClaimsBuilder of(TestIssuer issuer, String tenant) {
        return issuer.claims().claim("tid", tenant).claim("appid", "app").claim("roles", Set.of(READ));
    }

    private static String signed(JwtClaimsBuilder claims) {
        return bearer(Tokens.sign(claims));
    }

    private static String bearer(String token) {
        return "Bearer " + token;
    }

    private static String claims() {
        return Tokens.sign(application()).split("\\.")[1];
    }

    private static String changed() {
        String[] parts = Tokens.sign(application()).split("\\.");
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        return parts[0] + "." + base64(claims.replace(Tokens.TENANT, Tokens.OTHER_TENANT)) + "." + parts[2];
    }

    private static String signedWithThePublicKey() throws GeneralSecurityException {
        String body = unsigned("{\"alg\":\"HS256\",\"kid\":\"test\",\"typ\":\"JWT\"}") + "." + claims();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Tokens.primary().publicKey().getEncoded(), "HmacSHA256"));
        byte[] signature = mac.doFinal(body.getBytes(StandardCharsets.US_ASCII));
        return body + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    }

    private static String unsigned(String header) {
        return base64(header);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }
}
