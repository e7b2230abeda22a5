package io.tocsin.alert.token;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
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
import org.junit.jupiter.api.Test;

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
        post("/token", "").statusCode(400).body("error", is("unsupported_grant_type"));
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
