package io.tocsin.alert.token;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.Tokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class TokenTest extends ApiTest {

    private static final String FORM = "grant_type=client_credentials&client_id=partner&client_secret=test";
    private static final String AUDIENCE = "https%3A%2F%2Fapi.securitycenter.microsoft.com";

    @TestHTTPResource("/")
    URI server;

    @Test
    void shouldAnswerNumbersAsStringsWhenAskedByTheFirstVersion() {
        // When
        JsonPath token = post("/token", FORM + "&resource=" + AUDIENCE)
                .statusCode(200)
                .extract()
                .jsonPath();

        // Then
        assertThat(token.<Object>get("expires_in")).isEqualTo("3600");
        assertThat(token.<Object>get("ext_expires_in")).isEqualTo("3600");
        assertThat(token.<Object>get("expires_on")).isInstanceOf(String.class);
        assertThat(token.<Object>get("resource")).isEqualTo("https://api.securitycenter.microsoft.com");
        assertThat(token.getString("access_token")).contains(".");
    }

    @Test
    void shouldAnswerNumbersWhenAskedByTheSecondVersion() {
        post("/v2.0/token", FORM + "&scope=" + AUDIENCE + "%2F.default")
                .statusCode(200)
                .header("Cache-Control", is("no-store"))
                .body("token_type", is("Bearer"))
                .body("expires_in", is(3600))
                .body("access_token", notNullValue());
    }

    @Test
    void shouldIssueATokenWhenTheFormComesInTheBodyOfAGetWithoutContentType() throws IOException, InterruptedException {
        // Given
        var request = HttpRequest.newBuilder(server.resolve("/" + Tokens.TENANT + "/oauth2/token"))
                .method("GET", HttpRequest.BodyPublishers.ofString(FORM + "&resource=" + AUDIENCE))
                .build();

        // When
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("access_token");
    }

    @Test
    void shouldIssueATokenWhenTheClientIdentifiesItselfByHttpBasic() {
        given().auth()
                .preemptive()
                .basic("partner", "test")
                .body("grant_type=client_credentials".getBytes())
                .post("/" + Tokens.TENANT + "/oauth2/v2.0/token")
                .then()
                .statusCode(200);
    }

    @Test
    void shouldIssueATokenWhenThisPlatformItselfIsTheAudience() {
        String own = server.toString().replaceAll("/$", "") + "/.default";
        post("/v2.0/token", FORM + "&scope=" + own).statusCode(200);
    }

    @Test
    void shouldRefuseWithTheAuthoritysWordsWhenTheSecretIsWrong() {
        post("/v2.0/token", FORM.replace("=test", "=wrong"))
                .statusCode(401)
                .body("error", is("invalid_client"))
                .body("error_description", containsString("AADSTS7000215"))
                .body("error_codes[0]", is(7000215));
    }

    @Test
    void shouldRefuseWhenTheTenantIsNotTheClients() {
        given().body(FORM.getBytes())
                .post("/" + Tokens.OTHER_TENANT + "/oauth2/token")
                .then()
                .statusCode(400)
                .body("error", is("invalid_request"))
                .body("error_codes[0]", is(90002));
    }

    @Test
    void shouldRefuseWhenTheAudienceIsUnknown() {
        post("/token", FORM + "&resource=https://graph.example").statusCode(400).body("error", is("invalid_resource"));
    }

    @Test
    void shouldRefuseWhenTheGrantIsNotClientCredentials() {
        post("/token", "grant_type=password&client_id=a&username=b&password=c")
                .statusCode(400)
                .body("error", is("unsupported_grant_type"));
    }

    @Test
    void shouldRefuseWhenThereIsNoFormAtAll() {
        post("/token", "")
                .statusCode(400)
                .body("error", is("invalid_request"))
                .body("error_description", containsString("'grant_type'"));
    }

    @Test
    void shouldRefuseWhenTheSecretIsMissing() {
        post("/v2.0/token", "grant_type=client_credentials&client_id=partner&client_assertion=a.b.c")
                .statusCode(401)
                .body("error", is("invalid_client"))
                .body("error_codes[0]", is(7000218));
    }

    @Test
    void shouldTellAllThatASupportPersonAsksFor() {
        // Given
        String own = "6f9619ff-8b86-d011-b42d-00cf4fc964ff";

        // When
        JsonPath error = given().header("client-request-id", own)
                .body("grant_type=password".getBytes())
                .post("/" + Tokens.TENANT + "/oauth2/v2.0/token")
                .then()
                .statusCode(400)
                .header("Cache-Control", is("no-store"))
                .extract()
                .jsonPath();

        // Then
        assertThat(error.<Map<String, Object>>get())
                .containsOnlyKeys(
                        "error", "error_description", "error_codes", "timestamp", "trace_id", "correlation_id");
        assertThat(error.getString("correlation_id")).isEqualTo(own);
        assertThat(error.getString("timestamp")).matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ");
        assertThat(error.getString("error_description"))
                .startsWith("AADSTS70003: ")
                .contains("Trace ID: " + error.getString("trace_id"))
                .contains("Correlation ID: " + own)
                .contains("Timestamp: " + error.getString("timestamp"));
    }

    @ParameterizedTest
    @ValueSource(strings = {Tokens.TENANT, "common", "ORGANIZATIONS", "contoso.example", "Contoso.Example"})
    void shouldIssueATokenWhenTheTenantIsNamedInAnotherWay(String tenant) {
        given().body(FORM.getBytes())
                .post("/" + tenant + "/oauth2/v2.0/token")
                .then()
                .statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fabrikam.example", "consumers", "1-1-1-1-1", "x"})
    void shouldRefuseWhenTheTenantIsNone(String tenant) {
        given().body(FORM.getBytes())
                .post("/" + tenant + "/oauth2/v2.0/token")
                .then()
                .statusCode(400)
                .body("error_codes[0]", is(90002));
    }

    @Test
    void shouldRefuseForAWhileWhenAClientAsksTooOften() {
        // Given
        int most = 120;
        String form = "grant_type=password&client_id=busy";
        int last = 400;
        for (int i = 0; i < 2 * most + 1 && last == 400; i++) {
            last = from("203.0.113.9", form).extract().statusCode();
        }

        // Then
        from("203.0.113.9", form)
                .statusCode(429)
                .header("Retry-After", matchesPattern("[1-9]\\d?"))
                .body("error", is("temporarily_unavailable"));
        from("203.0.113.9", form.replace("busy", "calm")).statusCode(400);
        from("203.0.113.10", form).statusCode(400);
    }

    @Test
    void shouldAskToComeBackWhenTheIssuerIsDown() {
        // Given
        String discovery = "/common/v2.0/.well-known/openid-configuration";
        given().get(discovery).then().statusCode(200);
        post("/v2.0/token", FORM).statusCode(200);

        // When
        Tokens.primary().sleep();
        try {
            post("/v2.0/token", FORM)
                    .statusCode(503)
                    .header("Retry-After", is("1"))
                    .body("error", is("temporarily_unavailable"));

            // Then
            given().get(discovery).then().statusCode(200); // what it said last still holds
        } finally {
            Tokens.primary().wake();
        }
        post("/v2.0/token", FORM).statusCode(200);
    }

    private static ValidatableResponse from(String address, String form) {
        return given().header("X-Forwarded-For", address)
                .body(form.getBytes())
                .post("/" + Tokens.TENANT + "/oauth2/token")
                .then();
    }

    @Test
    void shouldRefuseWhenTheFormIsNoForm() {
        post("/token", "grant_type=%zz").statusCode(400).body("error", is("invalid_request"));
    }

    private static ValidatableResponse post(String route, String form) {
        return given().contentType("application/x-www-form-urlencoded")
                .body(form)
                .post("/" + Tokens.TENANT + "/oauth2" + route)
                .then();
    }
}
