package io.tocsin.alert.token;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.Tokens;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What token libraries ask of an authority (wire-facts §6).
@QuarkusTest
class DiscoverAuthorityTest extends ApiTest {

    private static final String SCOPE = "https%3A%2F%2Fapi.securitycenter.microsoft.com%2F.default";

    @TestHTTPResource("/")
    URI server;

    /// As MSAL for Python 1.39 asks, request by request.
    @Test
    void shouldLeadATokenLibraryFromTheAuthoritysHostToATokenThatOpensARoute() {
        // Given
        String authorize = origin() + "/" + Tokens.TENANT + "/oauth2/v2.0/authorize";
        JsonPath instance = given().accept("application/json")
                .queryParam("api-version", "1.1")
                .queryParam("authorization_endpoint", authorize)
                .get("/common/discovery/instance")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        JsonPath document = given().get(instance.getString("tenant_discovery_endpoint"))
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        assertThat(document.getString("authorization_endpoint")).endsWith("/authorize");
        assertThat(document.getString("issuer")).isEqualTo(Tokens.primary().iss());

        // When
        JsonPath token = given().contentType("application/x-www-form-urlencoded")
                .header("client-request-id", "6f9619ff-8b86-d011-b42d-00cf4fc964ff")
                .header("x-client-sku", "MSAL.Python")
                .body(
                        "client_id=partner&client_info=1&client_secret=test&grant_type=client_credentials&scope="
                                + SCOPE
                                + "&claims=%7B%22access_token%22%3A%7B%22xms_cc%22%3A%7B%22values%22%3A%5B%22CP1%22%5D%7D%7D%7D")
                .post(document.getString("token_endpoint"))
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();

        // Then
        assertThat(token.getInt("expires_in")).isPositive();
        given().header("Authorization", "Bearer " + token.getString("access_token"))
                .get("/api/alerts")
                .then()
                .statusCode(403); // a valid token, of a client without this permission
    }

    @Test
    void shouldNameTheTenantsOwnRoutesOfBothVersions() {
        given().get("/contoso.example/.well-known/openid-configuration")
                .then()
                .statusCode(200)
                .body("token_endpoint", is(origin() + "/contoso.example/oauth2/token"))
                .body("jwks_uri", is(origin() + "/contoso.example/discovery/keys"));
        given().get("/" + Tokens.TENANT + "/v2.0/.well-known/openid-configuration")
                .then()
                .statusCode(200)
                .body("token_endpoint", is(origin() + "/" + Tokens.TENANT + "/oauth2/v2.0/token"))
                .body("jwks_uri", is(origin() + "/" + Tokens.TENANT + "/discovery/v2.0/keys"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/common/discovery/keys", "/common/discovery/v2.0/keys"})
    void shouldPublishTheKeysItsTokensAreSignedWith(String path) {
        given().get(path)
                .then()
                .statusCode(200)
                .body("keys.kid", contains("test"))
                .body("keys[0].kty", is("RSA"));
    }

    @Test
    void shouldDescribeThisHostAsItsOwnCloud() {
        given().queryParam("authorization_endpoint", origin() + "/organizations/oauth2/v2.0/authorize")
                .get("/" + Tokens.TENANT + "/discovery/instance")
                .then()
                .statusCode(200)
                .body("tenant_discovery_endpoint", endsWith("/organizations/v2.0/.well-known/openid-configuration"))
                .body("api-version", is("1.1"))
                .body("metadata[0].preferred_network", is(server.getAuthority()))
                .body("metadata[0].aliases", contains(server.getAuthority()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/fabrikam.example/v2.0/.well-known/openid-configuration",
                "/fabrikam.example/discovery/v2.0/keys",
                "/common/discovery/instance",
                "/common/discovery/instance?authorization_endpoint=https%3A%2F%2Fh%2Ffabrikam.example%2Foauth2%2Fauthorize",
                "/common/discovery/instance?authorization_endpoint=https%3A%2F%2Fh",
                "/common/discovery/instance?authorization_endpoint=mailto%3Ax"
            })
    void shouldRefuseWithTheAuthoritysWordsWhenTheTenantIsNone(String path) {
        given().urlEncodingEnabled(false).get(path).then().statusCode(400).body("error", is("invalid_request"));
    }

    private String origin() {
        return server.toString().replaceAll("/$", "");
    }
}
