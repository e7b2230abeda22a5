package io.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.testkit.Call;
import io.tocsin.testkit.EndpointWalk;
import io.tocsin.testkit.Example;
import io.tocsin.testkit.Tenancy;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import io.tocsin.wire.WireTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

@QuarkusTest
class EndpointWalkTest extends ApiTest {

    private final AtomicLong manual = new AtomicLong(900);

    private static final String FORM = "grant_type=client_credentials&client_id=walk&client_secret=test";
    private static final String AUTHORIZE = "?authorization_endpoint=https%3A%2F%2Fh%2Fcommon%2Foauth2%2Fauthorize";

    private static final String RULE = """
            title: Nobody runs this
            logsource:
              category: process_creation
            detection:
              selection:
                Image: nobody.exe
              condition: selection
            """;

    private static final String MAPPING = """
            {"source":"walk","properties":{"sourceRef":{"pointer":"/id"},"title":{"default":"t"},"severity":{"default":"Low"}}}
            """;

    private static final String WEBHOOK =
            "{\"name\":\"walk\",\"kinds\":[\"Alerts\"],\"url\":\"https://walk.invalid/\",\"alertFilter\":\"id eq 'none'\"}";

    private Integer incident;
    private String lastMachine;

    @Test
    void shouldOpenEveryRouteToItsPermissionsAndToNobodyElse() {
        EndpointWalk.of("alert-service")
                .complete(
                        "/api/alerts",
                        "/api/incidents",
                        "/api/machines/{id}",
                        "/api/files",
                        "/api/domains",
                        "/api/ips",
                        "/api/users")
                .example("GET /api/alerts", tenant -> Call.to("/api/alerts").shows(alert(tenant)))
                .example(
                        "GET /api/alerts/$count",
                        tenant -> Call.to("/api/alerts/$count?$filter=id%20eq%20'" + alert(tenant) + "'")
                                .shows("1"))
                .example("GET /api/alerts/{id}", tenant -> Call.to("/api/alerts/" + alert(tenant)))
                .example("PATCH /api/alerts/{id}", tenant -> {
                    String id = alert(tenant);
                    return Call.to("/api/alerts/" + id)
                            .body("{\"status\":\"InProgress\"}")
                            .audited("alert.update", answer -> id);
                })
                .example("POST /api/alerts/CreateAlertByReference", EndpointWalkTest::byReference)
                .example("POST /api/alerts/batchUpdate", tenant -> {
                    String id = alert(tenant);
                    return Call.to("/api/alerts/batchUpdate")
                            .body("{\"alertIds\":[\"" + id + "\"],\"status\":\"InProgress\"}")
                            .audited("alert.update", answer -> id);
                })
                .example(
                        "GET /api/alerts/{id}/domains",
                        tenant -> Call.to("/api/alerts/" + named(tenant).alert() + "/domains"))
                .example(
                        "GET /api/alerts/{id}/files",
                        tenant -> Call.to("/api/alerts/" + named(tenant).alert() + "/files"))
                .example(
                        "GET /api/alerts/{id}/ips",
                        tenant -> Call.to("/api/alerts/" + named(tenant).alert() + "/ips"))
                .example(
                        "GET /api/alerts/{id}/user",
                        tenant -> Call.to("/api/alerts/" + named(tenant).alert() + "/user"))
                .example(
                        "GET /api/machines/{id}/alerts",
                        tenant -> Call.to("/api/machines/" + machine(tenant) + "/alerts"))
                .example(
                        "GET /api/machines/{id}/alerts/$count",
                        tenant -> Call.to("/api/machines/" + machine(tenant) + "/alerts/$count"))
                .example(
                        "GET /api/files/{id}",
                        tenant -> Call.to("/api/files/" + named(tenant).sha1()))
                .example(
                        "GET /api/files/{id}/stats",
                        tenant -> Call.to("/api/files/" + named(tenant).sha1() + "/stats"))
                .example("GET /api/files/{id}/alerts", tenant -> {
                    Named named = named(tenant);
                    return Call.to("/api/files/" + named.sha1() + "/alerts").shows(named.alert());
                })
                .example("GET /api/domains/{domain}/stats", tenant -> seen(tenant, "/api/domains/seen.example/stats"))
                .example("GET /api/domains/{domain}/alerts", tenant -> {
                    Named named = named(tenant);
                    return Call.to("/api/domains/" + named.host() + "/alerts").shows(named.alert());
                })
                .example("GET /api/ips/{ip}/stats", tenant -> seen(tenant, "/api/ips/203.0.113.5/stats"))
                .example(
                        "GET /api/ips/{ip}/alerts",
                        tenant -> Call.to("/api/ips/198.51.100.77/alerts")
                                .shows(named(tenant).alert()))
                .example(
                        "GET /api/users/{id}/alerts",
                        tenant -> Call.to("/api/users/m.ortiz/alerts")
                                .shows(named(tenant).alert()))
                .example("PATCH /api/incidents/{id}", tenant -> {
                    String id = Integer.toString(incident(tenant));
                    return Call.to("/api/incidents/" + id)
                            .body("{\"tags\":[\"walked\"]}")
                            .audited("incident.update", answer -> id);
                })
                .example(
                        "GET /api/incidents",
                        tenant -> Call.to("/api/incidents").shows("\"incidentId\":" + incident(tenant)))
                .example("GET /api/incidents/$count", tenant -> {
                    String created = tenant.request()
                            .get("/api/incidents/" + incident(tenant))
                            .jsonPath()
                            .getString("createdTime");
                    return Call.to("/api/incidents/$count?$filter=createdTime%20eq%20" + created)
                            .shows("1");
                })
                .example("GET /api/incidents/{id}", tenant -> Call.to("/api/incidents/" + incident(tenant)))
                .example(
                        "GET /v1/incidents/{id}/story",
                        tenant -> Call.to("/v1/incidents/" + incident(tenant) + "/story"))
                .example(
                        "GET /v1/incidents/{id}/story.svg",
                        tenant -> Call.to("/v1/incidents/" + incident(tenant) + "/story.svg"))
                .example(
                        "GET /v1/incidents/{id}/story/processes",
                        tenant -> Call.to("/v1/incidents/" + incident(tenant) + "/story/processes" + anyProcess()))
                .example(
                        "POST /v1/incidents",
                        tenant -> Call.to("/v1/incidents")
                                .body(alertIds(correlated(tenant)))
                                .answers(201)
                                .audited("incident.open", answer -> answer.path("incidentId") + ""))
                .example("POST /v1/incidents/{id}/alerts", tenant -> {
                    int target = opened(tenant);
                    return Call.to("/v1/incidents/" + target + "/alerts")
                            .body(alertIds(correlated(tenant)))
                            .audited("incident.move", answer -> target + "");
                })
                .example("POST /v1/incidents/{id}/merge", tenant -> {
                    int source = opened(tenant);
                    return Call.to("/v1/incidents/" + opened(tenant) + "/merge")
                            .body("{\"incidentIds\":[" + source + "]}")
                            .audited("incident.merge", answer -> source + "");
                })
                .example("GET /v1/alerts/{id}/story", tenant -> Call.to("/v1/alerts/" + correlated(tenant) + "/story"))
                .example(
                        "GET /v1/alerts/{id}/story.svg",
                        tenant -> Call.to("/v1/alerts/" + correlated(tenant) + "/story.svg"))
                .example(
                        "GET /v1/alerts/{id}/story/processes",
                        tenant -> Call.to("/v1/alerts/" + correlated(tenant) + "/story/processes" + anyProcess()))
                .example(
                        "POST /v1/alerts",
                        tenant -> Call.to("/v1/alerts")
                                .body(newAlert(machine(tenant)))
                                .answers(201)
                                .audited("alert.create", answer -> answer.path("id")))
                .example(
                        "GET /v1/alert-mappings",
                        tenant -> Call.to("/v1/alert-mappings").shows(mapping(tenant)))
                .example("GET /v1/alert-mappings/{name}", tenant -> Call.to("/v1/alert-mappings/" + mapping(tenant)))
                .example("PUT /v1/alert-mappings/{name}", tenant -> {
                    String name = anyMapping();
                    return Call.to("/v1/alert-mappings/" + name)
                            .body(MAPPING)
                            .answers(201)
                            .makesOwn()
                            .audited("alert-mapping.create", answer -> name);
                })
                .example("DELETE /v1/alert-mappings/{name}", tenant -> {
                    String name = mapping(tenant);
                    return Call.to("/v1/alert-mappings/" + name)
                            .answers(204)
                            .audited("alert-mapping.delete", answer -> name);
                })
                .example(
                        "POST /v1/alert-mappings/{name}/test",
                        tenant -> Call.to("/v1/alert-mappings/" + mapping(tenant) + "/test")
                                .body("{\"id\":\"1\"}"))
                .example(
                        "POST /v1/events",
                        tenant -> Call.to("/v1/events")
                                .body(event(anyMachine()).getBytes(StandardCharsets.UTF_8), "application/octet-stream")
                                .makesOwn()
                                .audited("event.ingest", answer -> "events"))
                .example(
                        "GET /v1/detections",
                        tenant -> Call.to("/v1/detections").shows(detection(tenant)))
                .example(
                        "POST /v1/detections",
                        tenant -> Call.to("/v1/detections")
                                .body(RULE.getBytes(StandardCharsets.UTF_8), "application/yaml")
                                .answers(201)
                                .makesOwn()
                                .audited("detection.create", answer -> answer.path("id")))
                .example("GET /v1/detections/{id}", tenant -> Call.to("/v1/detections/" + detection(tenant)))
                .example("PUT /v1/detections/{id}", tenant -> {
                    String id = detection(tenant);
                    return Call.to("/v1/detections/" + id)
                            .body(RULE.getBytes(StandardCharsets.UTF_8), "application/yaml")
                            .audited("detection.update", answer -> id);
                })
                .example("PATCH /v1/detections/{id}", tenant -> {
                    String id = detection(tenant);
                    return Call.to("/v1/detections/" + id)
                            .body("{\"enabled\":false}")
                            .audited("detection.update", answer -> id);
                })
                .example("DELETE /v1/detections/{id}", tenant -> {
                    String id = detection(tenant);
                    return Call.to("/v1/detections/" + id).answers(204).audited("detection.delete", answer -> id);
                })
                .example(
                        "POST /v1/detections/dry-run",
                        tenant -> Call.to("/v1/detections/dry-run").body("{\"id\":\"" + detection(tenant) + "\"}"))
                .example(
                        "GET /v1/retro-hunts",
                        tenant -> Call.to("/v1/retro-hunts?cursor=" + (hunt(tenant) + 1))
                                .shows("\"phase\":\"Ip\""))
                .example("GET /v1/retro-hunts/{id}", tenant -> Call.to("/v1/retro-hunts/" + hunt(tenant)))
                .example("GET /v1/webhooks", tenant -> Call.to("/v1/webhooks").shows(webhook(tenant)))
                .example(
                        "POST /v1/webhooks",
                        tenant -> Call.to("/v1/webhooks")
                                .body(WEBHOOK)
                                .answers(201)
                                .makesOwn()
                                .audited("webhook.create", answer -> answer.path("id")))
                .example("GET /v1/webhooks/{id}", tenant -> Call.to("/v1/webhooks/" + webhook(tenant)))
                .example("PATCH /v1/webhooks/{id}", tenant -> {
                    String id = webhook(tenant);
                    return Call.to("/v1/webhooks/" + id)
                            .body("{\"batchSize\":2}")
                            .audited("webhook.update", answer -> id);
                })
                .example("DELETE /v1/webhooks/{id}", tenant -> {
                    String id = webhook(tenant);
                    return Call.to("/v1/webhooks/" + id).answers(204).audited("webhook.delete", answer -> id);
                })
                .example("POST /v1/webhooks/{id}/pause", tenant -> {
                    String id = webhook(tenant);
                    return Call.to("/v1/webhooks/" + id + "/pause").audited("webhook.pause", answer -> id);
                })
                .example("POST /v1/webhooks/{id}/resume", tenant -> {
                    String id = webhook(tenant);
                    tenant.request()
                            .post("/v1/webhooks/" + id + "/pause")
                            .then()
                            .statusCode(200);
                    return Call.to("/v1/webhooks/" + id + "/resume").audited("webhook.resume", answer -> id);
                })
                .example("POST /v1/webhooks/{id}/replay", tenant -> {
                    String id = webhook(tenant);
                    return Call.to("/v1/webhooks/" + id + "/replay")
                            .body("{\"from\":\"now\"}")
                            .audited("webhook.replay", answer -> id);
                })
                .example("POST /v1/webhooks/{id}/secret", tenant -> {
                    String id = webhook(tenant);
                    return Call.to("/v1/webhooks/" + id + "/secret")
                            .body("{\"overlapHours\":1}")
                            .audited("webhook.rotate-secret", answer -> id);
                })
                .example("POST /v1/webhooks/{id}/test", tenant -> Call.to("/v1/webhooks/" + webhook(tenant) + "/test"))
                .example(
                        "GET /v1/webhooks/{id}/dead-letters",
                        tenant -> Call.to("/v1/webhooks/" + webhook(tenant) + "/dead-letters"))
                .example("POST /v1/webhooks/{id}/dead-letters/redeliver", tenant -> {
                    String id = webhook(tenant);
                    return Call.to("/v1/webhooks/" + id + "/dead-letters/redeliver")
                            .audited("webhook.redeliver", answer -> id);
                })
                .example("POST /v1/webhooks/{id}/dead-letters/{letter}/redeliver", tenant -> {
                    String id = webhook(tenant);
                    TestDatabase.update("""
                            insert into webhook_dead_letter (tenant_id, webhook_id, change_xid, change_id, changed_ticks, feed, subject,
                                kind, attempts, last_error, dead_ticks)
                            select tenant_id, id, '1', 1, 1, 'Alert', 'gone', 'Created', 3, 'e', 1 from webhook where id = cast(? as uuid)
                            """, id);
                    String letter = tenant.request()
                            .get("/v1/webhooks/" + id + "/dead-letters")
                            .jsonPath()
                            .getString("value[0].id");
                    return Call.to("/v1/webhooks/" + id + "/dead-letters/" + letter + "/redeliver")
                            .audited("webhook.redeliver", answer -> id);
                })
                .example("POST /v1/alerts/manual-investigation", tenant -> {
                    long number = manual.incrementAndGet();
                    return Call.to("/v1/alerts/manual-investigation")
                            .body("{\"alertId\":\"ar" + number + "_1\",\"investigationId\":" + number
                                    + ",\"machineId\":\"" + MACHINE
                                    + "\",\"startTime\":\"2026-02-03T09:25:00Z\",\"requestor\":\"ann@corp.example\"}")
                            .answers(201)
                            .makesOwn()
                            .audited("alert.create", answer -> answer.path("id"));
                })
                .example(
                        "GET /v1/investigation-policies",
                        tenant -> Call.to("/v1/investigation-policies").shows(policy(tenant)))
                .example(
                        "PUT /v1/investigation-policies",
                        tenant -> Call.to("/v1/investigation-policies")
                                .body("{\"value\":[{\"name\":\"" + UUID.randomUUID()
                                        + "\",\"minimumSeverity\":\"High\",\"enabled\":false}]}")
                                .makesOwn()
                                .audited("investigation-policy.update", answer -> "investigation-policies"))
                .example(
                        "GET /v1/feeds/alerts",
                        tenant -> Call.to("/v1/feeds/alerts?limit=5000").shows(alert(tenant)))
                .example("GET /v1/feeds/incidents", tenant -> {
                    int id = incident(tenant);
                    return Call.to("/v1/feeds/incidents?limit=5000").shows("\"incidentId\":" + id + ",");
                })
                .example(
                        "GET /v1/feeds/events",
                        tenant -> Call.to("/v1/feeds/events?limit=5000").shows(machine(tenant)))
                .example("GET /api/$metadata", tenant -> Call.to("/api/$metadata"))
                .example("GET /v1/audit", tenant -> {
                    String alert = alert(tenant);
                    return Call.to("/v1/audit?$filter=target%20eq%20'" + alert + "'")
                            .shows(alert);
                })
                .example(
                        "GET /v1/audit/seals",
                        tenant -> Call.to("/v1/audit/seals").shows(newestSeal(tenant)))
                .example("POST /{tenant}/oauth2/token", form("/oauth2/token"))
                .example("GET /{tenant}/oauth2/token", form("/oauth2/token"))
                .example("POST /{tenant}/oauth2/v2.0/token", form("/oauth2/v2.0/token"))
                .example("GET /{tenant}/oauth2/v2.0/token", form("/oauth2/v2.0/token"))
                .example("GET /{tenant}/.well-known/openid-configuration", open("/.well-known/openid-configuration"))
                .example(
                        "GET /{tenant}/v2.0/.well-known/openid-configuration",
                        open("/v2.0/.well-known/openid-configuration"))
                .example("GET /{tenant}/discovery/instance", open("/discovery/instance" + AUTHORIZE))
                .example("GET /{tenant}/discovery/keys", open("/discovery/keys"))
                .example("GET /{tenant}/discovery/v2.0/keys", open("/discovery/v2.0/keys"))
                .example("GET /v1/openapi/alert-service", tenant -> Call.to("/v1/openapi/alert-service"))
                .run();
    }

    /// The hash of the seal that holds a change made now.
    private static String newestSeal(Tenancy tenant) {
        String alert = alert(tenant);
        await().until(() -> tenant.request()
                        .get("/v1/audit?$filter=target%20eq%20'" + alert + "'")
                        .jsonPath()
                        .get("value[0].sealSeq")
                != null);
        return tenant.request().get("/v1/audit/seals?$top=1").jsonPath().getString("value[0].hash");
    }

    private static Call byReference(Tenancy tenant) {
        return Call.to("/api/alerts/CreateAlertByReference")
                .body("""
                        {"machineId":"%s","eventTime":"2026-02-03T09:15:27.1043382Z","reportId":"48213",
                         "severity":"Medium","title":"NDR: beacon","description":"d","recommendedAction":"Isolate",
                         "category":"CommandAndControl"}
                        """.formatted(machine(tenant)))
                .audited("alert.create", answer -> answer.path("id"));
    }

    private static String anyMapping() {
        return "walk-" + UUID.randomUUID();
    }

    private static String mapping(Tenancy tenant) {
        String name = anyMapping();
        tenant.request().body(MAPPING).put("/v1/alert-mappings/" + name).then().statusCode(201);
        return name;
    }

    /// The name of the tenant's only policy, which is not in force.
    private static String policy(Tenancy tenant) {
        String name = UUID.randomUUID().toString();
        tenant.request()
                .body("{\"value\":[{\"name\":\"" + name + "\",\"minimumSeverity\":\"High\",\"enabled\":false}]}")
                .put("/v1/investigation-policies")
                .then()
                .statusCode(200);
        return name;
    }

    /// The id of a webhook that is sent nothing: its target is nowhere.
    private static String webhook(Tenancy tenant) {
        return tenant.request()
                .body(WEBHOOK)
                .post("/v1/webhooks")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private static Example form(String path) {
        return tenant -> Call.to("/" + Tokens.TENANT + path)
                .body(FORM.getBytes(StandardCharsets.UTF_8), "application/x-www-form-urlencoded");
    }

    private static Example open(String path) {
        return tenant -> Call.to("/" + Tokens.TENANT + path);
    }

    private static String newAlert(String machine) {
        return "{\"source\":\"walk-" + UUID.randomUUID() + "\",\"sourceRef\":\"1\",\"title\":\"t\",\"severity\":\"Low\""
                + ",\"machineId\":\"" + machine + "\"}";
    }

    /// The id of a detection of the tenant's own.
    private static String detection(Tenancy tenant) {
        return tenant.request()
                .contentType("application/octet-stream")
                .body(RULE.getBytes(StandardCharsets.UTF_8))
                .post("/v1/detections")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private static long hunt(Tenancy tenant) {
        TestDatabase.update("""
                insert into retro_hunt (tenant_id, state, since_ticks, until_xid, until_id, begun_ticks, ready_ticks,
                    updated_ticks) values (cast(? as uuid), 'Finished', 0, '0', 0, 0, 0, 0)
                """, tenant.tenant());
        return (Long)
                TestDatabase.value("select max(id) from retro_hunt where tenant_id = cast(? as uuid)", tenant.tenant());
    }

    private static String alert(Tenancy tenant) {
        return alertOn(tenant, machine(tenant));
    }

    private static String alertOn(Tenancy tenant, String machine) {
        return tenant.request()
                .body(newAlert(machine))
                .post("/v1/alerts")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    /// An alert, and what it alone names.
    private record Named(String alert, String sha1, String host) {}

    private static Named named(Tenancy tenant) {
        String sha1 = anyMachine();
        String host = "h" + UUID.randomUUID() + ".example";
        String evidence = """
                ,"evidence":[{"entityType":"File","sha1":"%s"},{"entityType":"Url","url":"https://%s/x"},
                {"entityType":"Ip","ipAddress":"198.51.100.77"},{"entityType":"User","accountName":"m.ortiz","domainName":"CORP"}]}
                """.formatted(sha1, host);
        String body = newAlert(machine(tenant));
        String id = tenant.request()
                .body(body.substring(0, body.length() - 1) + evidence)
                .post("/v1/alerts")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
        return new Named(id, sha1, host);
    }

    /// Statistics of what one machine has seen, once they know.
    private static Call seen(Tenancy tenant, String path) {
        String once = "\"orgPrevalence\":\"";
        tenant.request()
                .contentType("application/octet-stream")
                .body(event(anyMachine())
                        .replace("\"RemoteUrl\":null", "\"RemoteUrl\":\"seen.example\"")
                        .replace("2026-02-03T09:15:27.1043382Z", WireTime.now().toString())
                        .getBytes(StandardCharsets.UTF_8))
                .post("/v1/events")
                .then()
                .statusCode(200);
        await().atMost(Duration.ofSeconds(30)).until(() -> (Boolean) TestDatabase.value("""
                select coalesce((select (change_xid, event_id) from event_position where consumer = 'entity-sightings')
                    >= (select (change_xid, event_id) from device_event order by change_xid desc, event_id desc limit 1), false)
                """));
        String prevalence = tenant.request().get(path).jsonPath().getString("orgPrevalence");
        assertThat(prevalence).isNotEqualTo("0");
        return Call.to(path).shows(once + prevalence);
    }

    /// One for all who only read it: correlation takes its time.
    private int incident(Tenancy tenant) {
        if (incident == null) {
            lastMachine = machine(tenant);
            incident = incidentOf(tenant, alertOn(tenant, lastMachine));
        }
        return incident;
    }

    private static int incidentOf(Tenancy tenant, String alert) {
        return await().until(
                        () -> tenant.request()
                                .get("/api/alerts/" + alert)
                                .jsonPath()
                                .<Integer>get("incidentId"),
                        found -> found != null);
    }

    /// An alert that is in its incident.
    private String correlated(Tenancy tenant) {
        incident(tenant);
        String alert = alertOn(tenant, lastMachine);
        incidentOf(tenant, alert);
        return alert;
    }

    /// An incident of its own, by hand.
    private int opened(Tenancy tenant) {
        return tenant.request()
                .body(alertIds(correlated(tenant)))
                .post("/v1/incidents")
                .then()
                .statusCode(201)
                .extract()
                .path("incidentId");
    }

    private static String alertIds(String alert) {
        return "{\"alertIds\":[\"" + alert + "\"]}";
    }

    /// Of the incident's machine.
    private String anyProcess() {
        return "?machineId=" + lastMachine + "&root=7312:1770109800";
    }

    /// The id of a machine that the tenant's telemetry speaks of.
    private static String machine(Tenancy tenant) {
        String id = anyMachine();
        tenant.request()
                .contentType("application/octet-stream")
                .body(event(id).getBytes(StandardCharsets.UTF_8))
                .post("/v1/events")
                .then()
                .statusCode(200);
        return id;
    }

    private static String event(String machine) {
        return connection("203.0.113.5", "2026-02-03T09:15:27.1043382Z", 48213).replace(MACHINE, machine);
    }

    private static String anyMachine() {
        return (UUID.randomUUID() + "00000000").replace("-", "").substring(0, 40);
    }
}
