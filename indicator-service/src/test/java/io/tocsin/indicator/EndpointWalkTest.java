package io.tocsin.indicator;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tocsin.testkit.Call;
import io.tocsin.testkit.EndpointWalk;
import io.tocsin.testkit.Tenancy;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class EndpointWalkTest extends ApiTest {

    @Test
    void shouldOpenEveryRouteToItsPermissionsAndToNobodyElse() {
        EndpointWalk.of("indicator-service")
                .example("GET /api/indicators/$count", tenant -> {
                    String domain = anyDomain();
                    indicator(tenant, domain);
                    return Call.to("/api/indicators/$count?$filter=indicatorValue%20eq%20'" + domain + "'")
                            .shows("1");
                })
                .example("GET /api/indicators", tenant -> {
                    String domain = anyDomain();
                    indicator(tenant, domain);
                    return Call.to("/api/indicators").shows(domain);
                })
                .example(
                        "POST /api/indicators",
                        tenant -> Call.to("/api/indicators")
                                .body(blocked(anyDomain()))
                                .makesOwn()
                                .audited("indicator.submit", answer -> answer.path("id")))
                .example("DELETE /api/indicators/{id}", tenant -> {
                    String id = indicator(tenant, anyDomain());
                    return Call.to("/api/indicators/" + id).answers(204).audited("indicator.delete", answer -> id);
                })
                .example(
                        "POST /api/indicators/import",
                        tenant -> Call.to("/api/indicators/import")
                                .body("{\"Indicators\":[" + blocked(anyDomain()) + "]}")
                                .makesOwn()
                                .audited("indicator.submit", answer -> answer.path("value[0].id")))
                .example("POST /v1/indicators/match", tenant -> {
                    String domain = anyDomain();
                    indicator(tenant, domain);
                    return Call.to("/v1/indicators/match")
                            .body("{\"values\":[{\"type\":\"DomainName\",\"value\":\"" + domain + "\"}]}")
                            .shows("\"matched\":true");
                })
                .example("GET /api/indicators/{id}", tenant -> {
                    String domain = anyDomain();
                    return Call.to("/api/indicators/" + indicator(tenant, domain));
                })
                .example("POST /api/indicators/BatchDelete", tenant -> {
                    String id = indicator(tenant, anyDomain());
                    return Call.to("/api/indicators/BatchDelete")
                            .body("{\"IndicatorIds\":[\"" + id + "\"]}")
                            .answers(204)
                            .audited("indicator.delete", answer -> id);
                })
                .example("GET /v1/indicators", tenant -> {
                    String domain = anyDomain();
                    indicator(tenant, domain);
                    return Call.to("/v1/indicators?value=" + domain).shows(domain);
                })
                .example(
                        "POST /v1/indicators",
                        tenant -> Call.to("/v1/indicators")
                                .body(blocked("*." + anyDomain()))
                                .makesOwn()
                                .audited("indicator.submit", answer -> answer.path("id")))
                .example(
                        "GET /v1/indicators/{id}",
                        tenant -> Call.to("/v1/indicators/" + indicator(tenant, anyDomain())))
                .example("PATCH /v1/indicators/{id}", tenant -> {
                    String id = indicator(tenant, anyDomain());
                    return Call.to("/v1/indicators/" + id)
                            .body("{\"title\":\"another\"}")
                            .audited("indicator.submit", answer -> id);
                })
                .example("DELETE /v1/indicators/{id}", tenant -> {
                    String id = indicator(tenant, anyDomain());
                    return Call.to("/v1/indicators/" + id).answers(204).audited("indicator.delete", answer -> id);
                })
                .example(
                        "GET /v1/indicators/{id}/history",
                        tenant -> Call.to("/v1/indicators/" + indicator(tenant, anyDomain()) + "/history"))
                .example(
                        "POST /v1/indicators/import",
                        tenant -> Call.to("/v1/indicators/import")
                                .body(blocked(anyDomain()).getBytes(StandardCharsets.UTF_8), "application/x-ndjson")
                                .makesOwn()
                                .audited("indicator.submit", answer -> new JsonPath(answer.asString()).getString("id")))
                .example("GET /v1/indicators/imports/{id}", tenant -> {
                    String id = "i" + UUID.randomUUID();
                    tenant.request()
                            .contentType("application/x-ndjson")
                            .body(blocked(anyDomain()).getBytes(StandardCharsets.UTF_8))
                            .post("/v1/indicators/import?results=numbers&importId=" + id)
                            .then()
                            .statusCode(200);
                    return Call.to("/v1/indicators/imports/" + id);
                })
                .example("GET /v1/indicators/export", tenant -> {
                    String domain = anyDomain();
                    indicator(tenant, domain);
                    return Call.to("/v1/indicators/export").shows(domain);
                })
                .example("GET /v1/feeds/indicators", tenant -> {
                    String domain = anyDomain();
                    indicator(tenant, domain);
                    return Call.to("/v1/feeds/indicators?limit=5000").shows(domain);
                })
                .example("GET /v1/feeds/indicators/snapshot", tenant -> {
                    String domain = anyDomain();
                    indicator(tenant, domain);
                    return Call.to("/v1/feeds/indicators/snapshot").shows(domain);
                })
                .example(
                        "GET /v1/feeds/indicators/filter",
                        tenant -> Call.to("/v1/feeds/indicators/filter").makesOwn())
                .example("GET /v1/indicators/explain", tenant -> {
                    String domain = anyDomain();
                    indicator(tenant, domain);
                    return Call.to("/v1/indicators/explain?type=DomainName&value=" + domain)
                            .shows("\"matched\":true");
                })
                .example("GET /v1/openapi/indicator-service", tenant -> Call.to("/v1/openapi/indicator-service"))
                .run();
    }

    private static String indicator(Tenancy tenant, String domain) {
        return tenant.request()
                .body(blocked(domain))
                .post("/api/indicators")
                .then()
                .statusCode(200)
                .extract()
                .path("id");
    }

    private static String blocked(String domain) {
        return json(domain, "DomainName", "Block");
    }

    private static String anyDomain() {
        return "w" + UUID.randomUUID() + ".example";
    }
}
