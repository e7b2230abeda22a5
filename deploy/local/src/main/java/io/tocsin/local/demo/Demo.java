package io.tocsin.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// Plays an attack through the platform as partners, an endpoint and an analyst would, and checks each step.
///
/// May be run again on the same platform: what it sends carries the name of the run where two runs must not be one.
public final class Demo implements AutoCloseable {

    private static final String AUDIENCE = "https://api.securitycenter.microsoft.com";
    private static final String SENSOR = "suricata-edge";
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int LINES_A_REQUEST = 1_000;

    private final Settings settings;
    private final Recording recording;
    private final Lead lead;
    private final String runName =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    private final Consumer<String> out;
    private final Steps steps;
    private final Api anonymous;

    private Api partner;
    private @Nullable DemoAgent agent;
    private String alertId = "";
    private String indicatorAlertId = "";

    private Demo(Settings settings, Recording recording, Consumer<String> out) {
        this.settings = settings;
        this.recording = recording;
        this.lead = Lead.in(recording);
        this.out = out;
        this.steps = new Steps(out);
        this.anonymous = Api.at(settings.url());
        this.partner = anonymous;
    }

    public static void main(String[] arguments) {
        Consumer<String> out = line -> {
            System.out.println(line);
            System.out.flush();
        };
        System.exit(run(List.of(arguments), out));
    }

    private static int run(List<String> arguments, Consumer<String> out) {
        try {
            var file = dataFile(arguments);
            if (file.isPresent() && !Files.isReadable(file.get())) {
                throw new DemoFailure("there is no file " + file.get() + " to play");
            }
            var recording = file.isPresent()
                    ? Recording.read(file.get())
                    : Recording.sample(Instant.now().minusSeconds(20));
            try (var demo = new Demo(Settings.ofEnvironment(), recording, out)) {
                return demo.play() ? 0 : 1;
            }
        } catch (DemoFailure e) {
            out.accept("The demo cannot be played: " + e.getMessage());
        } catch (IOException e) {
            out.accept("The demo cannot be played: " + e);
        }
        return 1;
    }

    private static Optional<Path> dataFile(List<String> arguments) {
        if (arguments.isEmpty()) {
            return Optional.empty();
        }
        if (arguments.size() == 2 && arguments.getFirst().equals("--data")) {
            return Optional.of(Path.of(arguments.getLast()));
        }
        throw new DemoFailure("usage: deploy/local/demo [--data FILE]   FILE is NDJSON or JSON, also .gz or in a .zip");
    }

    private boolean play() {
        out.accept("Playing %s: %d lines, %d of Sysmon, from %s"
                .formatted(
                        recording.name(),
                        recording.lines().size(),
                        recording.events().size(),
                        String.join(", ", recording.hosts())));
        out.accept("The lead: %s (%s) on %s, and %s which %s contacted"
                .formatted(
                        lead.process().fileName(),
                        lead.process().text("ProcessId"),
                        lead.host(),
                        lead.address(),
                        lead.connection().fileName()));
        try {
            steps.step("A partner gets tokens", this::getTokens);
            steps.step("The partner blocks an address", this::createIndicator);
            steps.step("An endpoint enrols", this::enrol);
            steps.step("Telemetry arrives", this::sendTelemetry);
            steps.step("The machines are known", this::seeMachines);
            steps.step("A network sensor raises an alert", this::raiseAlert);
            steps.step("The indicator raises an alert, in the same incident", this::seeIndicatorAlert);
            steps.step("The story is told", this::tellStory);
            steps.step("The machine is isolated", this::isolate);
            steps.step("The endpoint knows the block", this::seeBlockOnEndpoint);
            steps.step("The alert is resolved", this::resolve);
        } catch (DemoFailure e) {
            steps.printSummary();
            out.accept("");
            out.accept("The demo stopped here: " + e.getMessage());
            return false;
        }
        steps.printSummary();
        out.accept("");
        out.accept("Every step held.");
        return true;
    }

    private String getTokens() {
        var tenant = settings.tenant();
        var v2 = Map.of("scope", AUDIENCE + "/.default");
        partner = anonymous.with(
                token(anonymous, "/" + tenant + "/oauth2/v2.0/token", settings.clientId(), settings.secret(), v2));
        token(
                settings.overTls(),
                "/" + tenant + "/oauth2/token",
                settings.clientId(),
                settings.secret(),
                Map.of("resource", AUDIENCE));
        var reader = anonymous.with(token(
                anonymous, "/" + tenant + "/oauth2/v2.0/token", settings.readerId(), settings.readerSecret(), v2));
        tell("the v2 form, the v1 form over TLS, and one for a client that may only read");

        reader.get("/api/alerts?$top=1").expect(200);
        var refused = reader.post("/api/indicators", indicator());
        refused.expect(403);
        tell("the reader may list alerts and is refused when it writes: " + refused.errorCode());
        return "three tokens, and permissions that hold";
    }

    private static String token(Api api, String path, String client, String secret, Map<String, String> target) {
        var form = new LinkedHashMap<>(target);
        form.put("grant_type", "client_credentials");
        form.put("client_id", client);
        form.put("client_secret", secret);
        var answer = api.postForm(path, form).expect(200);
        var token = answer.path("access_token").asText();
        if (token.isEmpty() || !answer.path("token_type").asText().equalsIgnoreCase("Bearer")) {
            throw new DemoFailure("a bearer token from " + path, String.join(", ", names(answer)));
        }
        return token;
    }

    private String createIndicator() {
        var created = partner.post("/api/indicators", indicator()).expect(200);
        expectText("the indicator's value", lead.address(), created.path("indicatorValue"));
        expectText("the indicator's action", "Block", created.path("action"));
        return "indicator %s blocks %s and raises an alert"
                .formatted(created.path("id").asText(), lead.address());
    }

    private Map<String, Object> indicator() {
        return Map.of(
                "indicatorValue", lead.address(),
                "indicatorType", "IpAddress",
                "action", "Block",
                "title", "Known command and control " + lead.address() + " (demo " + runName + ")",
                "description", "Seen by the demo's threat intelligence",
                "severity", "High",
                "generateAlert", true,
                "application", "tocsin-demo",
                "recommendedActions", "Isolate the machine and look at the process that connected");
    }

    private String enrol() {
        // When an answer got lost on the way the token is used up, and another one is asked for.
        var enrolment = Pause.until(
                SOON,
                "the endpoint to be enrolled",
                () -> Optional.of(DemoAgent.enrol(anonymous, enrolmentToken(), lead.host()))
                        .filter(answer -> answer.status() != 401),
                () -> "401: the token is refused");
        agent = DemoAgent.of(anonymous, enrolment, line -> out.accept("     ▸ agent on " + lead.host() + " " + line));
        return "%s is machine %s".formatted(lead.host(), agent().machineId());
    }

    private String enrolmentToken() {
        return partner.post("/agent/v1/enrollment-tokens", Map.of("expiresInSeconds", 600))
                .expect(201)
                .path("token")
                .asText();
    }

    private String sendTelemetry() {
        var lines = recording.lines();
        var counts = new LinkedHashMap<String, Long>();
        for (var from = 0; from < lines.size(); from += LINES_A_REQUEST) {
            var part = lines.subList(from, Math.min(lines.size(), from + LINES_A_REQUEST));
            var answer = partner.postGzip("/v1/events", gzip(part)).expect(200);
            for (var count : List.of("received", "stored", "duplicates", "skipped", "failed")) {
                counts.merge(count, answer.path(count).asLong(), Long::sum);
            }
            if (answer.path("received").asInt() != part.size()
                    || answer.path("failed").asInt() != 0) {
                throw new DemoFailure(part.size() + " lines received and none failed", answer.toString());
            }
        }
        if (counts.getOrDefault("stored", 0L) + counts.getOrDefault("duplicates", 0L) == 0) {
            throw new DemoFailure("events to be stored", counts.toString());
        }
        return counts.entrySet().stream()
                .map(count -> count.getValue() + " " + count.getKey())
                .collect(Collectors.joining(", "));
    }

    private String seeMachines() {
        for (var host : recording.hosts()) {
            var machine = Pause.until(
                    SOON,
                    host + " to be listed by /api/machines",
                    () -> machines().stream()
                            .filter(known ->
                                    known.path("computerDnsName").asText().equalsIgnoreCase(host))
                            .findFirst(),
                    () -> "only "
                            + machines().stream()
                                    .map(known -> known.path("computerDnsName").asText())
                                    .toList());
            if (host.equalsIgnoreCase(lead.host())) {
                expectText("the enrolled machine's id in /api/machines", agent().machineId(), machine.path("id"));
            }
            tell("%s  %s".formatted(machine.path("id").asText(), host));
        }
        return recording.hosts().size() + " machines";
    }

    private List<JsonNode> machines() {
        return partner.collection("/api/machines");
    }

    private String raiseAlert() {
        var created = Pause.until(
                SOON,
                "the alert to be taken",
                () -> Optional.of(partner.post("/v1/alerts", alert())).filter(answer -> answer.status() != 404),
                () -> "404: " + lead.host() + " is not known to the alerts");
        alertId = created.expect(201, 200).path("id").asText();
        var incident = Pause.until(
                SOON, "alert " + alertId + " to be in an incident", () -> incidentOf(alertId), () -> "incidentId null");
        return "alert %s of %s is in incident %d".formatted(alertId, SENSOR, incident);
    }

    private Map<String, Object> alert() {
        var process = lead.process();
        var evidence = new LinkedHashMap<String, Object>();
        evidence.put("entityType", "Process");
        evidence.put("processId", Long.valueOf(process.text("ProcessId")));
        evidence.put("processCreationTime", process.timeOnTheWire());
        evidence.put("processCommandLine", process.text("CommandLine"));
        evidence.put("fileName", process.fileName());
        evidence.put("filePath", SysmonEvent.folder(process.text("Image")));
        process.hash("SHA1").ifPresent(hash -> evidence.put("sha1", hash));
        process.hash("SHA256").ifPresent(hash -> evidence.put("sha256", hash));

        var alert = new LinkedHashMap<String, Object>();
        alert.put("source", SENSOR);
        alert.put("sourceRef", "demo-" + runName);
        alert.put("title", "Remote session followed by traffic to " + lead.address());
        alert.put("description", "The sensor at the edge saw traffic it knows from remote control tools.");
        alert.put("severity", "High");
        alert.put("category", "LateralMovement");
        alert.put("firstEventTime", process.timeOnTheWire());
        alert.put(
                "lastEventTime",
                lead.connection().time().isAfter(process.time())
                        ? lead.connection().timeOnTheWire()
                        : process.timeOnTheWire());
        alert.put("computerDnsName", lead.host());
        alert.put("mitreTechniques", List.of("T1021.006"));
        alert.put("recommendedAction", "Isolate the machine");
        alert.put("evidence", List.of(Map.of("entityType", "Ip", "ipAddress", lead.address()), evidence));
        return alert;
    }

    private Optional<Long> incidentOf(String alert) {
        var incident = partner.get("/api/alerts/" + alert)
                .expect(200)
                .path("incidentId")
                .asLong();
        return incident == 0 ? Optional.empty() : Optional.of(incident);
    }

    private String seeIndicatorAlert() {
        var alert = Pause.until(
                SOON,
                "an alert of detection source CustomerTI about " + lead.address() + " in the incident of " + alertId,
                () -> indicatorAlerts().stream()
                        .filter(raised -> incidentOf(alertId)
                                .equals(Optional.of(raised.path("incidentId").asLong())))
                        .findFirst(),
                () -> "incident " + incidentOf(alertId) + " and these alerts of the indicator: "
                        + indicatorAlerts().stream()
                                .map(raised -> raised.path("id").asText() + " in incident "
                                        + raised.path("incidentId").asText())
                                .toList());
        indicatorAlertId = alert.path("id").asText();
        return "alert %s \"%s\" on %s"
                .formatted(
                        indicatorAlertId,
                        alert.path("title").asText(),
                        alert.path("computerDnsName").asText());
    }

    private List<JsonNode> indicatorAlerts() {
        var filter = Api.encoded("detectionSource eq 'CustomerTI'");
        return partner.collection("/api/alerts?$expand=evidence&$filter=" + filter).stream()
                .filter(alert -> StreamSupport.stream(alert.path("evidence").spliterator(), false)
                        .anyMatch(
                                evidence -> evidence.path("ipAddress").asText().equals(lead.address())))
                .toList();
    }

    private String tellStory() {
        var story = Pause.until(
                SOON,
                "a story with both alerts and the process " + lead.process().fileName() + " in a tree",
                () -> Optional.of(story()).filter(this::isWhole),
                () -> story().toString());
        new StoryPrinter(out).print(story);
        return "incident %s holds %d alerts on %d machines"
                .formatted(
                        story.path("incidentId").asText(),
                        story.path("alerts").size(),
                        story.path("machines").size());
    }

    private JsonNode story() {
        return partner.get("/v1/incidents/" + incidentOf(alertId).orElse(0L) + "/story")
                .expect(200);
    }

    private boolean isWhole(JsonNode story) {
        var alerts = story.findValuesAsText("alertId");
        var process = StreamSupport.stream(story.path("processTrees").spliterator(), false)
                .flatMap(tree -> tree.findParents("processKey").stream())
                .anyMatch(node ->
                        node.path("processId").asText().equals(lead.process().text("ProcessId"))
                                && node.path("commandLine")
                                        .asText()
                                        .equals(lead.process().text("CommandLine")));
        return alerts.contains(alertId) && alerts.contains(indicatorAlertId) && process;
    }

    private String isolate() {
        var path = "/api/machines/" + agent().machineId() + "/isolate";
        var body = Map.of("Comment", "Remote control by the attacker (demo " + runName + ")", "IsolationType", "Full");
        // An isolation that an earlier run left open is carried out by our agent first.
        var created = Pause.until(
                SOON,
                "the isolation to be accepted",
                () -> Optional.of(partner.post(path, body))
                        .filter(answer -> !answer.errorCode().equals("ActiveRequestAlreadyExists")),
                () -> "ActiveRequestAlreadyExists");
        var id = created.expect(201).path("id").asText();
        tell("action " + id + " is " + created.json().path("status").asText());
        Pause.until(
                SOON,
                "the agent to report action " + id,
                () -> agent().report(id),
                () -> action(id).toString());
        var ended = Pause.until(
                SOON,
                "action " + id + " to be Succeeded",
                () -> Optional.of(action(id))
                        .filter(action -> action.path("status").asText().equals("Succeeded")),
                () -> action(id).toString());
        return "%s of %s is %s"
                .formatted(
                        ended.path("type").asText(),
                        lead.host(),
                        ended.path("status").asText());
    }

    private JsonNode action(String id) {
        return partner.get("/api/machineactions/" + id).expect(200);
    }

    private String seeBlockOnEndpoint() {
        var indicator = Pause.until(
                SOON,
                "the endpoint's feed to hold a Block of " + lead.address(),
                () -> agent().indicator(lead.address(), "Block"),
                () -> agent().indicators() + " indicators without it");
        return "the endpoint blocks %s (\"%s\")"
                .formatted(
                        indicator.path("indicatorValue").asText(),
                        indicator.path("title").asText());
    }

    private String resolve() {
        partner.patch(
                        "/api/alerts/" + alertId,
                        Map.of(
                                "status", "Resolved",
                                "classification", "TruePositive",
                                "determination", "MultiStagedAttack",
                                "assignedTo", "analyst@corp.example",
                                "comment", "Machine isolated, address blocked (demo " + runName + ")"))
                .expect(200);
        var alert = partner.get("/api/alerts/" + alertId).expect(200);
        expectText("the alert's status", "Resolved", alert.path("status"));
        expectText("the alert's classification", "TruePositive", alert.path("classification"));
        if (alert.path("resolvedTime").asText("").length() < 20) {
            throw new DemoFailure("a resolvedTime", alert.path("resolvedTime").toString());
        }
        return "%s, %s, %s"
                .formatted(
                        alert.path("status").asText(),
                        alert.path("classification").asText(),
                        alert.path("determination").asText());
    }

    private DemoAgent agent() {
        if (agent == null) {
            throw new IllegalStateException("no endpoint has enrolled");
        }
        return agent;
    }

    private void tell(String line) {
        out.accept("     " + line);
    }

    private static void expectText(String what, String expected, JsonNode seen) {
        if (!seen.asText().equals(expected)) {
            throw new DemoFailure(what + " to be " + expected, seen.toString());
        }
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static byte[] gzip(List<String> lines) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            for (var line : lines) {
                gzip.write(line.getBytes(StandardCharsets.UTF_8));
                gzip.write('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        if (agent != null) {
            agent.close();
        }
    }

    /// What `deploy/local/up` wrote to `.run/env`, and what any other installation would have to be described by.
    private record Settings(
            String url,
            String urlTls,
            Path authority,
            String tenant,
            String clientId,
            String secret,
            String readerId,
            String readerSecret) {

        static Settings ofEnvironment() {
            return new Settings(
                    setting("TOCSIN_URL"),
                    setting("TOCSIN_URL_TLS"),
                    Path.of(setting("TOCSIN_CA")),
                    setting("TOCSIN_TENANT"),
                    setting("TOCSIN_CLIENT_ID"),
                    setting("TOCSIN_CLIENT_SECRET"),
                    setting("TOCSIN_READER_CLIENT_ID"),
                    setting("TOCSIN_READER_CLIENT_SECRET"));
        }

        Api overTls() {
            try {
                return Api.at(urlTls, authority);
            } catch (IOException e) {
                throw new DemoFailure("a certificate authority in " + authority, e.toString());
            }
        }

        private static String setting(String name) {
            var value = System.getenv(name);
            if (value == null || value.isBlank()) {
                throw new DemoFailure(name + " is not set; deploy/local/demo takes it from the running platform");
            }
            return value;
        }
    }
}
