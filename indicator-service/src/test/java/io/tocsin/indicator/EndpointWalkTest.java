package io.tocsin.indicator;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tocsin.testkit.Call;
import io.tocsin.testkit.EndpointWalk;
import io.tocsin.testkit.Tenancy;
import io.tocsin.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class EndpointWalkTest extends ApiTest {

    @Test
    void shouldOpenEveryRouteToItsPermissionsAndToNobodyElse() {
        EndpointWalk.of("indicator-service")
                .complete("/api/indicators")
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
                        "GET /v1/indicators/{id}/sightings",
                        tenant -> Call.to("/v1/indicators/" + indicator(tenant, anyDomain()) + "/sightings"))
                .example("GET /v1/indicators/unseen", tenant -> {
                    String domain = anyDomain();
                    String id = indicator(tenant, domain);
                    TestDatabase.update("update indicator set creation_ticks = 0 where id = ?", Long.parseLong(id));
                    return Call.to("/v1/indicators/unseen?limit=1000").shows(domain);
                })
                .example("GET /v1/indicators/sources", tenant -> {
                    String name = "s" + UUID.randomUUID();
                    source(tenant, name);
                    return Call.to("/v1/indicators/sources").shows(name);
                })
                .example(
                        "POST /v1/indicators/sources",
                        tenant -> Call.to("/v1/indicators/sources")
                                .body(sourceJson("s" + UUID.randomUUID()))
                                .answers(201)
                                .makesOwn()
                                .audited("indicator-source.create", answer -> answer.path("id")))
                .example(
                        "GET /v1/indicators/sources/{id}",
                        tenant -> Call.to("/v1/indicators/sources/" + source(tenant, "s" + UUID.randomUUID())))
                .example("PUT /v1/indicators/sources/{id}", tenant -> {
                    String name = "s" + UUID.randomUUID();
                    String id = source(tenant, name);
                    return Call.to("/v1/indicators/sources/" + id)
                            .body(sourceJson(name))
                            .audited("indicator-source.update", answer -> id);
                })
                .example("DELETE /v1/indicators/sources/{id}", tenant -> {
                    String id = source(tenant, "s" + UUID.randomUUID());
                    return Call.to("/v1/indicators/sources/" + id)
                            .answers(204)
                            .audited("indicator-source.delete", answer -> id);
                })
                .example("POST /v1/indicators/sources/{id}/pull", tenant -> {
                    String id = source(tenant, "s" + UUID.randomUUID());
                    return Call.to("/v1/indicators/sources/" + id + "/pull")
                            .answers(202)
                            .audited("indicator-source.pull", answer -> id);
                })
                .example(
                        "GET /v1/indicators/sources/{id}/runs",
                        tenant ->
                                Call.to("/v1/indicators/sources/" + source(tenant, "s" + UUID.randomUUID()) + "/runs"))
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
                .example("GET /taxii2", tenant -> Call.to("/taxii2/").makesOwn())
                .example("GET /taxii2/api", tenant -> Call.to("/taxii2/api/").makesOwn())
                .example(
                        "GET /taxii2/api/collections",
                        tenant -> Call.to("/taxii2/api/collections/").makesOwn())
                .example(
                        "GET /taxii2/api/collections/{id}",
                        tenant -> Call.to("/taxii2/api/collections/" + collection(tenant) + "/"))
                .example("GET /taxii2/api/collections/{id}/objects", tenant -> {
                    String domain = anyDomain();
                    indicator(tenant, domain);
                    return Call.to("/taxii2/api/collections/all/objects/?limit=1000")
                            .shows(domain);
                })
                .example("GET /taxii2/api/collections/{id}/manifest", tenant -> {
                    indicator(tenant, anyDomain());
                    return Call.to("/taxii2/api/collections/" + collection(tenant) + "/manifest/");
                })
                .example(
                        "POST /taxii2/api/collections/{id}/objects",
                        tenant -> Call.to("/taxii2/api/collections/all/objects/")
                                .body(
                                        ("{\"objects\":[" + stix(anyDomain()) + "]}").getBytes(StandardCharsets.UTF_8),
                                        "application/taxii+json;version=2.1")
                                .answers(202)
                                .makesOwn()
                                .audited("indicator.submit", answer -> newest()))
                .example(
                        "GET /taxii2/api/collections/{id}/objects/{object}",
                        tenant -> Call.to("/taxii2/api/collections/all/objects/" + object(tenant) + "/"))
                .example(
                        "GET /taxii2/api/collections/{id}/objects/{object}/versions",
                        tenant -> Call.to("/taxii2/api/collections/all/objects/" + object(tenant) + "/versions/"))
                .example("DELETE /taxii2/api/collections/{id}/objects/{object}", tenant -> {
                    String object = object(tenant);
                    String id = newest();
                    return Call.to("/taxii2/api/collections/all/objects/" + object + "/")
                            .audited("indicator.delete", answer -> id);
                })
                .example("GET /taxii2/api/status/{id}", tenant -> {
                    String status = sent(tenant, stix(anyDomain()));
                    return Call.to("/taxii2/api/status/" + status + "/");
                })
                .example("GET /v1/indicators/warnings", tenant -> {
                    String domain = anyDomain();
                    warning(tenant, domain);
                    return Call.to("/v1/indicators/warnings").shows(domain);
                })
                .example(
                        "POST /v1/indicators/warnings",
                        tenant -> Call.to("/v1/indicators/warnings")
                                .body("{\"type\":\"DomainName\",\"value\":\"" + anyDomain() + "\",\"reason\":\"ours\"}")
                                .makesOwn()
                                .audited("indicator-warning.add", answer -> answer.path("id")))
                .example("DELETE /v1/indicators/warnings/{id}", tenant -> {
                    String id = warning(tenant, anyDomain());
                    return Call.to("/v1/indicators/warnings/" + id)
                            .answers(204)
                            .audited("indicator-warning.remove", answer -> id);
                })
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

    private static String source(Tenancy tenant, String name) {
        return tenant.request()
                .body(sourceJson(name))
                .post("/v1/indicators/sources")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private static String sourceJson(String name) {
        return "{\"name\":\"" + name
                + "\",\"kind\":\"Lines\",\"url\":\"https://walk.invalid/\",\"action\":\"Block\",\"every\":86400,\"enabled\":false}";
    }

    private static String blocked(String domain) {
        return json(domain, "DomainName", "Block");
    }

    private static String warning(Tenancy tenant, String domain) {
        return tenant.request()
                .body("{\"type\":\"DomainName\",\"value\":\"" + domain + "\",\"reason\":\"ours\"}")
                .post("/v1/indicators/warnings")
                .then()
                .statusCode(200)
                .extract()
                .path("id");
    }

    private static String collection(Tenancy tenant) {
        return tenant.request().get("/taxii2/api/collections/").then().extract().path("collections[0].id");
    }

    private static String stix(String domain) {
        return "{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--" + UUID.randomUUID()
                + "\",\"created\":\"2026-01-05T10:00:00.000Z\",\"modified\":\"2026-01-05T10:00:00.000Z\",\"name\":\"C2\","
                + "\"pattern\":\"[domain-name:value = '" + domain
                + "']\",\"pattern_type\":\"stix\",\"valid_from\":\"2026-01-05T10:00:00Z\"}";
    }

    private static String object(Tenancy tenant) {
        String object = stix(anyDomain());
        sent(tenant, object);
        return new JsonPath(object).getString("id");
    }

    private static String sent(Tenancy tenant, String object) {
        return tenant.request()
                .contentType("application/taxii+json;version=2.1")
                .body("{\"objects\":[" + object + "]}")
                .post("/taxii2/api/collections/all/objects/")
                .then()
                .statusCode(202)
                .extract()
                .path("id");
    }

    private static String newest() {
        return TestDatabase.value("select max(id)::text from indicator").toString();
    }

    private static String anyDomain() {
        return "w" + UUID.randomUUID() + ".example";
    }
}
