package io.tocsin.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import io.tocsin.testkit.Tokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// An attack somebody has recorded, from its telemetry to what is done about it and taken back, by the three packaged
/// services and agents that do what they are told: `make investigate-attack DATA=folder ATTACK=names LEVEL=levels`. It
/// fails where the attacker's file is not judged bad, where nothing is done, or where what was done is not taken back.
class RecordedAttack {

    private static final Path DATA = Path.of(System.getProperty("tocsin.bench.data", "."), "telemetry");
    private static final String SIMULAND = "microsoft365_defender_events";
    private static final String ATTACKS =
            System.getProperty("tocsin.bench.attack", "covenant_psremoting_command,empire_launcher_vbs," + SIMULAND);
    private static final String SEMI = "SemiRequireApprovalForAllFolders";
    private static final String FULL = "FullRemediateThreatsAutomatically";
    private static final String LEVELS = System.getProperty("tocsin.bench.level", SEMI + "," + FULL);

    /// What is the attacker's in a recording, or what he used of the system's, by the end of its path, and what it is
    /// to be judged.
    private static final Map<String, Map<String, String>> VERDICTS = Map.of(
            "covenant_psremoting_command",
            Map.of("\\GruntHTTP.exe", "Malicious"),
            "empire_launcher_vbs",
            Map.of("\\wscript.exe", "Suspicious", "\\powershell.exe", "Suspicious"),
            SIMULAND,
            Map.of("\\powershell.exe", "Suspicious"));

    /// What somebody who hunts makes an alert of, where no detection fires: the text of an event's additional fields.
    private static final Map<String, String> HUNTED = Map.of(SIMULAND, "name=CryptoPolicy");

    private static final Duration MOST = Duration.ofMinutes(2);
    private static final Pattern GUID = Pattern.compile("\\{([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-(.*)}");
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z?");
    private static final int SECONDS = 19;
    private static final Set<String> OPEN = Set.of("Queued", "Running", "PendingApproval", "PendingResource");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<ServiceProcess> services = new ArrayList<>();
    private final Map<String, Integer> ports = new TreeMap<>();
    private TestPostgres postgres;
    private String token;

    static Stream<Arguments> runs() {
        return Stream.of(ATTACKS.split(","))
                .flatMap(attack -> Stream.of(LEVELS.split(",")).map(level -> Arguments.of(attack, level)));
    }

    @ParameterizedTest
    @MethodSource("runs")
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void shouldBeInvestigatedToItsEndAndTakenBack(String attack, String level) throws Exception {
        Path file = DATA.resolve(attack + (attack.equals(SIMULAND) ? ".json" : ".zip"));
        assertTrue(Files.exists(file), "there is no " + file);
        Path own = Files.createDirectories(folder.resolve(attack + "-" + level));
        postgres = TestPostgres.startDurable(own.resolve("data"));
        TestIssuer issuer = TestIssuer.start()
                .giveServices(
                        "Tocsin.Service", "Service.Investigate", "Event.Write", "Ti.ReadWrite", "Alert.ReadWrite.All");
        token = issuer.sign(issuer.claims()
                .claim("tid", Tokens.TENANT)
                .claim("appid", "analyst")
                .claim(
                        "roles",
                        Set.of(
                                "Event.Write",
                                "Alert.ReadWrite.All",
                                "Machine.ReadWrite.All",
                                "Machine.StopAndQuarantine",
                                "DeviceGroup.ReadWrite.All",
                                "SecurityConfiguration.ReadWrite.All")));
        try {
            start(issuer, own);
            play(file, attack, level);
        } finally {
            services.forEach(ServiceProcess::close);
            issuer.close();
            postgres.close();
        }
    }

    private void start(TestIssuer issuer, Path own) {
        for (String service : List.of("alert-service", "indicator-service", "response-service")) {
            ports.put(service, ServiceProcess.freePort());
        }
        Map<String, String> peers = new TreeMap<>();
        ports.forEach((service, port) -> peers.put(
                "TOCSIN_PEERS_" + service.replace("-service", "").toUpperCase(Locale.ROOT) + "_URL",
                "http://127.0.0.1:" + port));
        peers.put("TOCSIN_TOKEN_ENDPOINT", issuer.url() + "/token");
        ports.forEach((service, port) -> services.add(ServiceProcess.start(
                service, port, postgres, issuer, own.resolve(service + ".log"), List.of(), peers)));
    }

    private void play(Path file, String attack, String level) throws Exception {
        List<ObjectNode> events = events(file);
        var hosts = new TreeSet<String>();
        events.forEach(event -> hosts.add(host(event)));
        hosts.remove("");
        var members = new ArrayList<Fleet.Member>();
        for (String host : hosts) {
            members.add(enrol(host, members.size()));
        }
        call("response-service", "PATCH", "/v1/device-groups/0", "{\"automationLevel\":\"" + level + "\"}");
        call(
                "alert-service",
                "PUT",
                "/v1/investigation-policies",
                "{\"value\":[{\"name\":\"All\",\"minimumSeverity\":\"Low\"}],\"perHour\":100}");
        say("%s, %d events of %s, level %s", attack, events.size(), hosts, level);
        try (var fleet = new Fleet(members, ports.get("response-service"), Fleet.Channel.STREAM)) {
            fleet.connect();
            send(events);
            hunt(attack, events);
            until("alerts are investigated", () -> !investigations().isEmpty() && allAsked());
            until(
                    "they wait for a person or have ended",
                    () -> investigations().stream()
                            .allMatch(it -> !Set.of("Queued", "Running", "PendingResource")
                                    .contains(it.path("state").asText())));
            alerts();
            found();
            show("found");
            judged(attack);
            proposed(level, fleet);
            approve();
            until(
                    "every investigation has ended",
                    () -> investigations().stream()
                            .noneMatch(it -> OPEN.contains(it.path("state").asText())));
            show("ended");
            takeBack();
            show("taken back");
            assertTrue(fleet.begun() > 0, "the agents were told nothing");
            say("agents were told %d actions and answered each", fleet.begun());
            assertEquals(fleet.begun(), fleet.reported());
        }
    }

    private static String host(ObjectNode event) {
        return event.path(event.has("Hostname") ? "Hostname" : "DeviceName")
                .asText()
                .toLowerCase(Locale.ROOT);
    }

    /// Finds the event among the telemetry, as a person would, and makes an alert of it by reference.
    private void hunt(String attack, List<ObjectNode> events) throws Exception {
        String wanted = HUNTED.get(attack);
        if (wanted == null) {
            return;
        }
        ObjectNode found = events.stream()
                .filter(event -> event.path("AdditionalFields_string").asText().contains(wanted))
                .findFirst()
                .orElseThrow();
        String machine = call("response-service", "GET", "/api/machines/" + host(found), null)
                .path("id")
                .asText();
        call(
                "alert-service",
                "POST",
                "/api/alerts/CreateAlertByReference",
                json.createObjectNode()
                        .put("machineId", machine)
                        .put("eventTime", found.path("Timestamp").asText())
                        .put("reportId", found.path("ReportId_long").asText())
                        .put("severity", "High")
                        .put("title", "The key of the federation service was read from the directory")
                        .put(
                                "description",
                                found.path("AdditionalFields_string").asText())
                        .put("recommendedAction", "Renew the token-signing certificate, twice")
                        .put("category", "CredentialAccess")
                        .toString());
    }

    private boolean allAsked() throws SQLException {
        return number("select count(*) from alert where severity <> 'Informational'"
                        + " and investigation_id is null and source <> 'TocsinInvestigation'")
                == 0;
    }

    private long number(String sql) throws SQLException {
        try (var owner = postgres.asOwner();
                var statement = owner.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private Fleet.Member enrol(String host, int number) throws Exception {
        String made = call("response-service", "POST", "/agent/v1/enrollment-tokens", "{\"expiresInSeconds\":600}")
                .path("token")
                .asText();
        JsonNode answer = call("response-service", "POST", "/agent/v1/enroll", """
                {"token":"%s","computerDnsName":"%s","osPlatform":"Windows11","osBuild":22631}
                """.formatted(made, host));
        return new Fleet.Member(
                number,
                answer.path("machineId").asText(),
                answer.path("credential").asText());
    }

    private void send(List<ObjectNode> events) throws Exception {
        var lines = new StringBuilder();
        events.forEach(event -> lines.append(event).append('\n'));
        HttpResponse<String> answer = client.send(
                request("alert-service", "/v1/events")
                        .header("Content-Type", "application/x-ndjson")
                        .POST(HttpRequest.BodyPublishers.ofString(lines.toString()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), answer.body());
        say("taken: %s", answer.body());
    }

    private List<JsonNode> investigations() throws Exception {
        return values("response-service", "/api/investigations?$orderby=startTime");
    }

    private List<JsonNode> remediations() throws Exception {
        return values("response-service", "/v1/remediations");
    }

    private List<JsonNode> values(String service, String path) throws Exception {
        var values = new ArrayList<JsonNode>();
        call(service, "GET", path, null).path("value").forEach(values::add);
        return values;
    }

    private void alerts() throws Exception {
        for (JsonNode it : values("alert-service", "/api/alerts?$orderby=alertCreationTime")) {
            say(
                    "alert on %s: %s, %s, investigation %s %s",
                    it.path("computerDnsName").asText(),
                    it.path("severity").asText(),
                    it.path("title").asText(),
                    it.path("investigationId").asText(),
                    it.path("investigationState").asText());
        }
    }

    /// Verdicts are told with the remediations; those nothing is to be done about, by the table alone.
    private void found() throws SQLException {
        try (var owner = postgres.asOwner();
                var statement = owner.createStatement();
                var row = statement.executeQuery("""
                        select investigation_id, kind, coalesce(path, value), verdict, array_to_string(reasons, '; ')
                        from investigation_entity order by 1, verdict, 3
                        """)) {
            while (row.next()) {
                say(
                        "evidence of investigation %s: %s %s: %s (%s)",
                        row.getString(1), row.getString(2), row.getString(3), row.getString(4), row.getString(5));
            }
        }
    }

    private void show(String when) throws Exception {
        for (JsonNode it : investigations()) {
            say(
                    "%s: investigation %s on %s: %s",
                    when,
                    it.path("id").asText(),
                    it.path("computerDnsName").asText(),
                    it.path("state").asText());
        }
        for (JsonNode it : remediations()) {
            say(
                    "%s: remediation of investigation %s: %s %s%s: %s%s%s",
                    when,
                    it.path("investigationId").asText(),
                    it.path("kind").asText(),
                    it.path("target").asText(),
                    it.path("path").isNull() ? "" : " (" + it.path("path").asText() + ")",
                    it.path("status").asText(),
                    it.path("automatic").asBoolean() ? ", by the level" : "",
                    it.path("statusDetails").isNull()
                            ? ""
                            : ", " + it.path("statusDetails").asText());
        }
    }

    private void judged(String attack) throws SQLException {
        assertTrue(
                number("select count(*) from investigation_entity where verdict in ('Malicious', 'Suspicious')") > 0,
                "nothing was judged bad");
        assertEquals(
                0,
                number("select count(*) from investigation_entity where verdict = 'NotExamined'"),
                "something could not be examined");
        for (var theirs : VERDICTS.getOrDefault(attack, Map.of()).entrySet()) {
            assertTrue(
                    number("select count(*) from investigation_entity where verdict = '" + theirs.getValue()
                                    + "' and lower(right(coalesce(path, value), "
                                    + theirs.getKey().length() + ")) = lower('" + theirs.getKey() + "')")
                            > 0,
                    theirs.getKey() + " was not judged " + theirs.getValue());
        }
    }

    /// What the level lets happen by itself, and what waits.
    private void proposed(String level, Fleet fleet) throws Exception {
        List<JsonNode> all = remediations();
        assertFalse(all.isEmpty(), "nothing was proposed");
        if (level.equals(SEMI)) {
            assertTrue(
                    all.stream().allMatch(it -> it.path("status").asText().equals("Pending")),
                    "something was done without a person");
            assertEquals(0, fleet.begun(), "an agent was told something without a person");
        }
        if (level.equals(FULL)) {
            for (JsonNode it : all) {
                boolean malicious = it.path("verdict").asText().equals("Malicious");
                assertTrue(
                        malicious || it.path("status").asText().equals("Pending"),
                        "something suspicious was acted upon without a person: " + it);
            }
            long bad = number("select count(*) from investigation_entity where verdict = 'Malicious'");
            assertTrue(
                    bad == 0 || all.stream().anyMatch(it -> it.path("automatic").asBoolean()),
                    "what is malicious waits for a person");
        }
    }

    private void approve() throws Exception {
        for (JsonNode it : remediations()) {
            if (it.path("status").asText().equals("Pending")) {
                decide(it, "approve");
            }
        }
    }

    private static boolean canBeTakenBack(JsonNode it) {
        String kind = it.path("kind").asText();
        return !kind.equals("KillProcess")
                && !kind.equals("WidenScope")
                && (!kind.equals("BlockIndicator") || it.path("details").hasNonNull("indicatorId"));
    }

    private void takeBack() throws Exception {
        var wanted = new TreeSet<String>();
        for (JsonNode it : remediations()) {
            assertTrue(
                    Set.of("Succeeded", "Failed").contains(it.path("status").asText()),
                    "it was not carried out: " + it);
            if (it.path("status").asText().equals("Succeeded") && canBeTakenBack(it)) {
                decide(it, "undo");
                wanted.add(it.path("id").asText());
            }
        }
        until(
                "what can be taken back is",
                () -> remediations().stream()
                        .noneMatch(it -> it.path("status").asText().equals("Undoing")));
        for (JsonNode it : remediations()) {
            if (wanted.contains(it.path("id").asText())) {
                assertEquals("Undone", it.path("status").asText(), it.toString());
            }
        }
    }

    private void decide(JsonNode remediation, String how) throws Exception {
        call(
                "response-service",
                "POST",
                "/v1/remediations/" + remediation.path("id").asText() + "/" + how,
                "{\"comment\":\"by hand\"}");
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void until(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + MOST.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not within " + MOST + ": " + what);
            }
            Thread.sleep(200);
        }
    }

    private JsonNode call(String service, String method, String path, String body) throws Exception {
        HttpResponse<String> answer = client.send(
                request(service, path)
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return json.readTree(answer.body());
    }

    private HttpRequest.Builder request(String service, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports.get(service) + path))
                .header("Authorization", "Bearer " + token)
                .header("Idempotency-Key", UUID.randomUUID().toString());
    }

    /// As they were recorded, moved by whole seconds so that they end now: what lies long ago is no evidence.
    private List<ObjectNode> events(Path file) throws IOException {
        var events = new ArrayList<ObjectNode>();
        for (String line : text(file).split("\n")) {
            if (!line.isBlank()) {
                events.add((ObjectNode) json.readTree(line));
            }
        }
        LocalDateTime last = events.stream()
                .map(event -> time(event.path(event.has("UtcTime") ? "UtcTime" : "Timestamp")
                        .asText()))
                .filter(Objects::nonNull)
                .max(LocalDateTime::compareTo)
                .orElseThrow();
        long by = System.currentTimeMillis() / 1_000 - last.toEpochSecond(ZoneOffset.UTC);
        events.forEach(event -> move(event, by));
        return events;
    }

    private static String text(Path file) throws IOException {
        if (!file.toString().endsWith(".zip")) {
            return Files.readString(file);
        }
        try (var zip = new ZipInputStream(Files.newInputStream(file))) {
            zip.getNextEntry();
            return new String(zip.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void move(ObjectNode event, long by) {
        for (var field : List.copyOf(event.properties())) {
            String value = field.getValue().asText();
            Matcher guid = GUID.matcher(value);
            LocalDateTime time = field.getKey().contains("Time") ? time(value) : null;
            if (time != null) {
                // As it was written, to its last digit: an alert finds its event by them.
                String moved = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
                        .format(time.plusSeconds(by));
                event.put(field.getKey(), moved.replace(' ', value.charAt(10)) + value.substring(SECONDS));
            } else if (field.getKey().equals("@timestamp")) {
                event.put(field.getKey(), Instant.parse(value).plusSeconds(by).toString());
            } else if (guid.matches() && field.getKey().toLowerCase(Locale.ROOT).endsWith("guid")) {
                long second = Long.parseLong(guid.group(3) + guid.group(2), 16) + by;
                event.put(
                        field.getKey(),
                        "{%s-%04x-%04x-%s}"
                                .formatted(guid.group(1), second & 0xffff, second >>> 16 & 0xffff, guid.group(4)));
            }
        }
    }

    /// To the second; null when it is none.
    private static LocalDateTime time(String value) {
        if (!TIME.matcher(value).matches()) {
            return null;
        }
        return LocalDateTime.parse(value.substring(0, SECONDS).replace(' ', 'T'));
    }

    private static void say(String line, Object... values) {
        System.out.println("attack " + String.format(Locale.ROOT, line, values));
    }
}
