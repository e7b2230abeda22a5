package io.tocsin.indicator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.tocsin.wire.OpenApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class ServeDocumentTest extends ApiTest {

    @ParameterizedTest
    @ValueSource(strings = {"/v1/openapi/indicator-service", "//V1/OpenAPI/Indicator-Service/"})
    void shouldServeTheDocumentItIsHeldAgainstToAnyone(String path) {
        var answer = RestAssured.given().urlEncodingEnabled(false).get(path).then();

        answer.statusCode(200).contentType(startsWith(OpenApi.TYPE));
        assertThat(answer.extract().asString()).isEqualTo(OpenApi.document()).startsWith("# What indicator-service");
    }

    @Test
    void shouldHandTheRequestOnWhenItIsForAnotherServicesDocument() {
        RestAssured.get("/v1/openapi/response-service")
                .then()
                .statusCode(202)
                .body("uri", is("/v1/openapi/response-service"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/openapi", "/openapi", "/v1/openapi", "/v1/openapi/other-service"})
    void shouldServeItNowhereElse(String path) {
        RestAssured.get(path).then().statusCode(404).body(is(""));
    }
}
