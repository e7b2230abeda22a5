package io.tocsin.alert.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class ReadAuditTest extends ApiTest {

    private final String source = "audit-" + UUID.randomUUID();

    @ParameterizedTest
    @ValueSource(strings = {"$orderby=time", "$count=true", "$skip=1", "count=true"})
    void shouldRefuseWhatItDoesNotDo(String option) {
        with("Audit.Read.All").get("/v1/audit?" + option).then().statusCode(400).body("error.code", is("ODataError"));
    }

    @Test
    void shouldSayWhoChangedWhatByWhichPermissionAndRequestWhenAnAlertIsUpdated() {
        // Given
        String alert = submit(1);

        // When
        String request = with("Alert.ReadWrite.All")
                .body("{\"status\":\"InProgress\"}")
                .patch("/api/alerts/" + alert)
                .header("X-Request-Id");

        // Then
        var page = with("Audit.Read.All")
                .get("/v1/audit?$filter=target%20eq%20'" + alert + "'%20and%20action%20eq%20'alert.update'")
                .then()
                .statusCode(200)
                .body("value", hasSize(1))
                .body("value[0].service", is("alert-service"))
                .body("value[0].actor", is("test-app"))
                .body("value[0].permission", is("Alert.ReadWrite.All"))
                .body("value[0].requestId", is(request))
                .extract();
        assertThat(page.jsonPath().<Map<String, Object>>get("value[0]").keySet())
                .containsExactly(
                        "id",
                        "time",
                        "service",
                        "actor",
                        "permission",
                        "action",
                        "target",
                        "detail",
                        "requestId",
                        "sealSeq");
        assertThat(page.jsonPath().getString("value[0].detail.before.status")).isEqualTo("New");
        assertThat(page.jsonPath().getString("value[0].detail.after.status")).isEqualTo("InProgress");
        await().until(() -> with("Audit.Read.All")
                        .get("/v1/audit?$filter=requestId%20eq%20'" + request + "'")
                        .jsonPath()
                        .get("value[0].sealSeq")
                != null);
    }

    @Test
    void shouldNeitherSkipNorRepeatWhenOthersWriteBetweenPages() {
        // Given
        var written = new ArrayList<String>();
        for (int i = 1; i <= 1_100; i += 550) {
            written.addAll(submitMany(i, 550));
        }
        await().until(() -> with("Audit.Read.All") // a row is shown once no older transaction is open
                        .get("/v1/audit/?$filter=target%20eq%20'" + written.getLast() + "'")
                        .jsonPath()
                        .getList("value")
                        .size()
                == 1);

        // When
        var seen = new ArrayList<String>();
        String next = "http://localhost:" + RestAssured.port + "/v1/audit?$filter=action%20eq%20'alert.create'";
        while (next != null) {
            var page = with("Audit.Read.All")
                    .get(next)
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            seen.addAll(page.<String>getList("value.target"));
            next = page.getString("'@odata.nextLink'");
            submit(5_000 + seen.size());
        }

        // Then
        assertThat(seen).doesNotHaveDuplicates().containsAll(written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$skiptoken=x", "$skiptoken=1-2&$skip=5", "$filter=detail%20eq%20'x'", "$top=1001"})
    void shouldRefuseWhenAnOptionIsNotOurs(String query) {
        with("Audit.Read.All").get("/v1/audit?" + query).then().statusCode(400).body("error.code", is("ODataError"));
    }

    @Test
    void shouldShowNothingOfAnotherTenant() {
        String alert = submit(1);

        RestAssured.given()
                .urlEncodingEnabled(false)
                .header("Authorization", "Bearer " + Tokens.of(Tokens.OTHER_TENANT, "other", "Audit.Read.All"))
                .get("/v1/audit?$filter=target%20eq%20'" + alert + "'")
                .then()
                .statusCode(200)
                .body("value", hasSize(0));
    }

    @Test
    void shouldListTheChainNewestFirstWhenASealIsAskedFor() {
        submit(1);
        await().until(() -> with("Audit.Read.All")
                        .get("/v1/audit/seals")
                        .jsonPath()
                        .getList("value")
                        .size()
                > 0);

        var seals = with("Audit.Read.All")
                .get("/v1/audit/seals?$top=2")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        assertThat(seals.getString("value[0].hash")).matches("[0-9a-f]{64}");
        with("Audit.Read.All")
                .get("/v1/audit/seals?$filter=seq%20eq%201")
                .then()
                .body("value.previousHash", contains("0".repeat(64)));
    }

    private String submit(int reference) {
        return with("Alert.ReadWrite.All")
                .body(alert(reference))
                .post("/v1/alerts")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private List<String> submitMany(int first, int count) {
        var alerts = new ArrayList<String>();
        for (int i = first; i < first + count; i++) {
            alerts.add(alert(i));
        }
        return with("Alert.ReadWrite.All")
                .body(alerts.toString())
                .post("/v1/alerts")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("value.id");
    }

    private String alert(int reference) {
        return "{\"source\":\"" + source + "\",\"sourceRef\":\"" + reference
                + "\",\"title\":\"t\",\"severity\":\"Low\"}";
    }
}
