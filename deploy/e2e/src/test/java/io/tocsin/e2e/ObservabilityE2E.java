package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.sun.net.httpserver.HttpServer;
import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// What an operator sees of the packaged services as they run in production: their logs, meters and traces. The
/// requests
/// come first, and the database goes last.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ObservabilityE2E {

    private static final String TENANT = "7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10";
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path ROOT =
            Path.of(System.getProperty("tocsin.root")).toAbsolutePath().normalize();
    private static final Path CHART = ROOT.resolve("deploy/helm/tocsin/files");

    /// What Prometheus and its Kubernetes discovery add to a series.
    private static final Set<String> OF_PROMETHEUS = Set.of("namespace", "job", "pod", "instance", "container");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static final Map<String, Replica> SERVICES = new LinkedHashMap<>();
    private static final Map<String, Path> LOGS = new LinkedHashMap<>();
    private static final Set<String> CANARIES = new TreeSet<>();
    private static final Set<Route> ENTRUSTED = new HashSet<>();
    private static final String JSON_TYPE = "application/json";

    private static final String[] EVERY_ROLE = {
        "Alert.ReadWrite.All",
        "CustomDetection.ReadWrite.All",
        "DeviceGroup.ReadWrite.All",
        "Incident.ReadWrite.All",
        "Library.Manage",
        "Machine.ReadWrite.All",
        "Machine.Isolate",
        "Machine.Scan",
        "Machine.RestrictExecution",
        "Machine.StopAndQuarantine",
        "Machine.CollectForensics",
        "Machine.Offboard",
        "Machine.LiveResponse",
        "SecurityConfiguration.ReadWrite.All",
        "Service.Investigate",
        "Ti.ReadWrite.All",
        "Tocsin.Service",
        "Webhook.ReadWrite.All"
    };

    /// The services of this test get no tokens, and say so.
    private static final Set<String> NO_TOKEN =
            Set.of("503 POST /agent/v1/events", "503 POST /agent/v1/indicators/match");

    /// Routes that are sent nothing that could leak.
    private static final Map<String, String> NOTHING_TO_ENTRUST = Map.of(
            "POST /agent/v1/credential", "no body",
            "POST /v1/indicators/sources/{id}/pull", "no body",
            "POST /v1/webhooks/{id}/pause", "no body",
            "POST /v1/webhooks/{id}/resume", "no body",
            "POST /v1/webhooks/{id}/test", "no body",
            "POST /v1/webhooks/{id}/dead-letters/redeliver", "no body",
            "POST /v1/webhooks/{id}/dead-letters/{letter}/redeliver", "no body");
    private static TestPostgres postgres;
    private static TestIssuer issuer;
    private static Collector collector;
    private static boolean databaseStopped;

    @BeforeAll
    static void start() {
        postgres = TestPostgres.start();
        issuer = TestIssuer.start();
        collector = Collector.start();
        String nobody = "http://127.0.0.1:" + LocalPlatform.freePort();
        start(
                "indicator-service",
                Map.of(
                        "TOCSIN_PEERS_ALERT_URL",
                        nobody,
                        "TOCSIN_PEERS_RESPONSE_URL",
                        nobody,
                        "TOCSIN_INDICATORS_SOURCES_ALLOWED",
                        "127.0.0.1",
                        "TOCSIN_INDICATORS_SOURCES_ALLOW_HTTP",
                        "true"));
        start(
                "response-service",
                Map.of(
                        "TOCSIN_PEERS_ALERT_URL",
                        nobody,
                        "TOCSIN_PEERS_INDICATOR_URL",
                        nobody,
                        "TOCSIN_PLAYBOOKS_ALLOWED",
                        "127.0.0.1",
                        "TOCSIN_PLAYBOOKS_ALLOW_HTTP",
                        "true"));
        start(
                "alert-service",
                Map.of(
                        "TOCSIN_PEERS_INDICATOR_URL",
                        url("indicator-service"),
                        "TOCSIN_PEERS_RESPONSE_URL",
                        url("response-service"),
                        "TOCSIN_WEBHOOKS_ALLOWED",
                        "127.0.0.1",
                        "TOCSIN_WEBHOOKS_ALLOW_HTTP",
                        "true",
                        "TOCSIN_TOKEN_ENDPOINT",
                        issuer.url() + "/token",
                        "TOCSIN_LIMITS_OVERRIDES",
                        "GET /api/incidents 1/min"));
    }

    private static void start(String service, Map<String, String> settings) {
        Path log = folder.resolve(service + ".log");
        LOGS.put(service, log);
        SERVICES.put(service, Replica.start(service, postgres, issuer, log, with(settings)));
    }

    private static Map<String, String> with(Map<String, String> settings) {
        var all = new HashMap<>(Map.of(
                "TOCSIN_IDENTITY_DEFAULT_TENANT", TENANT,
                "TOCSIN_OBSERVE_PAUSE", "PT1S",
                "TOCSIN_OBSERVE_TRACED", "1.0",
                "QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT", collector.url(),
                "QUARKUS_OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
                "QUARKUS_OTEL_BSP_SCHEDULE_DELAY", "PT0.2S",
                "QUARKUS_LOG_CATEGORY__IO_TOCSIN__LEVEL", "DEBUG"));
        all.putAll(settings);
        return all;
    }

    @AfterAll
    static void stop() {
        SERVICES.values().forEach(Replica::close);
        collector.close();
        issuer.close();
        if (!databaseStopped) {
            postgres.close();
        }
    }

    @Test
    @Order(1)
    void shouldLogNothingACallerEntrustedWhenRequestsSucceedAndFail() throws Exception {
        // When
        entrust();

        // Then
        for (Path log : LOGS.values()) {
            assertThat(canariesIn(log)).as("%s", log).isEmpty();
        }
    }

    /// Else the next route that takes something could be forgotten.
    @Test
    @Order(2)
    void shouldHaveEntrustedSomethingToEveryRouteThatTakesABody() throws IOException {
        List<String> missing = Route.withBodies().stream()
                .filter(route -> ENTRUSTED.stream().noneMatch(route::isThatOf))
                .map(route -> route.method() + " " + route.path())
                .toList();

        assertThat(missing)
                .as("give it a row in entrusted.txt, or a reason here")
                .containsExactlyInAnyOrderElementsOf(NOTHING_TO_ENTRUST.keySet());
    }

    /// Else the search above could pass by looking at the wrong place.
    @Test
    @Order(2)
    void shouldFindTheSecretWhenALogIsMadeToHoldIt() throws Exception {
        Path log = folder.resolve("talkative.log");
        String pattern = "%{i,Authorization}";
        try (Replica talkative = Replica.start(
                "alert-service",
                postgres,
                issuer,
                log,
                with(Map.of("QUARKUS_HTTP_ACCESS_LOG_ENABLED", "true", "QUARKUS_HTTP_ACCESS_LOG_PATTERN", pattern)))) {
            talkative.get("/api/alerts", canary("bearer-talkative"));

            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(canariesIn(log)).containsExactly(canary("bearer-talkative")));
        }
    }

    @Test
    @Order(3)
    void shouldSayInEachLineWhatItIsAboutWhenItIsRead() throws Exception {
        for (var log : LOGS.entrySet()) {
            List<JsonNode> lines = lines(log.getValue());

            assertThat(lines).allSatisfy(line -> {
                assertThat(line.get("timestamp").asText()).endsWith("Z");
                assertThat(line.get("level").asText()).isNotBlank();
                assertThat(line.get("message").asText()).isNotBlank();
                assertThat(line.get("service").asText()).isEqualTo(log.getKey());
            });
        }
        assertThat(lines(LOGS.get("indicator-service")))
                .filteredOn(line -> line.get("message").asText().startsWith("Peer does not answer"))
                .isNotEmpty()
                .allSatisfy(line -> {
                    assertThat(UUID.fromString(line.at("/mdc/requestId").asText()))
                            .isNotNull();
                    assertThat(line.at("/mdc/traceId").asText()).matches("[0-9a-f]{32}");
                });
    }

    @Test
    @Order(4)
    void shouldCountByRouteAndNotByPathWhenCallersInventPathsAndMethods() throws IOException {
        Replica alerts = SERVICES.get("alert-service");
        for (int i = 0; i < 120; i++) {
            String odd = "/odd-" + i;
            alerts.get(odd, "x");
            alerts.get("/api/machines" + odd, "x");
            alerts.get("/api/alerts" + odd + "%00", "x");
            alerts.get(odd + "/oauth2/token", "x");
            alerts.send("/api/alerts" + odd, request -> request.DELETE());
            String method = "ODD" + i;
            alerts.send("/api/alerts", request -> request.method(method, BodyPublishers.noBody()));
        }
        alerts.get("/api/incidents", token("Incident.Read.All"));
        assertThat(alerts.get("/api/incidents", token("Incident.Read.All")).statusCode())
                .isEqualTo(429);
        var agent = new Agent("polls.example");
        agent.actions(0);

        // Then
        Set<String> routes =
                Files.readAllLines(ROOT.resolve("platform/src/main/resources/io/tocsin/wire/routes.csv")).stream()
                        .map(line -> line.split(",")[2])
                        .collect(Collectors.toSet());
        Scrape scrape = scrape("alert-service");
        assertThat(scrape.values("http_server_requests_seconds_count", "uri"))
                .contains("/api/incidents", "OTHER", "/{tenant}/oauth2/token")
                .allSatisfy(uri -> assertThat(Stream.concat(
                                Stream.of("OTHER", "NOT_FOUND", "REDIRECTION", "UNKNOWN", "root"), routes.stream()))
                        .contains(uri));
        assertThat(scrape.values("http_server_requests_seconds_count", "method"))
                .contains("OTHER")
                .noneMatch(method -> method.startsWith("ODD"));
        assertThat(scrape.values("http_client_requests_seconds_count", "uri"))
                .noneMatch(uri -> uri != null && uri.contains("odd"));
        assertThat(scrape.named("http_server_requests_seconds_bucket")).isNotEmpty();
        assertThat(scrape("response-service").values("http_server_requests_seconds_count", "uri"))
                .contains("/agent/v1/enroll")
                .doesNotContain("/agent/v1/actions");
        assertThat(scrape("response-service").sum("tocsin_agents_polls_total")).isPositive();
    }

    @Test
    @Order(5)
    void shouldFollowAnActionWhenItIsAskedForAndFetchedAndReported() throws Exception {
        // Given
        var agent = new Agent("ws7.example");
        double ended = scrape("response-service").sum("tocsin_actions_ended_total");

        // When
        String action = agent.isolate();

        // Then
        untilOpen("Pending", 1);
        String lease = agent.actions(0).at("/value/0/leaseId").asText();
        untilOpen("Pending", 0);
        untilOpen("InProgress", 1);
        agent.report(action, lease);
        untilOpen("InProgress", 0);
        assertThat(scrape("response-service").sum("tocsin_actions_ended_total")).isEqualTo(ended + 1);

        // And a request that waits is seen while it does
        Thread poll = Thread.ofVirtual().start(() -> agent.actions(3));
        await().atMost(Duration.ofSeconds(3))
                .untilAsserted(() -> assertThat(scrape("response-service").sum("tocsin_agents_waiting"))
                        .isEqualTo(1));
        poll.join();
        await().untilAsserted(() -> assertThat(scrape("response-service").sum("tocsin_agents_waiting"))
                .isZero());
    }

    private static void untilOpen(String status, int count) {
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(scrape("response-service").named("tocsin_actions_open"))
                        .filteredOn(one -> one.labels().get("status").equals(status))
                        .extracting(Scrape.Series::value)
                        .containsExactly((double) count));
    }

    @Test
    @Order(6)
    void shouldFindWhatEveryRuleAndPanelAsksForWhenTheServicesAreScraped() throws IOException {
        Map<String, Scrape> scrapes = scrapes();
        Map<String, String> expressions = new LinkedHashMap<>();
        rules().forEach(rule -> expressions.put(
                "rule " + rule.get("alert").asText(), rule.get("expr").asText()));
        for (Path file : dashboards()) {
            JSON.readTree(file.toFile())
                    .findParents("expr")
                    .forEach(target -> expressions.put(
                            file.getFileName() + " " + expressions.size(),
                            target.get("expr").asText()));
        }

        assertThat(expressions).hasSizeGreaterThan(30);
        var missing = new ArrayList<String>();
        expressions.forEach((where, expression) -> PromQl.selectors(expression).stream()
                .filter(selector -> !selector.metric().equals("up"))
                .filter(selector -> !isAnswered(selector, scrapes))
                .forEach(selector -> missing.add(where + ": " + selector)));
        assertThat(missing).isEmpty();
    }

    private static boolean isAnswered(PromQl.Selector selector, Map<String, Scrape> scrapes) {
        return scrapes.entrySet().stream()
                .filter(service -> selector.matchers().stream()
                        .filter(matcher -> matcher.label().equals("job"))
                        .allMatch(matcher -> matcher.matches(service.getKey())))
                .flatMap(service -> service.getValue().named(selector.metric()).stream())
                .anyMatch(series -> selector.matchers().stream()
                        .filter(matcher -> !OF_PROMETHEUS.contains(matcher.label()))
                        .allMatch(matcher -> isClassOfAnswers(selector, matcher)
                                ? series.labels().containsKey("status")
                                : matcher.matches(series.labels().getOrDefault(matcher.label(), ""))));
    }

    /// One need not have happened; its label must be there. Our own figures have every value from the start.
    private static boolean isClassOfAnswers(PromQl.Selector selector, PromQl.Matcher matcher) {
        return selector.metric().startsWith("http_server_") && matcher.label().equals("status");
    }

    @Test
    @Order(6)
    void shouldExplainEveryRuleAndFigureWhenAnOperatorLooksItUp() throws IOException {
        List<String> alerts =
                rules().stream().map(rule -> rule.get("alert").asText()).toList();
        try (var pages = Files.list(ROOT.resolve("docs/runbooks"))) {
            assertThat(pages.map(page -> page.getFileName().toString().replace(".md", ""))
                            .filter(name -> !name.equals("README")))
                    .containsExactlyInAnyOrderElementsOf(alerts);
        }
        assertThat(rules()).allSatisfy(rule -> {
            assertThat(rule.at("/annotations/summary").asText()).isNotBlank();
            assertThat(rule.at("/annotations/runbook").asText())
                    .isEqualTo("docs/runbooks/" + rule.get("alert").asText() + ".md");
        });
        String page = Files.readString(ROOT.resolve("docs/observability.md"));
        Set<String> figures = scrapes().values().stream()
                .flatMap(scrape -> scrape.series().stream())
                .map(Scrape.Series::name)
                .filter(name -> name.startsWith("tocsin_"))
                .map(name -> name.replaceAll("_(count|sum|max|bucket)$", ""))
                .collect(Collectors.toSet());
        assertThat(figures)
                .hasSizeGreaterThan(25)
                .allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
    }

    @Test
    @Order(6)
    void shouldShowOneTraceOfBothServicesWhenARequestIsHandedOn() throws IOException {
        SERVICES.get("alert-service")
                .send(
                        "/API/Machines?$filter=computerDnsName%20eq%20'" + canary("traced") + "'",
                        request -> request.header("Authorization", "Bearer " + token("Machine.Read.All"))
                                .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01"));

        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(List.of("alert-service", "response-service"))
                        .allMatch(service -> collector.hasTraceOf(service, TRACE)));
        assertThat(CANARIES).noneMatch(collector.everything()::contains);
        assertThat(collector.everything())
                .contains("/agent/v1/actions/")
                .doesNotContainPattern("/agent/v1/actions(?!/)");
    }

    @Test
    @Order(9)
    void shouldSayWhoseRequestItWasAndWhatIsMissingWhenTheDatabaseIsGone() throws Exception {
        // When
        postgres.close();
        databaseStopped = true;
        HttpResponse<String> refused = SERVICES.get("alert-service").get("/api/alerts", token("Alert.Read.All"));

        // Then
        assertThat(refused.statusCode()).isEqualTo(503);
        String id = JSON.readTree(refused.body()).at("/error/target").asText();
        assertThat(lines(LOGS.get("alert-service")))
                .filteredOn(line -> line.at("/mdc/requestId").asText().equals(id))
                .isNotEmpty()
                .anySatisfy(line -> {
                    assertThat(line.at("/mdc/tenant").asText()).isEqualTo(TENANT);
                    assertThat(line.at("/mdc/traceId").asText()).matches("[0-9a-f]{32}");
                });
        JsonNode ready = JSON.readTree(SERVICES.get("alert-service").managed("/q/health/ready"));
        assertThat(ready.get("status").asText()).isEqualTo("DOWN");
        assertThat(ready.get("checks"))
                .anySatisfy(
                        check -> assertThat(check.at("/data/reason").asText()).isEqualTo("PostgreSQL does not answer"));
        assertThat(JSON.readTree(SERVICES.get("alert-service").managed("/q/health/live"))
                        .get("status")
                        .asText())
                .isEqualTo("UP");
        assertThat(canariesIn(LOGS.get("alert-service"))).isEmpty();
    }

    /// Sends something secret or private in every place a caller can put it, where it is taken and where it is refused.
    private static void entrust() throws Exception {
        Replica alerts = SERVICES.get("alert-service");
        Replica responses = SERVICES.get("response-service");
        Replica indicators = SERVICES.get("indicator-service");
        for (String form : List.of(
                "grant_type=client_credentials&client_id=partner&client_secret=" + canary("secret"),
                "grant_type=password&password=" + canary("password"),
                "%zz" + canary("broken-form"))) {
            for (String path : List.of("/oauth2/token", "/oauth2/v2.0/token")) {
                write(alerts, "POST", "/" + TENANT + path, "", "application/x-www-form-urlencoded", form);
            }
        }
        String token = token("Alert.ReadWrite.All", "Event.Write");
        CANARIES.add(token.substring(token.lastIndexOf('.') + 1));
        alerts.get("/api/alerts", canary("bearer"));
        alerts.get("/api/alerts", token.substring(0, token.lastIndexOf('.')) + "." + canary("signature"));
        String alert = JSON.readTree(post(
                                alerts,
                                "/v1/alerts",
                                token,
                                null,
                                "{\"source\":\"e2e\",\"sourceRef\":\"1\",\"title\":\"t\",\"severity\":\"High\",\"description\":\""
                                        + canary("description") + "\"}")
                        .body())
                .get("id")
                .asText();
        for (String body : List.of(
                "{\"source\":\"e2e\",\"sourceRef\":\"2\",\"title\":\"t\",\"severity\":\"" + canary("severity") + "\"}",
                "{\"source\":\"e2e\",\"sourceRef\":\"3\",\"title\":\"" + canary("nul")
                        + "\\u0000\",\"severity\":\"High\"}",
                "{\"source\":" + canary("not-json") + "}",
                "[" + canary("array"))) {
            post(alerts, "/v1/alerts", token, null, body);
        }
        write(alerts, "PATCH", "/api/alerts/" + alert, token, JSON_TYPE, "{\"comment\":\"" + canary("comment") + "\"}");
        alerts.get("/api/alerts?$filter=title%20eq%20'" + canary("filter") + "'%20oops", token);
        post(alerts, "/v1/events", token, null, "{\"CommandLine\":\"" + canary("event") + "\"}\n" + canary("line"));
        entrustAnalysts(alert);

        var agent = new Agent("ws6.example");
        responses.get("/agent/v1/actions", agent.credential() + canary("credential"));
        post(
                responses,
                "/agent/v1/enroll",
                "x",
                null,
                "{\"token\":\"" + canary("enrolment") + "\",\"computerDnsName\":\"a\"}");
        post(responses, "/agent/v1/enroll", "x", null, "{\"token\":" + canary("enrolment-broken"));
        String action = agent.isolate(canary("action-comment"));
        agent.report(action, agent.actions(0).at("/value/0/leaseId").asText());

        String ti = token("Ti.ReadWrite.All");
        for (String value :
                List.of(canary("indicator") + ".example", canary("indicator") + "\\u0000", "\\\"" + canary("quoted"))) {
            post(
                    indicators,
                    "/api/indicators",
                    ti,
                    null,
                    "{\"indicatorValue\":\"" + value
                            + "\",\"indicatorType\":\"DomainName\",\"action\":\"Block\",\"title\":\"t\",\"description\":\""
                            + canary("indicator-description") + "\"}");
            post(
                    indicators,
                    "/v1/indicators/match",
                    ti,
                    null,
                    "{\"values\":[{\"type\":\"DomainName\",\"value\":\"" + value + "\"}]}");
        }
        indicators.get("/api/alerts?$filter=title%20eq%20'" + canary("forwarded") + "'", canary("forwarded-bearer"));
        entrustTheRest(alert, agent, action);
        entrustWebhooks();
        entrustPartners();
    }

    /// A call of a playbook and the fetching of a list, each with its secret: to somebody who answers in his own words,
    /// well and badly, and to nobody.
    private static void entrustPartners() throws Exception {
        Replica responses = SERVICES.get("response-service");
        String token = token(EVERY_ROLE);
        String secret = canary("playbook-secret");
        String login = canary("list-login");
        Set<String> arrived = ConcurrentHashMap.newKeySet();
        HttpServer partner = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String answer = canary("partner-answer");
        partner.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            arrived.addAll(exchange.getRequestHeaders().getOrDefault("X-Key", List.of()));
            arrived.addAll(exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
            byte[] text = ("{\"said\": \"" + answer + "\"}\n").getBytes(StandardCharsets.UTF_8);
            int status = exchange.getRequestURI().getPath().startsWith("/well") ? 200 : 500;
            exchange.sendResponseHeaders(status, text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        partner.start();
        try {
            assertThat(write(
                                    responses,
                                    "PUT",
                                    "/v1/playbooks/secrets/partner",
                                    token,
                                    JSON_TYPE,
                                    "{\"host\":\"127.0.0.1\",\"value\":\"" + secret + "\"}")
                            .statusCode())
                    .isEqualTo(200);
            String there = "http://127.0.0.1:" + partner.getAddress().getPort();
            String nobody = "http://127.0.0.1:" + LocalPlatform.freePort();
            int number = 0;
            for (String url : List.of(there + "/well", there + "/badly", nobody + "/")) {
                number++;
                call(token, url + "?key=" + canary("call-query-" + number));
                fetch(token, number, url + "?key=" + canary("list-query-" + number), login);
            }
            // A secret that is named and is not there is said by its name.
            call(token, there + "/well", canary("no-secret"));
        } finally {
            partner.stop(0);
        }
        assertThat(arrived).as("the secrets went where they belong").contains(secret, "Bearer " + login);
    }

    private static void call(String token, String url) throws IOException {
        call(token, url, "partner");
    }

    /// Runs a playbook that calls somebody, to its end.
    private static void call(String token, String url, String secret) throws IOException {
        Replica responses = SERVICES.get("response-service");
        String playbook = JSON.readTree(post(responses, "/v1/playbooks", token, null, """
                                {"name":"%s","definition":{"start":"call","steps":{"call":{"type":"Http","method":"POST","url":"%s",
                                "timeout":"PT5S","headers":{"X-Key":"${secret.%s}"},"body":{"text":"%s"}}}}}""".formatted(
                                        UUID.randomUUID(), url, secret, canary("call-body")))
                        .body())
                .path("id")
                .asText();
        String run = JSON.readTree(post(
                                responses,
                                "/v1/playbooks/" + playbook + "/runs",
                                token,
                                null,
                                "{\"input\":{\"note\":\"" + canary("run-input") + "\"}}")
                        .body())
                .path("id")
                .asText();
        assertThat(run).isNotEmpty();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !JSON.readTree(
                                responses.get("/v1/playbook-runs/" + run, token).body())
                        .at("/run/state")
                        .asText()
                        .equals("Running"));
    }

    private static void fetch(String token, int number, String url, String login) throws IOException {
        Replica indicators = SERVICES.get("indicator-service");
        HttpResponse<String> made = post(
                indicators,
                "/v1/indicators/sources",
                token,
                null,
                "{\"name\":\"partner-" + number + "\",\"kind\":\"Lines\",\"url\":\"" + url
                        + "\",\"indicatorType\":\"DomainName\",\"action\":\"Block\",\"every\":86400,"
                        + "\"login\":{\"kind\":\"Bearer\",\"secret\":\"" + login + "\"}}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        String runs = "/v1/indicators/sources/"
                + JSON.readTree(made.body()).path("id").asText() + "/runs";
        await().atMost(Duration.ofSeconds(60))
                .until(() -> JSON.readTree(indicators.get(runs, token).body())
                        .at("/value/0")
                        .hasNonNull("ended"));
    }

    /// What the people of a security team write: rules, mappings, queries, how incidents belong together.
    private static void entrustAnalysts(String alert) throws IOException {
        Replica alerts = SERVICES.get("alert-service");
        String token = token(
                "Alert.ReadWrite.All",
                "Incident.ReadWrite.All",
                "CustomDetection.ReadWrite.All",
                "AdvancedHunting.Read.All");
        var taken = new ArrayList<Integer>();
        for (String body : List.of(
                "{\"source\":\"walk\",\"properties\":{\"sourceRef\":{\"pointer\":\"/" + canary("mapping-pointer")
                        + "\"},\"title\":{\"default\":\"" + canary("mapping")
                        + "\"},\"severity\":{\"default\":\"Low\"}}}",
                "{\"source\":\"walk\",\"properties\":{\"" + canary("mapping-property") + "\":{\"default\":\"t\"}}}",
                "{\"source\":" + canary("mapping-broken"))) {
            taken.add(write(alerts, "PUT", "/v1/alert-mappings/canaries", token, JSON_TYPE, body)
                    .statusCode());
        }
        post(alerts, "/v1/alert-mappings/canaries/test", token, null, "{\"id\":\"" + canary("mapped-event") + "\"}");
        post(alerts, "/v1/alerts?mapping=canaries", token, null, "{\"id\":\"" + canary("mapped-alert") + "\"}");
        for (String rule : List.of(
                "title: " + canary("rule-title")
                        + "\nlogsource:\n  category: process_creation\ndetection:\n  selection:\n"
                        + "    CommandLine|contains: " + canary("rule-value") + "\n  condition: selection\n",
                "title: t\nlogsource:\n  category: process_creation\ndetection:\n  selection:\n    CommandLine|re: '("
                        + canary("rule-pattern") + "'\n  condition: selection\n",
                "title: [" + canary("rule-broken"))) {
            taken.add(write(alerts, "POST", "/v1/detections", token, "application/yaml", rule)
                    .statusCode());
            post(
                    alerts,
                    "/v1/detections/dry-run",
                    token,
                    null,
                    JSON.createObjectNode().put("rule", rule).toString());
        }
        for (String path : List.of(
                "/v1/feeds/alerts?$filter=title%20eq%20'" + canary("feed-filter") + "'",
                "/v1/feeds/alerts?$filter=title%20eq%20'" + canary("feed-broken") + "'%20oops",
                "/v1/feeds/alerts?cursor=" + canary("feed-cursor"),
                "/v1/feeds/events?$filter=deviceName%20eq%20'" + canary("feed-device") + "'",
                "/v1/alerts/" + alert + "/story?timeline=" + canary("story"),
                "/v1/alerts/" + alert + "/story/processes?machineId=" + canary("story-machine") + "&root=1:1",
                "/v1/incidents/1/story?timeline=" + canary("incident-story"))) {
            taken.add(alerts.get(path, token).statusCode());
        }
        assertThat(taken)
                .as("some are taken, some refused")
                .contains(200, 201, 400)
                .doesNotContain(401, 403, 500);
        String ids = "{\"alertIds\":[\"" + alert + "\",\"" + canary("moved-alert") + "\"],\"incidentName\":\""
                + canary("incident-name") + "\"}";
        post(alerts, "/v1/incidents", token, null, ids);
        post(alerts, "/v1/incidents/1/alerts", token, null, ids);
        post(alerts, "/v1/incidents/1/merge", token, null, "{\"incidentIds\":[\"" + canary("merged") + "\"]}");
        write(
                alerts,
                "PATCH",
                "/api/incidents/1",
                token,
                JSON_TYPE,
                "{\"comment\":\"" + canary("incident-comment") + "\"}");
    }

    /// What the other routes take, told by their own table; each body once whole, and once broken off.
    private static void entrustTheRest(String alert, Agent agent, String action) throws IOException {
        Replica responses = SERVICES.get("response-service");
        String token = token(EVERY_ROLE);
        String rule = JSON.readTree(SERVICES.get("alert-service")
                        .get("/v1/detections", token)
                        .body())
                .at("/value/0/id")
                .asText();
        String indicator = JSON.readTree(SERVICES.get("indicator-service")
                        .get("/api/indicators", token)
                        .body())
                .at("/value/0/id")
                .asText();
        String group = JSON.readTree(post(
                                responses,
                                "/v1/device-groups",
                                token,
                                null,
                                "{\"deviceGroupName\":\"" + canary("group")
                                        + "\",\"deviceGroupRules\":{\"devicesNamesConditions\":[{\"condition\":\"Equals\",\"value\":\""
                                        + canary("group-rule") + "\"}]}}")
                        .body())
                .get("id")
                .asText();
        assertThat(List.of(rule, indicator, group)).doesNotContain("");
        Map<String, String> ids = Map.of(
                "{alert}", alert,
                "{rule}", rule,
                "{indicator}", indicator,
                "{group}", group,
                "{machine}", agent.machineId,
                "{action}", action,
                "{any}", UUID.randomUUID().toString());
        var taken = new ArrayList<String>();
        int row = 0;
        for (String line :
                Files.readAllLines(ROOT.resolve("deploy/e2e/src/test/resources/io/tocsin/e2e/entrusted.txt"))) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.split(" ", 5);
            String path = parts[2];
            for (var id : ids.entrySet()) {
                path = path.replace(id.getKey(), id.getValue());
            }
            String body = parts[4].replace("\\n", "\r\n");
            for (var id : ids.entrySet()) {
                body = body.replace(id.getKey(), id.getValue());
            }
            body = body.replace("CANARY", canary("row-" + ++row));
            String bearer =
                    path.startsWith("/agent/v1/") && !path.contains("/enrollment-tokens") ? agent.credential() : token;
            String broken = body.substring(0, body.lastIndexOf("-7f3a") + 5);
            // A form that breaks off is 500, which is wrong: the parser's IOException is nobody's problem yet.
            for (String each : parts[3].startsWith("multipart/") ? List.of(body) : List.of(body, broken)) {
                int status = write(SERVICES.get(parts[0]), parts[1], path, bearer, parts[3], each)
                        .statusCode();
                taken.add(status + " " + parts[1] + " " + path);
            }
        }
        assertThat(taken)
                .as("allowed, and no fault")
                .noneMatch(answer -> answer.matches("(401|403|405|415|5..) .*") && !NO_TOKEN.contains(answer))
                .anyMatch(answer -> answer.startsWith("200 "))
                .anyMatch(answer -> answer.startsWith("201 "))
                .anyMatch(answer -> answer.startsWith("400 "));
        entrustFiles(agent, token);
    }

    /// An agent's answers to what it fetched: a command of a live response, the bytes of a package.
    private static void entrustFiles(Agent agent, String token) throws IOException {
        Replica responses = SERVICES.get("response-service");
        JsonNode fetched = agent.actions(0).path("value");
        assertThat(fetched).isNotEmpty();
        var taken = new ArrayList<Integer>();
        for (JsonNode one : fetched) {
            String path = "/agent/v1/actions/" + one.path("id").asText();
            String lease = one.path("leaseId").asText();
            String bytes = canary("package");
            taken.add(write(
                            responses,
                            "PUT",
                            path + "/files/package?at=0&size=" + bytes.length() + "&leaseId=" + lease,
                            agent.credential(),
                            "application/octet-stream",
                            bytes)
                    .statusCode());
            taken.add(post(
                            responses,
                            path + "/commands/0",
                            agent.credential(),
                            null,
                            "{\"leaseId\":\"" + lease + "\",\"status\":\"Failed\",\"errors\":[\""
                                    + canary("command-error") + "\"]}")
                    .statusCode());
        }
        assertThat(taken).as("package and command are taken").contains(200).noneMatch(status -> status >= 500);
        for (String status : List.of("Pending", "InProgress")) {
            JsonNode open = JSON.readTree(responses
                            .get("/api/machineactions?$filter=status%20eq%20'" + status + "'", token)
                            .body())
                    .path("value");
            for (JsonNode one : open) {
                post(
                        responses,
                        "/api/machineactions/" + one.path("id").asText() + "/cancel",
                        token,
                        null,
                        "{\"Comment\":\"" + canary("cancel") + "\"}");
            }
        }
    }

    /// One whose target refuses connections: the failures are told without its address, and its secrets never.
    private static void entrustWebhooks() throws IOException {
        Replica alerts = SERVICES.get("alert-service");
        String token = token(EVERY_ROLE);
        String url = "http://127.0.0.1:" + LocalPlatform.freePort() + "/" + canary("hook-path") + "?key="
                + canary("hook-key");
        JsonNode made = JSON.readTree(post(
                        alerts,
                        "/v1/webhooks",
                        token,
                        null,
                        "{\"name\":\"" + canary("hook-name")
                                + "\",\"kinds\":[\"Alerts\"],\"from\":\"beginning\",\"url\":\"" + url
                                + "\",\"alertFilter\":\"id ne '" + canary("hook-filter") + "'\"}")
                .body());
        String id = made.path("id").asText();
        CANARIES.add(made.path("secret").asText());
        String path = "/v1/webhooks/" + id;
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(alerts.get(path, token).body())
                        .contains("lastError")
                        .doesNotContain("\"lastError\":null"));
        write(alerts, "PATCH", path, token, JSON_TYPE, "{\"name\":\"" + canary("hook-renamed") + "\"}");
        for (String bad :
                List.of("file:///" + canary("hook-bad"), "http://u:" + canary("hook-password") + "@h.example/")) {
            write(alerts, "PATCH", path, token, JSON_TYPE, "{\"url\":\"" + bad + "\"}");
        }
        alerts.post(path + "/test", token, null, "");
        post(alerts, path + "/replay", token, null, "{\"from\":\"" + canary("hook-replay") + "\"}");
        JsonNode rotated = JSON.readTree(alerts.post(path + "/secret", token, null, "{\"overlapHours\":1}")
                .body());
        assertThat(List.of(made.path("secret").asText(), rotated.path("secret").asText()))
                .doesNotHaveDuplicates()
                .doesNotContain("");
        CANARIES.add(rotated.path("secret").asText());
        post(alerts, path + "/secret", token, null, "{\"overlapHours\":\"" + canary("hook-overlap") + "\"}");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(scrape("alert-service").sum("tocsin_webhooks_requests_total"))
                        .isPositive());
        assertThat(alerts.send(
                                path,
                                request -> request.header("Authorization", "Bearer " + token)
                                        .DELETE())
                        .statusCode())
                .isEqualTo(204);
    }

    private static HttpResponse<String> post(Replica service, String path, String token, String key, String body)
            throws IOException {
        note(service, "POST", path, body);
        return service.post(path, token, key, body);
    }

    private static HttpResponse<String> write(
            Replica service, String method, String path, String token, String type, String body) throws IOException {
        note(service, method, path, body);
        return service.send(path, request -> {
            if (!token.isEmpty()) {
                request.header("Authorization", "Bearer " + token);
            }
            return request.header("Content-Type", type).method(method, BodyPublishers.ofString(body));
        });
    }

    private static void note(Replica service, String method, String path, String body) {
        if (CANARIES.stream().anyMatch(body::contains)) {
            String name = SERVICES.entrySet().stream()
                    .filter(one -> one.getValue() == service)
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow();
            ENTRUSTED.add(new Route(name, method, path.replaceFirst("\\?.*", "")));
        }
    }

    /// A row of the table of routes, or a request to one.
    private record Route(String service, String method, String path) {

        static List<Route> withBodies() throws IOException {
            return Files.readAllLines(ROOT.resolve("platform/src/main/resources/io/tocsin/wire/routes.csv")).stream()
                    .skip(1)
                    .map(line -> line.split(","))
                    .map(row -> new Route(row[0], row[1], row[2]))
                    .filter(route -> Set.of("POST", "PUT", "PATCH").contains(route.method))
                    .toList();
        }

        boolean isThatOf(Route request) {
            return service.equals(request.service)
                    && method.equals(request.method)
                    && request.path.matches(
                            Stream.of(path.split("/")).map(Route::pattern).collect(Collectors.joining("/")));
        }

        private static String pattern(String segment) {
            return segment.startsWith("{") ? "[^/]+" : Pattern.quote(segment);
        }
    }

    private static String canary(String place) {
        String canary = "canary-" + place + "-7f3a";
        CANARIES.add(canary);
        return canary;
    }

    private static List<String> canariesIn(Path log) throws IOException {
        String text = Files.readString(log);
        assertThat(text).isNotBlank();
        return CANARIES.stream().filter(text::contains).toList();
    }

    /// Lines of the JVM before the log manager is there are not the service's.
    private static List<JsonNode> lines(Path log) throws IOException {
        var lines = new ArrayList<JsonNode>();
        for (String line : Files.readAllLines(log)) {
            if (!line.startsWith("WARNING:")) {
                lines.add(JSON.readTree(line));
            }
        }
        assertThat(lines).isNotEmpty();
        return lines;
    }

    private static List<JsonNode> rules() throws IOException {
        var rules = new ArrayList<JsonNode>();
        JsonNode file = new ObjectMapper(new YAMLFactory())
                .readTree(CHART.resolve("rules.yaml").toFile());
        file.get("groups").forEach(group -> group.get("rules").forEach(rules::add));
        return rules;
    }

    private static List<Path> dashboards() throws IOException {
        try (var files = Files.list(CHART.resolve("dashboards"))) {
            return files.sorted().toList();
        }
    }

    private static Map<String, Scrape> scrapes() {
        var scrapes = new LinkedHashMap<String, Scrape>();
        SERVICES.keySet().forEach(service -> scrapes.put(service, scrape(service)));
        return scrapes;
    }

    private static Scrape scrape(String service) {
        try {
            return Scrape.of(SERVICES.get(service).managed("/q/metrics"));
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    private static String url(String service) {
        return "http://127.0.0.1:" + SERVICES.get(service).port();
    }

    private static String token(String... roles) {
        return issuer.sign(
                issuer.claims().claim("tid", TENANT).claim("appid", "e2e").claim("roles", Set.of(roles)));
    }

    /// An enrolled machine.
    private static final class Agent {

        private final Replica responses = SERVICES.get("response-service");
        private final String machineId;
        private final String credential;

        Agent(String name) throws IOException {
            String token = JSON.readTree(responses
                            .post("/agent/v1/enrollment-tokens", token("Machine.ReadWrite.All"), null, "{}")
                            .body())
                    .get("token")
                    .asText();
            JsonNode enrolled = JSON.readTree(responses
                    .post(
                            "/agent/v1/enroll",
                            "none",
                            null,
                            "{\"token\":\"" + token + "\",\"computerDnsName\":\"" + name
                                    + "\",\"osPlatform\":\"Windows11\",\"osBuild\":22631,\"ipAddresses\":[]}")
                    .body());
            machineId = enrolled.get("machineId").asText();
            credential = enrolled.get("credential").asText();
            CANARIES.add(token);
            CANARIES.add(credential.substring(credential.lastIndexOf('.') + 1));
        }

        String credential() {
            return credential;
        }

        JsonNode actions(int wait) {
            try {
                return JSON.readTree(responses
                        .get("/agent/v1/actions?wait=" + wait, credential)
                        .body());
            } catch (IOException failed) {
                throw new java.io.UncheckedIOException(failed);
            }
        }

        String isolate() throws IOException {
            return isolate("c");
        }

        String isolate(String comment) throws IOException {
            return JSON.readTree(post(
                                    responses,
                                    "/api/machines/" + machineId + "/isolate",
                                    token("Machine.Isolate"),
                                    null,
                                    "{\"Comment\":\"" + comment + "\",\"IsolationType\":\"Full\"}")
                            .body())
                    .get("id")
                    .asText();
        }

        void report(String action, String lease) throws IOException {
            HttpResponse<String> reported = post(
                    responses,
                    "/agent/v1/actions/" + action + "/result",
                    credential,
                    null,
                    "{\"leaseId\":\"" + lease + "\",\"status\":\"Succeeded\",\"errorHResult\":0,\"message\":\""
                            + canary("result") + "\"}");
            assertThat(reported.statusCode()).as(reported.body()).isEqualTo(200);
        }
    }
}
