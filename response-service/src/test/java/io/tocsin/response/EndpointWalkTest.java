package io.tocsin.response;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.tocsin.identity.Permission;
import io.tocsin.testkit.Call;
import io.tocsin.testkit.EndpointWalk;
import io.tocsin.testkit.Tenancy;
import io.tocsin.testkit.TestDatabase;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

@QuarkusTest
class EndpointWalkTest extends ApiTest {

    private static final String REASON = "{\"Comment\":\"c\",\"ScanType\":\"Quick\"}";

    private final AtomicLong indicators = new AtomicLong(1);

    @Test
    void shouldOpenEveryRouteToItsPermissionsAndToNobodyElse() {
        EndpointWalk.of("response-service")
                .example(
                        "GET /api/machines",
                        tenant -> Call.to("/api/machines").shows(device(tenant).machineId()))
                .example(
                        "GET /api/machines/$count",
                        tenant -> Call.to("/api/machines/$count?$filter=id%20eq%20'"
                                        + device(tenant).machineId() + "'")
                                .shows("1"))
                .example(
                        "GET /api/machines/{id}",
                        tenant -> Call.to("/api/machines/" + device(tenant).machineId()))
                .example("GET /api/alerts/{id}/machine", tenant -> {
                    String alert = alert(tenant, device(tenant).machineId());
                    return Call.to("/api/alerts/" + alert + "/machine");
                })
                .example(
                        "GET /api/files/{id}/machines",
                        tenant -> Call.to("/api/files/" + "a".repeat(40) + "/machines")
                                .shows(sighting(tenant, "File", "a".repeat(40))))
                .example(
                        "GET /api/domains/{domain}/machines",
                        tenant -> Call.to("/api/domains/cdn.bad.example/machines")
                                .shows(sighting(tenant, "Domain", "cdn.bad.example")))
                .example("GET /api/users/{id}/machines", tenant -> {
                    TestDatabase.update(
                            "insert into user_fact (tenant_id, account_name, account_domain, last_seen_day)"
                                    + " values (cast(? as uuid), 'ann', 'corp', 1) on conflict do nothing",
                            tenant.tenant());
                    return Call.to("/api/users/ann/machines").shows(sighting(tenant, "User", "corp\\ann"));
                })
                .example("POST /api/machines/{id}/isolate", tenant -> action(tenant, "isolate"))
                .example("POST /api/machines/{id}/unisolate", tenant -> action(tenant, "unisolate"))
                .example("POST /api/machines/{id}/runAntiVirusScan", tenant -> action(tenant, "runAntiVirusScan"))
                .example(
                        "GET /api/machineactions",
                        tenant -> Call.to("/api/machineactions").shows(submitted(tenant, device(tenant), "isolate")))
                .example(
                        "GET /api/machineactions/$count",
                        tenant -> Call.to("/api/machineactions/$count?$filter=id%20eq%20"
                                        + submitted(tenant, device(tenant), "isolate"))
                                .shows("1"))
                .example(
                        "GET /api/machineactions/{id}",
                        tenant -> Call.to("/api/machineactions/" + submitted(tenant, device(tenant), "isolate")))
                .example("POST /api/machineactions/{id}/cancel", EndpointWalkTest::cancel)
                .example(
                        "POST /api/machines/{id}/startInvestigation",
                        tenant -> Call.to("/api/machines/" + device(tenant).machineId() + "/startInvestigation")
                                .body(REASON)
                                .answers(201)
                                .audited("investigation.start", answer -> answer.path("id")))
                .example("POST /v1/investigations", tenant -> {
                    String machine = device(tenant).machineId();
                    return Call.to("/v1/investigations")
                            .body("{\"machineId\":\"" + machine + "\",\"alertId\":\"" + alert(tenant, machine) + "\"}")
                            .answers(201)
                            .audited("investigation.start", answer -> answer.path("id"));
                })
                .example(
                        "GET /api/investigations",
                        tenant -> Call.to("/api/investigations").shows(machineOf(tenant, investigation(tenant))))
                .example(
                        "GET /api/investigations/$count",
                        tenant -> Call.to("/api/investigations/$count?$filter=machineId%20eq%20'"
                                        + machineOf(tenant, investigation(tenant)) + "'")
                                .shows("1"))
                .example(
                        "GET /api/investigations/{id}",
                        tenant -> Call.to("/api/investigations/" + investigation(tenant)))
                .example(
                        "POST /agent/v1/enrollment-tokens",
                        tenant -> Call.to("/agent/v1/enrollment-tokens")
                                .body("{\"expiresInSeconds\":600}")
                                .answers(201)
                                .makesOwn()
                                .audited("agent.token", answer -> "enrollment-token"))
                .example(
                        "POST /agent/v1/enroll",
                        tenant -> Call.to("/agent/v1/enroll")
                                .body(enrolment(tenant))
                                .answers(201)
                                .audited(
                                        answer -> answer.path("machineId"),
                                        "agent.enroll",
                                        answer -> agentOf(answer.path("credential"))))
                .example(
                        "POST /agent/v1/checkin",
                        tenant -> Call.to("/agent/v1/checkin")
                                .body("{\"version\":\"24H2\"}")
                                .byDevice(
                                        device(tenant).credential(),
                                        device(tenant.other()).credential())
                                .makesOwn())
                .example("GET /agent/v1/actions", tenant -> {
                    Agent agent = device(tenant);
                    String action = submitted(tenant, agent, "isolate");
                    return Call.to("/agent/v1/actions")
                            .byDevice(agent.credential(), device(tenant.other()).credential())
                            .shows(action)
                            .audited(answer -> agent.machineId(), "action.deliver", answer -> action);
                })
                .example("POST /agent/v1/actions/{id}/result", EndpointWalkTest::result)
                .example("GET /agent/v1/indicators", this::indicators)
                .example(
                        "GET /v1/device-groups",
                        tenant -> Call.to("/v1/device-groups").shows(nameOf(tenant, group(tenant))))
                .example(
                        "POST /v1/device-groups",
                        tenant -> Call.to("/v1/device-groups")
                                .body(groupBody())
                                .answers(201)
                                .makesOwn()
                                .audited(
                                        "device-group.create",
                                        answer -> answer.path("id").toString()))
                .example("GET /v1/device-groups/{id}", tenant -> Call.to("/v1/device-groups/" + group(tenant)))
                .example("PATCH /v1/device-groups/{id}", tenant -> {
                    String id = group(tenant);
                    return Call.to("/v1/device-groups/" + id)
                            .body("{\"description\":\"d\"}")
                            .audited("device-group.update", answer -> id);
                })
                .example("DELETE /v1/device-groups/{id}", tenant -> {
                    String id = group(tenant);
                    return Call.to("/v1/device-groups/" + id).answers(204).audited("device-group.delete", answer -> id);
                })
                .example("GET /v1/openapi/response-service", tenant -> Call.to("/v1/openapi/response-service"))
                .run();
    }

    /// The machine of a sighting as alert-service keeps it.
    private static String sighting(Tenancy tenant, String kind, String value) {
        String machine = device(tenant).machineId();
        TestDatabase.update(
                "insert into entity_sighting (tenant_id, kind, value, machine_id, first_seen_ticks, last_seen_ticks, hours)"
                        + " values (cast(? as uuid), ?, ?, ?, 0, 0, cast('1' as bit(768)))",
                tenant.tenant(),
                kind,
                value,
                machine);
        return machine;
    }

    private static String alert(Tenancy tenant, String machine) {
        String alert = "da" + UUID.randomUUID();
        TestDatabase.update(
                "insert into alert (id, tenant_id, source, source_ref, severity, status, title, description,"
                        + " alert_creation_ticks, last_update_ticks, machine_id)"
                        + " values (?, cast(? as uuid), 's', ?, 'Low', 'New', 't', 'd', 1, 1, ?)",
                alert,
                tenant.tenant(),
                alert,
                machine);
        return alert;
    }

    private static String investigation(Tenancy tenant) {
        return tenant.request()
                .body(REASON)
                .post("/api/machines/" + device(tenant).machineId() + "/startInvestigation")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private static String machineOf(Tenancy tenant, String investigation) {
        return tenant.request().get("/api/investigations/" + investigation).path("machineId");
    }

    private static Call action(Tenancy tenant, String verb) {
        return Call.to("/api/machines/" + device(tenant).machineId() + "/" + verb)
                .body(REASON)
                .answers(201)
                .audited("action.submit", answer -> answer.path("id"));
    }

    /// With one action's permission alone only that action can be cancelled; for one of a kind not built yet there is
    /// nothing to cancel.
    private static Call cancel(Tenancy tenant) {
        Permission alone = tenant.alone().orElse(Permission.MACHINE_ISOLATE);
        String id = switch (alone) {
            case MACHINE_ISOLATE -> submitted(tenant, device(tenant), "isolate");
            case MACHINE_SCAN -> submitted(tenant, device(tenant), "runAntiVirusScan");
            default -> UUID.randomUUID().toString();
        };
        return Call.to("/api/machineactions/" + id + "/cancel").body(REASON).audited("action.cancel", answer -> id);
    }

    private static Call result(Tenancy tenant) {
        Agent agent = device(tenant);
        String id = submitted(tenant, agent, "isolate");
        String lease = agent.actions(0).extract().path("value[0].leaseId");
        return Call.to("/agent/v1/actions/" + id + "/result")
                .body("{\"leaseId\":\"" + lease
                        + "\",\"status\":\"Succeeded\",\"errorHResult\":0,\"message\":\"done\"}")
                .byDevice(agent.credential(), device(tenant.other()).credential())
                .audited(answer -> agent.machineId(), "action.report", answer -> id);
    }

    private Call indicators(Tenancy tenant) {
        long id = indicators.getAndIncrement();
        String address = "198.51.100." + id;
        TestDatabase.update(
                "insert into indicator (id, tenant_id, indicator_value, indicator_type, match_value, action, created_by, severity, title, description, creation_ticks, last_update_ticks) values (?, cast(? as uuid), ?, 'IpAddress', ?, 'Block', 'x', 'High', 't', 'd', 1, 1)",
                id,
                tenant.tenant(),
                address,
                address);
        TestDatabase.update(
                "insert into indicator_change (tenant_id, indicator_id, removed, at_ticks) values (cast(? as uuid), ?, false, 0)",
                tenant.tenant(),
                id);
        return Call.to("/agent/v1/indicators")
                .byDevice(device(tenant).credential(), device(tenant.other()).credential())
                .shows(address);
    }

    private static String groupBody() {
        return "{\"deviceGroupName\":\"g" + UUID.randomUUID()
                + "\",\"deviceGroupRules\":{\"devicesNamesConditions\":[{\"condition\":\"Equals\",\"value\":\"nobody\"}]}}";
    }

    private static String group(Tenancy tenant) {
        return tenant.request()
                .body(groupBody())
                .post("/v1/device-groups")
                .then()
                .statusCode(201)
                .extract()
                .path("id")
                .toString();
    }

    private static String nameOf(Tenancy tenant, String id) {
        return tenant.request().get("/v1/device-groups/" + id).path("deviceGroupName");
    }

    private static String submitted(Tenancy tenant, Agent agent, String verb) {
        return tenant.request()
                .body(REASON)
                .post("/api/machines/" + agent.machineId() + "/" + verb)
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private static Agent device(Tenancy tenant) {
        var answer = RestAssured.given()
                .contentType("application/json")
                .body(enrolment(tenant))
                .post("/agent/v1/enroll")
                .then()
                .statusCode(201)
                .extract()
                .jsonPath();
        return new Agent(answer.getString("machineId"), answer.getString("credential"));
    }

    private static String enrolment(Tenancy tenant) {
        String token = tenant.request()
                .body("{\"expiresInSeconds\":600}")
                .post("/agent/v1/enrollment-tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("token");
        return "{\"token\":\"" + token + "\",\"computerDnsName\":\"w" + UUID.randomUUID()
                + ".example\",\"osPlatform\":\"Windows11\"}";
    }

    /// `tad_<agent id>.<secret>`.
    private static String agentOf(String credential) {
        return credential.substring("tad_".length(), credential.indexOf('.'));
    }
}
