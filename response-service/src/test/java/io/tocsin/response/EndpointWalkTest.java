package io.tocsin.response;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.tocsin.identity.Permission;
import io.tocsin.testkit.Call;
import io.tocsin.testkit.EndpointWalk;
import io.tocsin.testkit.Tenancy;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.wire.WireTime;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

@QuarkusTest
class EndpointWalkTest extends ApiTest {

    private static final String REASON = "{\"Comment\":\"c\",\"ScanType\":\"Quick\",\"Sha1\":\"" + "a".repeat(40)
            + "\",\"Commands\":[{\"type\":\"GetFile\",\"params\":[{\"key\":\"Path\",\"value\":\"C:\\\\x\"}]}]}";

    private static final String PLAYBOOK = "{\"name\":\"Ask\",\"definition\":{\"start\":\"ask\",\"steps\":{\"ask\":"
            + "{\"type\":\"Approval\",\"message\":\"Go on?\"}}}}";

    private static final String SECRET = "{\"value\":\"s3cret\",\"host\":\"hooks.example\"}";

    private static final String CACAO = "{\"type\":\"playbook\",\"spec_version\":\"cacao-2.0\",\"name\":\"n\","
            + "\"workflow_start\":\"start--1\",\"workflow\":{\"start--1\":{\"type\":\"start\",\"on_completion\":\"action--1\"},"
            + "\"action--1\":{\"type\":\"action\",\"name\":\"a\",\"commands\":[{\"type\":\"manual\",\"command\":\"Do it\"}],"
            + "\"on_completion\":\"end--1\"},\"end--1\":{\"type\":\"end\"}}}";

    private final AtomicLong indicators = new AtomicLong(1);

    @Test
    void shouldOpenEveryRouteToItsPermissionsAndToNobodyElse() {
        EndpointWalk.of("response-service")
                .complete(
                        "/api/machines/{id}",
                        "/api/machines/find",
                        "/api/machines/AddOrRemoveTag",
                        "/api/machineactions",
                        "/api/libraryfiles",
                        "/api/investigations",
                        "/api/alerts",
                        "/api/files",
                        "/api/domains",
                        "/api/users")
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
                .example("PATCH /api/machines/{id}", tenant -> {
                    String machine = device(tenant).machineId();
                    return Call.to("/api/machines/" + machine)
                            .body("{\"deviceValue\":\"High\",\"machineTags\":[\"VIP\"]}")
                            .audited("machine.update", answer -> machine);
                })
                .example("POST /api/machines/{id}/tags", tenant -> {
                    String machine = device(tenant).machineId();
                    return Call.to("/api/machines/" + machine + "/tags")
                            .body("{\"Value\":\"VIP\",\"Action\":\"Add\"}")
                            .audited("machine.tag", answer -> machine);
                })
                .example("POST /api/machines/AddOrRemoveTagForMultipleMachines", tenant -> {
                    String machine = device(tenant).machineId();
                    return Call.to("/api/machines/AddOrRemoveTagForMultipleMachines")
                            .body("{\"Value\":\"VIP\",\"Action\":\"Add\",\"MachineIds\":[\"" + machine + "\"]}")
                            .audited("machine.tag", answer -> machine);
                })
                .example("POST /api/machines/{id}/setDeviceValue", tenant -> {
                    String machine = device(tenant).machineId();
                    return Call.to("/api/machines/" + machine + "/setDeviceValue")
                            .body("{\"DeviceValue\":\"Low\"}")
                            .audited("machine.update", answer -> machine);
                })
                .example("GET /api/machines/{id}/logonusers", tenant -> {
                    TestDatabase.update(
                            "insert into user_fact (tenant_id, account_name, account_domain, last_seen_day)"
                                    + " values (cast(? as uuid), 'ann', 'corp', 1) on conflict do nothing",
                            tenant.tenant());
                    return Call.to("/api/machines/" + sighting(tenant, "User", "corp\\ann") + "/logonusers");
                })
                .example("GET /api/machines/{id}/software", tenant -> {
                    Agent agent = device(tenant);
                    told(agent, "\"software\":[{\"vendor\":\"v\",\"name\":\"" + agent.machineId() + "\"}]");
                    return Call.to("/api/machines/" + agent.machineId() + "/software");
                })
                .example(
                        "GET /api/machines/{id}/vulnerabilities",
                        tenant -> Call.to("/api/machines/" + device(tenant).machineId() + "/vulnerabilities"))
                .example(
                        "GET /api/machines/{id}/recommendations",
                        tenant -> Call.to("/api/machines/" + device(tenant).machineId() + "/recommendations"))
                .example("GET /api/machines/{id}/getmissingkbs", tenant -> {
                    Agent agent = device(tenant);
                    told(agent, "\"missingKbs\":[{\"id\":\"5044284\",\"name\":\"" + agent.machineId() + "\"}]");
                    return Call.to("/api/machines/" + agent.machineId() + "/getmissingkbs");
                })
                .example("GET /api/machines/findbyip(ip='{ip}',timestamp={ts})", tenant -> {
                    String machine = address(tenant, "10.20.4.14");
                    return Call.to("/api/machines/findbyip(ip='10.20.4.14',timestamp=" + WireTime.now() + ")")
                            .shows(machine);
                })
                .example("GET /api/machines/find(timestamp={ts},key='{ip}')", tenant -> {
                    address(tenant, "10.20.4.15");
                    return Call.to("/api/machines/find(timestamp=" + WireTime.now() + ",key='10.20.4.15')");
                })
                .example("GET /api/machines/findbytag", tenant -> {
                    String machine = device(tenant).machineId();
                    tenant.request()
                            .body("{\"Value\":\"t" + machine + "\",\"Action\":\"Add\"}")
                            .post("/api/machines/" + machine + "/tags")
                            .then()
                            .statusCode(200);
                    return Call.to("/api/machines/findbytag?tag=t" + machine).shows(machine);
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
                .example("POST /v1/machineactions", EndpointWalkTest::many)
                .example(
                        "POST /api/machines/{id}/startInvestigation",
                        tenant -> Call.to("/api/machines/" + device(tenant).machineId() + "/startInvestigation")
                                .body(REASON)
                                .answers(201)
                                .audited("investigation.start", answer -> answer.path("id")))
                .example(
                        "POST /api/machines/{id}/restrictCodeExecution",
                        tenant -> action(tenant, "restrictCodeExecution"))
                .example(
                        "POST /api/machines/{id}/unrestrictCodeExecution",
                        tenant -> action(tenant, "unrestrictCodeExecution"))
                .example(
                        "POST /api/machines/{id}/StopAndQuarantineFile",
                        tenant -> action(tenant, "StopAndQuarantineFile"))
                .example(
                        "POST /api/machines/{id}/collectInvestigationPackage",
                        tenant -> action(tenant, "collectInvestigationPackage"))
                .example("POST /api/machines/{id}/offboard", tenant -> action(tenant, "offboard"))
                .example("POST /api/machines/{id}/runliveresponse", tenant -> action(tenant, "runliveresponse"))
                .example("GET /api/machines/{id}/machineactions", tenant -> {
                    Agent agent = device(tenant);
                    submitted(tenant, agent, "isolate");
                    return Call.to("/api/machines/" + agent.machineId() + "/machineactions");
                })
                .example(
                        "GET /api/machines/{id}/availableMachineActions",
                        tenant -> Call.to("/api/machines/" + device(tenant).machineId() + "/availableMachineActions"))
                .example("GET /api/machineactions/{id}/getPackageUri", tenant -> {
                    String id = collected(tenant).action();
                    return Call.to("/api/machineactions/" + id + "/getPackageUri");
                })
                .example("GET /api/machineactions/{id}/GetLiveResponseResultDownloadLink(index={n})", tenant -> {
                    Taken taken = taken(tenant, "runliveresponse");
                    taken.agent().upload(taken.action(), taken.lease(), "0", 0, 2, new byte[2]);
                    taken.agent()
                            .command(taken.action(), taken.lease(), 0, "Completed")
                            .statusCode(200);
                    return Call.to(
                            "/api/machineactions/" + taken.action() + "/GetLiveResponseResultDownloadLink(index=0)");
                })
                .example(
                        "GET /api/libraryfiles",
                        tenant -> Call.to("/api/libraryfiles").shows(uploaded(tenant)))
                .example(
                        "POST /api/libraryfiles",
                        tenant -> Call.to("/api/libraryfiles")
                                .body(
                                        libraryForm("w" + UUID.randomUUID() + ".ps1")
                                                .getBytes(UTF_8),
                                        "multipart/form-data; boundary=x")
                                .makesOwn()
                                .audited("library.upload", answer -> answer.path("fileName")))
                .example("DELETE /api/libraryfiles/{fileName}", tenant -> {
                    String name = uploaded(tenant);
                    return Call.to("/api/libraryfiles/" + name).answers(204).audited("library.delete", answer -> name);
                })
                .example("GET /v1/files/{tenant}/{link}", tenant -> {
                    String link = tenant.request()
                            .get("/api/machineactions/" + collected(tenant).action() + "/getPackageUri")
                            .path("value");
                    return Call.to(link.substring(link.indexOf("/v1/")));
                })
                .example("POST /agent/v1/actions/{id}/commands/{index}", tenant -> {
                    Taken taken = taken(tenant, "runliveresponse");
                    return Call.to("/agent/v1/actions/" + taken.action() + "/commands/0")
                            .body("{\"leaseId\":\"" + taken.lease() + "\",\"status\":\"Executing\"}")
                            .byDevice(
                                    taken.agent().credential(),
                                    device(tenant.other()).credential())
                            .audited(answer -> taken.agent().machineId(), "action.command", answer -> taken.action());
                })
                .example("PUT /agent/v1/actions/{id}/files/{part}", tenant -> {
                    Taken taken = taken(tenant, "collectInvestigationPackage");
                    return Call.to("/agent/v1/actions/" + taken.action() + "/files/package?at=0&size=2&leaseId="
                                    + taken.lease())
                            .body(new byte[2], "application/octet-stream")
                            .byDevice(
                                    taken.agent().credential(),
                                    device(tenant.other()).credential())
                            .audited(answer -> taken.agent().machineId(), "action.file", answer -> taken.action());
                })
                .example("GET /agent/v1/actions/{id}/library/{index}", tenant -> {
                    String name = uploaded(tenant);
                    Agent agent = device(tenant);
                    String id = tenant.request()
                            .body("{\"Commands\":[{\"type\":\"PutFile\",\"params\":[{\"key\":\"FileName\",\"value\":\""
                                    + name + "\"}]}]}")
                            .post("/api/machines/" + agent.machineId() + "/runliveresponse")
                            .then()
                            .statusCode(201)
                            .extract()
                            .path("id");
                    agent.lease();
                    return Call.to("/agent/v1/actions/" + id + "/library/0")
                            .byDevice(agent.credential(), device(tenant.other()).credential());
                })
                .example("POST /v1/investigations", tenant -> {
                    String machine = device(tenant).machineId();
                    return Call.to("/v1/investigations")
                            .body("{\"machineId\":\"" + machine + "\",\"alertId\":\"" + alert(tenant, machine) + "\"}")
                            .answers(201)
                            .audited("investigation.start", answer -> answer.path("id"));
                })
                .example("POST /v1/investigations/{id}/cancel", tenant -> {
                    String machine = device(tenant).machineId();
                    String id = tenant.request()
                            .body("{\"Comment\":\"c\"}")
                            .post("/api/machines/" + machine + "/startInvestigation")
                            .then()
                            .statusCode(201)
                            .extract()
                            .path("id");
                    TestDatabase.update(
                            "update investigation set due = now() + interval '1 day' where end_ticks is null");
                    return Call.to("/v1/investigations/" + id + "/cancel")
                            .body("{\"comment\":\"c\"}")
                            .audited("investigation.cancel", answer -> id);
                })
                .example("GET /v1/remediations", tenant -> {
                    String id = remediation(tenant);
                    return Call.to("/v1/remediations?status=pending").shows(id);
                })
                .example("GET /v1/remediations/{id}", tenant -> Call.to("/v1/remediations/" + remediation(tenant)))
                .example("POST /v1/remediations/{id}/approve", tenant -> {
                    String id = remediation(tenant);
                    return Call.to("/v1/remediations/" + id + "/approve")
                            .body("{\"comment\":\"c\"}")
                            .audited("remediation.approve", answer -> id);
                })
                .example("POST /v1/remediations/{id}/reject", tenant -> {
                    String id = remediation(tenant);
                    return Call.to("/v1/remediations/" + id + "/reject")
                            .body("{\"comment\":\"c\"}")
                            .audited("remediation.reject", answer -> id);
                })
                .example(
                        "GET /v1/feeds/actions",
                        tenant -> Call.to("/v1/feeds/actions?limit=5000")
                                .shows(submitted(tenant, device(tenant), "isolate")))
                .example(
                        "GET /v1/feeds/investigations",
                        tenant -> Call.to("/v1/feeds/investigations?limit=5000")
                                .shows(machineOf(tenant, investigation(tenant))))
                .example("GET /v1/playbooks", tenant -> Call.to("/v1/playbooks").shows(playbook(tenant)))
                .example(
                        "POST /v1/playbooks",
                        tenant -> Call.to("/v1/playbooks")
                                .body(PLAYBOOK)
                                .answers(201)
                                .makesOwn()
                                .audited("playbook.create", answer -> answer.path("id")))
                .example(
                        "GET /v1/playbooks/templates",
                        tenant -> Call.to("/v1/playbooks/templates").makesOwn())
                .example(
                        "POST /v1/playbooks/cacao",
                        tenant -> Call.to("/v1/playbooks/cacao")
                                .body(CACAO)
                                .answers(201)
                                .makesOwn()
                                .audited("playbook.create", answer -> answer.path("playbook.id")))
                .example(
                        "GET /v1/playbooks/secrets",
                        tenant -> Call.to("/v1/playbooks/secrets").shows(secret(tenant)))
                .example(
                        "PUT /v1/playbooks/secrets/{name}",
                        tenant -> Call.to("/v1/playbooks/secrets/n")
                                .body(SECRET)
                                .makesOwn()
                                .audited("playbook-secret.put", answer -> "n"))
                .example("DELETE /v1/playbooks/secrets/{name}", tenant -> {
                    String name = secret(tenant);
                    return Call.to("/v1/playbooks/secrets/" + name)
                            .answers(204)
                            .audited("playbook-secret.delete", answer -> name);
                })
                .example("GET /v1/playbooks/{id}", tenant -> Call.to("/v1/playbooks/" + playbook(tenant)))
                .example("PUT /v1/playbooks/{id}", tenant -> {
                    String id = playbook(tenant);
                    return Call.to("/v1/playbooks/" + id).body(PLAYBOOK).audited("playbook.update", answer -> id);
                })
                .example("DELETE /v1/playbooks/{id}", tenant -> {
                    String id = playbook(tenant);
                    return Call.to("/v1/playbooks/" + id).answers(204).audited("playbook.delete", answer -> id);
                })
                .example(
                        "GET /v1/playbooks/{id}/versions",
                        tenant -> Call.to("/v1/playbooks/" + playbook(tenant) + "/versions"))
                .example(
                        "GET /v1/playbooks/{id}/cacao",
                        tenant -> Call.to("/v1/playbooks/" + playbook(tenant) + "/cacao"))
                .example(
                        "POST /v1/playbooks/{id}/runs",
                        tenant -> Call.to("/v1/playbooks/" + playbook(tenant) + "/runs")
                                .body("{}")
                                .answers(201)
                                .audited("playbook-run.start", answer -> answer.path("id")))
                .example(
                        "GET /v1/playbook-runs",
                        tenant -> Call.to("/v1/playbook-runs").shows(run(tenant)))
                .example("GET /v1/playbook-runs/{id}", tenant -> Call.to("/v1/playbook-runs/" + run(tenant)))
                .example("POST /v1/playbook-runs/{id}/cancel", tenant -> {
                    String id = run(tenant);
                    return Call.to("/v1/playbook-runs/" + id + "/cancel")
                            .body("{\"comment\":\"c\"}")
                            .audited("playbook-run.cancel", answer -> id);
                })
                .example("POST /v1/playbook-runs/{id}/steps/{step}/approve", tenant -> decision(tenant, "approve"))
                .example("POST /v1/playbook-runs/{id}/steps/{step}/reject", tenant -> decision(tenant, "reject"))
                .example(
                        "GET /v1/feeds/playbook-runs",
                        tenant -> Call.to("/v1/feeds/playbook-runs?limit=5000").shows(run(tenant)))
                .example("POST /v1/remediations/{id}/undo", tenant -> {
                    String id = remediation(tenant);
                    TestDatabase.update("update remediation set status = 'Succeeded' where id = cast(? as uuid)", id);
                    return Call.to("/v1/remediations/" + id + "/undo")
                            .body("{\"comment\":\"c\"}")
                            .audited("remediation.undo", answer -> id);
                })
                .example(
                        "GET /v1/remediations/quarantines/{id}",
                        tenant -> Call.to("/v1/remediations/quarantines/" + quarantined(tenant)))
                .example("POST /v1/remediations/quarantines/{id}/undo", tenant -> {
                    String id = quarantined(tenant);
                    return Call.to("/v1/remediations/quarantines/" + id + "/undo")
                            .body("{\"comment\":\"c\"}")
                            .audited("quarantine.undo", answer -> id);
                })
                .example("POST /v1/remediations/approve", tenant -> decisions(tenant, "approve", "Approved"))
                .example("POST /v1/remediations/reject", tenant -> decisions(tenant, "reject", "Rejected"))
                .example("POST /v1/remediations/undo", tenant -> {
                    Call call = decisions(tenant, "undo", "Undoing");
                    TestDatabase.update(
                            "update remediation set status = 'Succeeded' where tenant_id = cast(? as uuid)",
                            tenant.tenant());
                    return call;
                })
                .example("GET /v1/remediations/policy", tenant -> {
                    tenant.request()
                            .body("{\"fourEyes\":false,\"shareDays\":33}")
                            .put("/v1/remediations/policy")
                            .then()
                            .statusCode(200);
                    return Call.to("/v1/remediations/policy").shows("\"shareDays\":33");
                })
                .example(
                        "PUT /v1/remediations/policy",
                        tenant -> Call.to("/v1/remediations/policy")
                                .body("{\"fourEyes\":false}")
                                .makesOwn()
                                .audited("remediation-policy.update", answer -> "remediation-policy"))
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
                .example("GET /agent/v1/enrollment-tokens", tenant -> {
                    String id = token(tenant);
                    return Call.to("/agent/v1/enrollment-tokens").shows(id);
                })
                .example("DELETE /agent/v1/enrollment-tokens/{id}", tenant -> {
                    String id = token(tenant);
                    return Call.to("/agent/v1/enrollment-tokens/" + id)
                            .answers(204)
                            .audited("agent.token-revoke", answer -> id);
                })
                .example("DELETE /agent/v1/machines/{id}", tenant -> {
                    String machine = device(tenant).machineId();
                    return Call.to("/agent/v1/machines/" + machine)
                            .answers(204)
                            .audited("agent.revoke", answer -> machine);
                })
                .example("POST /agent/v1/credential", tenant -> {
                    Agent agent = device(tenant);
                    return Call.to("/agent/v1/credential")
                            .byDevice(agent.credential(), device(tenant.other()).credential())
                            .answers(201)
                            .makesOwn()
                            .audited(
                                    answer -> agent.machineId(),
                                    "agent.rotate",
                                    answer -> answer.<String>path("credential")
                                            .substring("tad_".length())
                                            .split("\\.")[0]);
                })
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
                .example(
                        "POST /agent/v1/events",
                        tenant -> Call.to("/agent/v1/events")
                                .body("{}".getBytes(StandardCharsets.UTF_8), "application/x-ndjson")
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
                        "GET /agent/v1/indicators/filter",
                        tenant -> Call.to("/agent/v1/indicators/filter")
                                .byDevice(
                                        device(tenant).credential(),
                                        device(tenant.other()).credential())
                                .makesOwn())
                .example(
                        "POST /agent/v1/indicators/match",
                        tenant -> Call.to("/agent/v1/indicators/match")
                                .body("{\"values\":[{\"type\":\"IpAddress\",\"value\":\"203.0.113.77\"}]}")
                                .byDevice(
                                        device(tenant).credential(),
                                        device(tenant.other()).credential())
                                .makesOwn())
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

    private static void told(Agent agent, String inventory) {
        by(agent.credential())
                .body("{" + inventory + "}")
                .post("/agent/v1/checkin")
                .then()
                .statusCode(200);
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

    /// A machine that has had the address for an hour.
    private static String address(Tenancy tenant, String address) {
        String machine = device(tenant).machineId();
        long now = WireTime.now().ticks();
        TestDatabase.update(
                "insert into machine_address (tenant_id, address, day, machine_id, first_ticks, last_ticks)"
                        + " values (cast(? as uuid), ?, ?, ?, ?, ?)",
                tenant.tenant(),
                address,
                (int) (now / 864_000_000_000L),
                machine,
                now - 36_000_000_000L,
                now);
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

    /// One that waits for a decision, of an investigation that nobody takes on meanwhile.
    private static String token(Tenancy tenant) {
        return tenant.request()
                .body("{\"expiresInSeconds\":600}")
                .post("/agent/v1/enrollment-tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private static String playbook(Tenancy tenant) {
        return tenant.request()
                .body(PLAYBOOK)
                .post("/v1/playbooks")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    /// One that waits for somebody, and that nobody looks at.
    private static String run(Tenancy tenant) {
        String id = tenant.request()
                .body("{}")
                .post("/v1/playbooks/" + playbook(tenant) + "/runs")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(30))
                .until(() -> TestDatabase.update(
                                "update playbook_run r set due = now() + interval '1 day' where id = cast(? as uuid) and lease is null"
                                        + " and exists (select from playbook_step s where s.run_id = r.id and s.state = 'Waiting')",
                                id)
                        == 1);
        return id;
    }

    /// Of an approval that waits.
    private static Call decision(Tenancy tenant, String verb) {
        String run = run(tenant);
        String step = tenant.request().get("/v1/playbook-runs/" + run).path("steps.find { it.state == 'Waiting' }.id");
        return Call.to("/v1/playbook-runs/" + run + "/steps/" + step + "/" + verb)
                .body("{\"comment\":\"c\"}")
                .audited("playbook-run." + verb, answer -> run);
    }

    private static String secret(Tenancy tenant) {
        String name = "s" + UUID.randomUUID();
        tenant.request()
                .body(SECRET)
                .put("/v1/playbooks/secrets/" + name)
                .then()
                .statusCode(200);
        return name;
    }

    private static Call decisions(Tenancy tenant, String verb, String status) {
        String id = remediation(tenant);
        return Call.to("/v1/remediations/" + verb)
                .body("{\"ids\":[\"" + id + "\"],\"comment\":\"c\"}")
                .shows("\"status\":\"" + status + "\"")
                .audited("remediation." + verb, answer -> id);
    }

    private static String remediation(Tenancy tenant) {
        String machine = device(tenant).machineId();
        String id = UUID.randomUUID().toString();
        TestDatabase.update("""
                with i as (
                    insert into investigation (tenant_id, state, start_ticks, machine_id, triggering_alert_id, origin,
                        requestor, due, deadline)
                    values (cast(? as uuid), 'PendingApproval', 1, ?, ?, 'Alert', 'x', now() + interval '1 day',
                        now() + interval '1 day') returning tenant_id, id, machine_id)
                insert into remediation (tenant_id, id, investigation_id, machine_id, kind, target, verdict, reasons, status,
                    automatic, created_ticks, last_update_ticks, expires_at)
                select tenant_id, cast(? as uuid), id, machine_id, 'QuarantineFile', repeat('a', 40), 'Suspicious', '{}',
                    'Pending', false, 1, 1, now() + interval '1 day' from i
                """, tenant.tenant(), machine, "da" + id, id);
        return id;
    }

    private static String quarantined(Tenancy tenant) {
        String id = tenant.request()
                .body("{\"Comment\":\"c\",\"Sha1\":\"" + "a".repeat(40) + "\"}")
                .post("/api/machines/" + device(tenant).machineId() + "/StopAndQuarantineFile")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
        TestDatabase.update("update machine_action set status = 'Succeeded' where id = cast(? as uuid)", id);
        return id;
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

    /// With one action's permission alone only that action can be cancelled.
    private static Call cancel(Tenancy tenant) {
        String id = submitted(tenant, device(tenant), verb(tenant));
        return Call.to("/api/machineactions/" + id + "/cancel").body(REASON).audited("action.cancel", answer -> id);
    }

    private static Call many(Tenancy tenant) {
        return Call.to("/v1/machineactions")
                .body("""
                        {"type":"%s","comment":"c","scanType":"Quick","sha1":"%s","machineIds":["%s"]}
                        """.formatted(
                                verb(tenant), "ab".repeat(20), device(tenant).machineId()))
                .shows("\"ordered\":1")
                .audited("action.submit", answer -> answer.path("value[0].id"));
    }

    /// An action that the one permission the caller has, if it has only one, is good for.
    private static String verb(Tenancy tenant) {
        return switch (tenant.alone().orElse(Permission.MACHINE_ISOLATE)) {
            case MACHINE_SCAN -> "runAntiVirusScan";
            case MACHINE_RESTRICT_EXECUTION -> "restrictCodeExecution";
            case MACHINE_STOP_AND_QUARANTINE -> "StopAndQuarantineFile";
            case MACHINE_COLLECT_FORENSICS -> "collectInvestigationPackage";
            case MACHINE_OFFBOARD -> "offboard";
            case MACHINE_LIVE_RESPONSE -> "runliveresponse";
            default -> "isolate";
        };
    }

    /// An action an agent has taken.
    private record Taken(Agent agent, String action, String lease) {}

    private static Taken taken(Tenancy tenant, String verb) {
        Agent agent = device(tenant);
        String action = submitted(tenant, agent, verb);
        return new Taken(agent, action, agent.lease());
    }

    private static Taken collected(Tenancy tenant) {
        Taken taken = taken(tenant, "collectInvestigationPackage");
        taken.agent().upload(taken.action(), taken.lease(), "package", 0, 2, new byte[2]);
        taken.agent().report(taken.action(), taken.lease(), "Succeeded").statusCode(200);
        return taken;
    }

    private static String uploaded(Tenancy tenant) {
        String name = "w" + UUID.randomUUID() + ".ps1";
        tenant.request()
                .contentType("multipart/form-data; boundary=x")
                .body(libraryForm(name).getBytes(UTF_8))
                .post("/api/libraryfiles")
                .then()
                .statusCode(200);
        return name;
    }

    private static String libraryForm(String name) {
        return "--x\r\nContent-Disposition: form-data; name=\"File\"; filename=\"" + name
                + "\"\r\nContent-Type: application/octet-stream\r\n\r\necho\r\n--x--\r\n";
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
