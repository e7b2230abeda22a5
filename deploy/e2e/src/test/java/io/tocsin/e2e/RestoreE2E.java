package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// The database is lost under running services and comes back as it was some time before (docs/adr/024): everything
/// that
/// was backed up is there, everything that follows goes on, and whoever holds a cursor of what was lost is told so.
@EnabledIfSystemProperty(named = "tocsin.e2e.recovery", matches = "true") // make prove-restore
class RestoreE2E {

    private static final String TENANT = "7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10";
    private static final List<String> SERVICES = List.of("alert-service", "response-service", "indicator-service");
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final ObjectMapper JSON = new ObjectMapper();

    /// What tells rows apart, of everything a backup has to bring back.
    private static final Map<String, String> KEYS = Map.of(
            "alert", "id",
            "device_event", "event_id",
            "machine", "id",
            "machine_action", "id",
            "agent", "agent_id",
            "indicator", "indicator_value",
            "audit_entry", "id",
            "audit_seal", "encode(hash, 'hex')");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static final Map<String, Replica> REPLICAS = new HashMap<>();
    private static final int PORT = LocalPlatform.freePort();
    private static TestIssuer issuer;
    private static Balancer balancer;
    private static String token;
    private static Path data;
    private static TestPostgres postgres;

    @BeforeAll
    static void start() throws Exception {
        Path archive = Files.createDirectory(folder.resolve("archive"));
        data = folder.resolve("data");
        postgres = TestPostgres.start(
                data, PORT, Map.of("archive_mode", "on", "archive_command", "cp %p " + archive + "/%f"));
        postgres.migrate();
        issuer = TestIssuer.start();
        balancer = Balancer.start();
        token = issuer.sign(issuer.claims()
                .claim("tid", TENANT)
                .claim("appid", "restore")
                .claim(
                        "roles",
                        Set.of(
                                "Alert.ReadWrite.All",
                                "Event.Write",
                                "Machine.ReadWrite.All",
                                "Machine.Isolate",
                                "Ti.ReadWrite.All",
                                "Audit.Read.All",
                                "SecurityConfiguration.ReadWrite.All",
                                "Webhook.ReadWrite.All")));
        for (String service : SERVICES) {
            Replica replica = Replica.start(
                    service,
                    postgres,
                    issuer,
                    folder.resolve(service + ".log"),
                    Map.of(
                            "TOCSIN_IDENTITY_DEFAULT_TENANT",
                            TENANT,
                            "TOCSIN_TOKEN_ENDPOINT",
                            issuer.url() + "/token",
                            "TOCSIN_PEERS_ALERT_URL",
                            balancer.url(),
                            "TOCSIN_PEERS_RESPONSE_URL",
                            balancer.url(),
                            "TOCSIN_PEERS_INDICATOR_URL",
                            balancer.url(),
                            "TOCSIN_LIMITS_PROFILE",
                            "off",
                            "TOCSIN_WEBHOOKS_ALLOWED",
                            "127.0.0.1",
                            "TOCSIN_WEBHOOKS_ALLOW_HTTP",
                            "true",
                            "TOCSIN_TAXII_SETTLING",
                            "0s"));
            REPLICAS.put(service, replica);
            balancer.add(service, replica);
        }
    }

    @AfterAll
    static void stop() {
        REPLICAS.values().forEach(Replica::close);
        balancer.close();
        issuer.close();
        postgres.close();
    }

    @Test
    void shouldGoOnWithoutAGapWhenADumpIsRestoredIntoANewCluster() throws Exception {
        Path dump = Files.createDirectory(folder.resolve("dump"));
        shouldGoOnWithoutAGap(1, new Recovery() {
            @Override
            public void backUp() throws Exception {
                Backup.dump(postgres, dump);
            }

            @Override
            public void restore() throws Exception {
                Path restored = folder.resolve("restored");
                try (TestPostgres apart = TestPostgres.start(restored, LocalPlatform.freePort(), Map.of())) {
                    Backup.restore(dump, apart);
                }
                data = restored;
                postgres = TestPostgres.start(restored, PORT, Map.of());
            }
        });
        System.out.println("restored from a dump by "
                + Backup.tools().map(Path::toString).orElse("COPY, since there is no pg_dump for this server"));
    }

    @Test
    void shouldGoOnWithoutAGapWhenACopyIsRecoveredToAPointInTime() throws Exception {
        Path copy = Files.createDirectory(folder.resolve("copy"));
        Path archive = folder.resolve("archive");
        shouldGoOnWithoutAGap(101, new Recovery() {
            @Override
            public void backUp() throws Exception {
                Backup.copy(postgres, data, copy);
                try (Connection connection = postgres.asAdministrator()) {
                    Backup.column(connection, "select pg_create_restore_point('known')::text");
                    Backup.column(connection, "select pg_switch_wal()::text");
                }
            }

            @Override
            public void restore() throws Exception {
                Files.createFile(copy.resolve("recovery.signal"));
                data = copy;
                postgres = TestPostgres.start(
                        copy,
                        PORT,
                        Map.of(
                                "restore_command", "cp " + archive + "/%f %p",
                                "recovery_target_name", "known",
                                "recovery_target_action", "promote"));
                await().atMost(SOON)
                        .until(() -> value("select pg_is_in_recovery()::text").equals("false"));
            }
        });
    }

    private interface Recovery {
        void backUp() throws Exception;

        void restore() throws Exception;
    }

    /// @param host a last byte of addresses from which on ten are this test's
    private static void shouldGoOnWithoutAGap(int host, Recovery recovery) throws Exception {
        try (var target = new OtherReaders.Target()) {
            shouldGoOnWithoutAGap(host, recovery, target);
        }
    }

    private static void shouldGoOnWithoutAGap(int host, Recovery recovery, OtherReaders.Target target)
            throws Exception {
        // Given: a platform that has been running for a while
        Instant began = Instant.now();
        burn(20_000);
        String known = "198.51.100." + host;
        String waiting = "198.51.100." + (host + 1);
        String lost = "198.51.100." + (host + 2);
        String late = "198.51.100." + (host + 3);
        setIndicator(known);
        Agent agent = enrol("agent-" + host + ".corp.example");
        JsonNode snapshot = expect(200, agent.indicators(""));
        assertThat(values(snapshot)).contains(known);
        setIndicator(waiting);
        JsonNode page = expect(200, agent.indicators("?wait=20&cursor=" + cursor(snapshot)));
        assertThat(values(page)).containsExactly(waiting);
        String keptCursor = cursor(page);
        JsonNode action = expect(
                201,
                response().post("/api/machines/" + agent.machine + "/isolate", token, null, "{\"Comment\":\"c\"}"));
        String lease = expect(200, response().get("/agent/v1/actions?wait=20", agent.credential))
                .at("/value/0/leaseId")
                .asText();
        String keptAlert = alert(201, "kept-" + host);
        event("host-a-" + host, known, Instant.now());
        awaitMatched("host-a-" + host);
        Feed kept = Feed.from("from=beginning").until(keptAlert);
        String investigation = investigate(agent);
        String playbook = playbook();
        String run = run(playbook);
        var actionsKept = feed("actions", "action").until(action.path("id").asText());
        var investigationsKept = feed("investigations", "investigation").until(investigation);
        var runsKept = feed("playbook-runs", "playbookRun").until(run);
        webhook(target);
        target.awaitCreated(alert(201, "told-" + host), 1);
        target.shut();
        String heldBack = alert(201, "held-back-" + host);
        var pagesKept = OtherReaders.Taxii.after(indicators(), token, began).page(1);
        assertThat(pagesKept.values()).containsExactly(known);
        awaitReached(position(keptCursor));
        awaitReached(value("select max(change_xid) from feed_change"));
        awaitReached(value("select max(change_xid) from response_change"));
        // Given: telemetry that is stored, and not matched yet
        Set<String> backedUp;
        try (Connection holder = postgres.asAdministrator()) {
            holder.setAutoCommit(false);
            Backup.column(holder, "select consumer from event_position for update");
            event("host-b-" + host, waiting, Instant.now());
            backedUp = rows();
            recovery.backUp();
            assertThat(matched("host-b-" + host)).isEqualTo("0");
            holder.rollback();
        }

        // Given: what happens after the backup
        setIndicator(lost);
        JsonNode lostPage = expect(200, agent.indicators("?wait=20&cursor=" + keptCursor));
        assertThat(values(lostPage)).containsExactly(lost);
        String lostCursor = cursor(lostPage);
        Agent lateAgent = enrol("late-" + host + ".corp.example");
        JsonNode lostAction = expect(
                201,
                response().post("/api/machines/" + lateAgent.machine + "/isolate", token, null, "{\"Comment\":\"c\"}"));
        String lostLease = expect(200, response().get("/agent/v1/actions?wait=20", lateAgent.credential))
                .at("/value/0/leaseId")
                .asText();
        String lostAlert = alert(201, "lost-" + host);
        Feed lostFeed = kept.next().until(lostAlert);
        target.reopen();
        target.awaitCreated(lostAlert, 1);
        assertThat(target.created(heldBack)).hasSize(1);
        String lostInvestigation = investigate(lateAgent);
        String lostRun = run(playbook);
        var actionsLost = actionsKept.until(lostAction.path("id").asText());
        var investigationsLost = investigationsKept.until(lostInvestigation);
        var runsLost = runsKept.until(lostRun);
        Instant earlierDay = Instant.now().minus(Duration.ofDays(host + 2L));
        event("host-c-" + host, known, earlierDay);
        awaitMatched("host-c-" + host);
        JsonNode lostHead = awaitSealed();

        // When
        postgres.close();
        recovery.restore();
        REPLICAS.values().forEach(replica -> await().atMost(SOON).until(replica::isReady));
        burn(3_000);

        // Then: what was backed up is there, and nothing of what came after
        assertThat(rows())
                .containsAll(backedUp)
                .doesNotContain(
                        "indicator " + lost,
                        "machine_action " + lostAction.path("id").asText());

        // Then: telemetry that waited is matched, and what comes now, also for a day that was made after the backup
        awaitMatched("host-b-" + host);
        event("host-c-" + host, known, earlierDay);
        awaitMatched("host-c-" + host);
        event("host-d-" + host, known, Instant.now());
        awaitMatched("host-d-" + host);
        assertThat(matched("host-a-" + host)).as("once").isEqualTo("1");
        await("machines of telemetry that came after")
                .atMost(SOON)
                .until(() -> value("select count(*) from machine where computer_dns_name = 'host-d-" + host
                                + ".corp.example'")
                        .equals("1"));
        alert(200, "kept-" + host);
        String sentAgain = alert(201, "lost-" + host);
        await("incidents")
                .atMost(SOON)
                .until(() -> value("select count(*) from alert where incident_id is null")
                        .equals("0"));

        // Then: a cursor the backup covers goes on; one of what was lost is refused, and the snapshot is what is in
        // force
        setIndicator(late);
        assertThat(values(expect(200, agent.indicators("?wait=20&cursor=" + keptCursor))))
                .containsExactly(late);
        assertThat(expect(410, agent.indicators("?cursor=" + lostCursor))
                        .at("/error/code")
                        .asText())
                .isEqualTo("ResyncRequired");
        JsonNode again = expect(200, agent.indicators(""));
        assertThat(values(again)).contains(known, waiting, late).doesNotContain(lost);
        setIndicator(lost);
        assertThat(values(expect(200, agent.indicators("?wait=20&cursor=" + cursor(again)))))
                .containsExactly(lost);

        // Then: pages of TAXII go on behind the one that was read, and a later visit has what was added since
        var pages = pagesKept.page(1).page(1_000);
        assertThat(pages.values()).containsExactly(known, waiting, late, lost);
        String later = "198.51.100." + (host + 4);
        setIndicator(later);
        assertThat(pages.later().page(1_000).values()).containsExactly(later);

        // Then: so it is with readers of the alerts' feed
        assertThat(kept.next().until(sentAgain).created()).contains(sentAgain).doesNotContain(keptAlert);
        assertThat(expect(410, alerts().get("/v1/feeds/alerts?cursor=" + lostFeed.cursor(), token))
                        .at("/error/code")
                        .asText())
                .isEqualTo("ResyncRequired");

        // Then: reports, also of actions nobody knows any more, and agents that enrolled too late
        assertThat(report(agent, action.path("id").asText(), lease).statusCode())
                .isEqualTo(200);
        assertThat(report(lateAgent, lostAction.path("id").asText(), lostLease).statusCode())
                .isEqualTo(401);
        Agent enrolledAgain = enrol("late-" + host + ".corp.example");
        assertThat(enrolledAgain.machine).isEqualTo(lateAgent.machine);
        assertThat(report(enrolledAgain, lostAction.path("id").asText(), lostLease)
                        .statusCode())
                .isEqualTo(404);

        // Then: the feeds of what is done go on for who the backup covers, and for nobody else
        String newAction = expect(
                        201,
                        response()
                                .post(
                                        "/api/machines/" + enrolledAgain.machine + "/isolate",
                                        token,
                                        null,
                                        "{\"Comment\":\"c\"}"))
                .path("id")
                .asText();
        String newInvestigation = investigate(enrolledAgain);
        String newRun = run(playbook);
        assertThat(goesOn(actionsKept, newAction, actionsLost))
                .doesNotContain(lostAction.path("id").asText());
        // Its number is given again, so the lost one cannot be told from it.
        goesOn(investigationsKept, newInvestigation, investigationsLost);
        assertThat(goesOn(runsKept, newRun, runsLost)).doesNotContain(lostRun);

        // Then: a webhook's target is told what is new, and what it is told again has the id it had
        target.awaitCreated(sentAgain, 1);
        target.awaitCreated(heldBack, 2);
        assertThat(target.created(heldBack))
                .containsOnly(target.created(heldBack).getFirst());

        // Then: the audit goes on and holds, and shows to who kept a head what is gone
        awaitSealed();
        assertThat(verifyAudit("")).contains("holds");
        assertThat(verifyAudit(lostHead.path("seq").asText() + ":"
                        + lostHead.path("hash").asText()))
                .containsAnyOf("is gone", "rewritten");
        System.out.println(
                "epochs: "
                        + value(
                                "select string_agg(seq || ' ' || reason || ', shift ' || shift, '; ' order by seq) from feed_epoch"));
    }

    /// @param lost the same reader, told of something the backup does not have
    /// @return what it was told behind the backup
    private static List<String> goesOn(OtherReaders.Feed kept, String fresh, OtherReaders.Feed lost)
            throws IOException {
        List<String> since = kept.until(fresh).since(kept);
        assertThat(since).contains(fresh);
        assertThat(expect(410, lost.read()).at("/error/code").asText()).isEqualTo("ResyncRequired");
        return since;
    }

    private static OtherReaders.Feed feed(String name, String item) {
        return OtherReaders.Feed.of(response(), token, name, item);
    }

    private static String investigate(Agent agent) throws IOException {
        return expect(
                        201,
                        response()
                                .post(
                                        "/api/machines/" + agent.machine + "/startInvestigation",
                                        token,
                                        null,
                                        "{\"Comment\":\"c\"}"))
                .path("id")
                .asText();
    }

    /// One whose runs last longer than the test.
    private static String playbook() throws IOException {
        return expect(
                        201,
                        response()
                                .post(
                                        "/v1/playbooks",
                                        token,
                                        null,
                                        "{\"name\":\"waits\",\"definition\":{\"start\":\"wait\",\"steps\":{\"wait\":{\"type\":\"Wait\",\"duration\":\"PT1H\"}}}}"))
                .path("id")
                .asText();
    }

    private static String run(String playbook) throws IOException {
        return expect(201, response().post("/v1/playbooks/" + playbook + "/runs", token, null, "{\"input\":{}}"))
                .path("id")
                .asText();
    }

    private static void webhook(OtherReaders.Target target) throws IOException {
        expect(
                201,
                alerts().post(
                                "/v1/webhooks",
                                token,
                                null,
                                "{\"name\":\"restore\",\"kinds\":[\"Alerts\"],\"url\":\"" + target.url() + "\"}"));
    }

    private static Replica indicators() {
        return REPLICAS.get("indicator-service");
    }

    private static Replica alerts() {
        return REPLICAS.get("alert-service");
    }

    private static Replica response() {
        return REPLICAS.get("response-service");
    }

    private static void setIndicator(String address) throws IOException {
        expect(
                200,
                REPLICAS.get("indicator-service")
                        .post(
                                "/api/indicators",
                                token,
                                null,
                                "{\"indicatorValue\":\"" + address
                                        + "\",\"indicatorType\":\"IpAddress\",\"action\":\"Block\",\"title\":\"t\","
                                        + "\"description\":\"d\",\"generateAlert\":true,\"severity\":\"High\"}"));
    }

    /// The id it got.
    private static String alert(int status, String reference) throws IOException {
        return expect(
                        status,
                        alerts().post(
                                        "/v1/alerts",
                                        token,
                                        null,
                                        "{\"source\":\"restore\",\"sourceRef\":\"" + reference
                                                + "\",\"title\":\"Beacon\",\"severity\":\"High\"}"))
                .path("id")
                .asText();
    }

    /// What a reader of the alerts' feed has got so far, from where it began.
    private record Feed(Set<String> created, String cursor) {

        static Feed from(String query) throws IOException {
            HttpResponse<String> page = alerts().get("/v1/feeds/alerts?limit=5000&" + query, token);
            assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
            var created = new HashSet<String>();
            for (String line : page.body().lines().toList()) {
                JsonNode row = JSON.readTree(line);
                if (row.path("change").asText().equals("Created")) {
                    created.add(row.at("/alert/id").asText());
                }
            }
            return new Feed(
                    created, page.headers().firstValue("Tocsin-Next-Cursor").orElseThrow());
        }

        /// Behind it.
        Feed next() throws IOException {
            return from("wait=1&cursor=" + cursor);
        }

        Feed until(String alert) {
            Feed[] whole = {this};
            await("the feed tells of " + alert).atMost(SOON).until(() -> {
                if (!whole[0].created.contains(alert)) {
                    Feed more = whole[0].next();
                    more.created.addAll(whole[0].created);
                    whole[0] = more;
                }
                return whole[0].created.contains(alert);
            });
            return whole[0];
        }
    }

    private static void event(String host, String address, Instant at) throws IOException {
        JsonNode stored = expect(200, alerts().post("/v1/events", token, null, """
                        {"category":"AdvancedHunting-DeviceNetworkEvents","properties":{"Timestamp":"%s","DeviceName":"%s.corp.example","ActionType":"ConnectionSuccess","RemoteIP":"%s","RemotePort":443,"ReportId":7,"InitiatingProcessFileName":"a.exe","InitiatingProcessId":7}}""".formatted(at, host, address)));
        assertThat(stored.path("rejected").asInt(0)).as(stored.toString()).isZero();
    }

    private static void awaitMatched(String host) {
        await("telemetry of " + host + " is matched")
                .atMost(SOON)
                .until(() -> matched(host).equals("1"));
    }

    private static String matched(String host) throws SQLException {
        return value("select count(*) from alert where detection_source = 'CustomerTI' and computer_dns_name = '" + host
                + ".corp.example'");
    }

    private static Agent enrol(String name) throws IOException {
        String enrolment = expect(
                        201, response().post("/agent/v1/enrollment-tokens", token, null, "{\"expiresInSeconds\":600}"))
                .path("token")
                .asText();
        JsonNode enrolled = expect(
                201,
                response()
                        .post(
                                "/agent/v1/enroll",
                                token,
                                null,
                                "{\"token\":\"" + enrolment + "\",\"computerDnsName\":\"" + name
                                        + "\",\"osPlatform\":\"Windows11\"}"));
        return new Agent(
                enrolled.path("machineId").asText(), enrolled.path("credential").asText());
    }

    private static HttpResponse<String> report(Agent agent, String action, String lease) throws IOException {
        return response()
                .post(
                        "/agent/v1/actions/" + action + "/result",
                        agent.credential,
                        null,
                        "{\"leaseId\":\"" + lease
                                + "\",\"status\":\"Succeeded\",\"errorHResult\":0,\"message\":\"done\"}");
    }

    private record Agent(String machine, String credential) {
        HttpResponse<String> indicators(String query) throws IOException {
            return response().get("/agent/v1/indicators" + query, credential);
        }
    }

    private static String cursor(JsonNode page) {
        return page.path("cursor").asText();
    }

    private static List<String> values(JsonNode page) {
        return page.path("value").findValuesAsText("indicatorValue");
    }

    private static JsonNode expect(int status, HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode())
                .as("%s: %s", answer.uri(), answer.body())
                .isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    /// A database that has counted further than a new one will for a while.
    private static void burn(int transactions) throws SQLException {
        try (Connection connection = postgres.asAdministrator();
                var statement = connection.createStatement()) {
            statement.execute("do 'begin for i in 1.." + transactions
                    + " loop perform pg_current_xact_id(); commit; end loop; end'");
        }
    }

    /// Every row that matters, as its table and key.
    private static Set<String> rows() throws SQLException {
        var rows = new HashSet<String>();
        try (Connection connection = postgres.asAdministrator()) {
            for (var table : KEYS.entrySet()) {
                rows.addAll(Backup.column(
                        connection,
                        "select '" + table.getKey() + " ' || " + table.getValue() + " from " + table.getKey()));
            }
        }
        return rows;
    }

    private static String position(String cursor) {
        String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split("\\.");
        return parts[parts.length - 3];
    }

    /// Waits until the platform has noted that it is beyond a position, so that a backup made now covers it.
    private static void awaitReached(String position) {
        await("noted that feeds are beyond " + position)
                .atMost(SOON)
                .until(() -> value("select reached::text::numeric > " + position
                                + " from feed_epoch order by seq desc limit 1")
                        .equals("t"));
    }

    /// Waits until every row of the audit is sealed; the newest seal.
    private static JsonNode awaitSealed() throws IOException {
        await("the audit is sealed")
                .atMost(SOON)
                .until(() -> value("select count(*) from audit_entry where (change_xid, id) > "
                                + "(select last_change_xid, last_id from audit_seal order by seq desc limit 1)")
                        .equals("0"));
        return expect(200, alerts().get("/v1/audit/seals?$top=1", token)).at("/value/0");
    }

    private static String value(String sql) throws SQLException {
        try (Connection connection = postgres.asAdministrator()) {
            return Backup.column(connection, sql).getFirst();
        }
    }

    /// What the documented command prints.
    private static String verifyAudit(String head) throws IOException, InterruptedException {
        Path jar = Path.of(System.getProperty("tocsin.root"), "alert-service/target/quarkus-app/quarkus-run.jar");
        var builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dquarkus.profile=prod,verify-audit",
                        "-Dtocsin.audit.verify.tenant=" + TENANT,
                        "-jar",
                        jar.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("verify.log").toFile());
        builder.environment().putAll(Replica.environment("alert-service", postgres, issuer, 0, 0));
        if (!head.isEmpty()) {
            builder.environment().put("TOCSIN_AUDIT_VERIFY_HEAD", head);
        }
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readAllLines(folder.resolve("verify.log")).stream()
                .filter(line -> line.contains("audit of"))
                .collect(Collectors.joining("\n"));
    }
}
