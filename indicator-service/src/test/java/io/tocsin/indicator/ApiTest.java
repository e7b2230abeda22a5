package io.tocsin.indicator;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.tocsin.testkit.OpenApiCheck;
import io.tocsin.testkit.PlatformResource;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import org.junit.jupiter.api.BeforeEach;

/// One start of the service, with a real PostgreSQL, for every API test of this module.
@WithTestResource(
        value = PlatformResource.class,
        initArgs = @ResourceArg(name = "service", value = "indicator-service"))
@WithTestResource(EchoPeer.class)
public abstract class ApiTest {

    static {
        OpenApiCheck.install();
    }

    @BeforeEach
    void emptyTables() {
        TestDatabase.clean();
    }

    protected static RequestSpecification with(String... permissions) {
        return by(Tokens.application(permissions));
    }

    protected static RequestSpecification by(String token) {
        return RestAssured.given()
                .urlEncodingEnabled(false)
                .contentType("application/json")
                .header("Authorization", "Bearer " + token);
    }

    protected static String json(String value, String type, String action) {
        return "{\"indicatorValue\":\"" + value + "\",\"indicatorType\":\"" + type + "\",\"action\":\"" + action
                + "\",\"title\":\"C2\",\"description\":\"case 812\",\"GenerateAlert\":\"True\",\"severity\":\"high\","
                + "\"category\":\"CommandAndControl\",\"rbacGroupNames\":\"\"}";
    }

    protected static ValidatableResponse submit(String body) {
        return with("Ti.ReadWrite.All").body(body).post("/api/indicators").then();
    }

    protected static ValidatableResponse match(String type, String value) {
        return with("Ti.ReadWrite.All")
                .body("{\"values\":[{\"type\":\"" + type + "\",\"value\":\"" + value + "\"}]}")
                .post("/v1/indicators/match")
                .then()
                .statusCode(200);
    }
}
