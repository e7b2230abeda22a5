package io.tocsin.e2e;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.testkit.TestIssuer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// What partners and endpoints do while the services are replaced. Nobody here tries a request twice: one that does not
/// get its answer is a failure.
final class UpgradeLoad implements AutoCloseable {

    private static final int MOST_FAILURES = 50;
    private static final int IDLE_AGENTS = 12;
    private static final int STREAMED_AGENTS = 3;
    private static final String STREAMED = "streamed";
    private static final String EVENTS_OF = "6".repeat(40);
    private static final Duration PAUSE = Duration.ofMillis(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String url;
    private final TestIssuer issuer;
    private final String tenant;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, AtomicLong> done = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> unsure = new ConcurrentHashMap<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Queue<String> tolerated = new ConcurrentLinkedQueue<>();
    private final Predicate<HttpResponse<String>> known;
    private final Set<String> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;
    private volatile boolean agentsStopping;

    private final List<FeedFollower> followers = new CopyOnWriteArrayList<>();
    private final List<StreamedAgent> streamed = new CopyOnWriteArrayList<>();
    private final AtomicLong sentOn = new AtomicLong();
    private volatile StreamSender sender;

    UpgradeLoad(String url, TestIssuer issuer, String tenant) {
        this(url, issuer, tenant, answer -> false);
    }

    /// @param known whether an answer that is not the expected one is no failure; of a write, nobody knows then
    ///     whether it was done
    UpgradeLoad(String url, TestIssuer issuer, String tenant, Predicate<HttpResponse<String>> known) {
        this.known = known;
        this.url = url;
        this.issuer = issuer;
        this.tenant = tenant;
    }

    void start(List<String> services) {
        String token = token();
        if (services.contains("alert-service")) {
            for (int i = 0; i < 4; i++) {
                String source = "load-" + i;
                threads.submit(() -> until(() -> stopping, number -> pushAlert(token, source, number)));
            }
            threads.submit(() -> until(() -> stopping, number -> sendEvents(token, number)));
            threads.submit(() -> until(() -> stopping, number -> read(token, "alerts read", "/api/alerts?$top=20")));
        }
        if (services.contains("response-service")) {
            for (int i = 0; i < 3; i++) {
                endpoint(token, "w" + i + ".corp.example");
            }
            threads.submit(() -> until(() -> stopping, number -> read(token, "machines read", "/api/machines")));
        }
        if (services.contains("indicator-service")) {
            threads.submit(() -> until(() -> stopping, number -> setIndicator(token, number)));
            for (int i = 0; i < 2; i++) {
                threads.submit(
                        () -> until(() -> stopping, number -> read(token, "indicators read", "/api/indicators")));
            }
        }
    }

    /// Beside the work: who waits for long. Agents that get no work, agents that read their work as a stream and
    /// send telemetry by their own channel, readers of the alerts' feed, and a product that sends its alerts as one
    /// stream without an end.
    ///
    /// @param replicas a ready replica of alert-service
    void startWaiting(List<String> services, Supplier<Replica> replicas) {
        if (services.contains("response-service")) {
            String token = token();
            for (int i = 0; i < IDLE_AGENTS; i++) {
                String credential = enrol(token, "idle" + i + ".corp.example")
                        .path("credential")
                        .asText();
                threads.submit(() -> until(() -> agentsStopping, number -> waitForNothing(credential)));
            }
            if (services.contains("alert-service")) {
                for (int i = 0; i < STREAMED_AGENTS; i++) {
                    streamed(token, STREAMED + i + ".corp.example");
                }
            }
        }
        if (services.contains("alert-service")) {
            followers.add(FeedFollower.ofEvents(url, token(), failures));
            followers.add(FeedFollower.ofPages(url, token(), failures));
            followers.forEach(follower -> threads.submit(follower::follow));
            sender = new StreamSender(replicas, token(), failures);
            threads.submit(sender::send);
        }
    }

    /// A poll that gets nothing lasts as long as it asked for, unless its replica is replaced: then it is told to ask
    /// again.
    private void waitForNothing(String credential) {
        Instant began = Instant.now();
        HttpResponse<String> answer = get("/agent/v1/actions?wait=20", credential);
        JsonNode work = expect(200, answer);
        if (!work.path("value").isEmpty()) {
            throw new IllegalStateException("an agent without work got " + work);
        }
        if (Duration.between(began, Instant.now()).toSeconds() < 19) {
            if (answer.headers().firstValue("Retry-After").isEmpty()) {
                throw new IllegalStateException("a poll ended early without a hint");
            }
            sentOn.incrementAndGet();
        }
    }

    /// How many polls of agents without work were ended early, with a hint.
    long sentOn() {
        return sentOn.get();
    }

    /// How many streams of agents were ended, with a hint, and begun again.
    long streamsSentOn() {
        return streamed.stream().mapToLong(StreamedAgent::sentOn).sum();
    }

    /// How often the stream of alerts, and each reader of the feed, went on elsewhere.
    List<Long> wentOn() {
        var all = new ArrayList<Long>();
        followers.forEach(follower -> all.add(follower.wentOn()));
        if (sender != null) {
            all.add(sender.wentOn());
        }
        return all;
    }

    /// Alerts a reader of the feed saw created, for each reader.
    List<Set<String>> followed() {
        return followers.stream().map(FeedFollower::created).toList();
    }

    private JsonNode enrol(String token, String name) {
        String enrolment = expect(201, post("/agent/v1/enrollment-tokens", token, "{\"expiresInSeconds\":600}"))
                .path("token")
                .asText();
        return expect(
                201,
                post(
                        "/agent/v1/enroll",
                        token,
                        "{\"token\":\"" + enrolment + "\",\"computerDnsName\":\"" + name
                                + "\",\"osPlatform\":\"Windows11\"}"));
    }

    /// An endpoint with its agent, which waits for work, and a partner who gives it some.
    private void endpoint(String token, String name) {
        JsonNode enrolled = enrol(token, name);
        String machine = enrolled.path("machineId").asText();
        String credential = enrolled.path("credential").asText();
        threads.submit(() -> until(() -> agentsStopping, number -> work(credential)));
        var mine = new ArrayList<String>();
        threads.submit(() -> until(() -> stopping, number -> command(token, machine, mine)));
    }

    /// One of the present release: it reads its actions as a stream, and sends telemetry of its machine.
    private void streamed(String token, String name) {
        JsonNode enrolled = enrol(token, name);
        String machine = enrolled.path("machineId").asText();
        String credential = enrolled.path("credential").asText();
        var agent = new StreamedAgent(url, credential, failures, action -> {
            report(credential, action);
            tally("streamed actions reported");
        });
        streamed.add(agent);
        threads.submit(agent::follow);
        threads.submit(() -> until(() -> stopping, number -> sendOwnEvents(credential, name, number)));
        var mine = new ArrayList<String>();
        threads.submit(() -> until(() -> stopping, number -> command(token, machine, mine)));
    }

    private void pushAlert(String token, String source, long number) {
        String body = "{\"source\":\"" + source + "\",\"sourceRef\":\"" + number
                + "\",\"title\":\"Beacon\",\"severity\":\"High\",\"evidence\":[{\"entityType\":\"Ip\",\"ipAddress\":\"203.0.113."
                + number % 250 + "\"}]}";
        counted("alerts pushed", 201, post("/v1/alerts", token, body));
    }

    private void sendEvents(String token, long number) {
        String line = """
                {"category":"AdvancedHunting-DeviceNetworkEvents","properties":{"Timestamp":"%s","DeviceId":"%s","DeviceName":"ws6.corp.example","ActionType":"ConnectionSuccess","RemoteIP":"198.51.100.7","RemotePort":443,"ReportId":%d,"InitiatingProcessFileName":"a.exe","InitiatingProcessId":7}}""".formatted(Instant.now(), EVENTS_OF, number);
        counted("events stored", 200, post("/v1/events", token, line));
    }

    private void sendOwnEvents(String credential, String name, long number) {
        String line = """
                {"category":"AdvancedHunting-DeviceNetworkEvents","properties":{"Timestamp":"%s","DeviceName":"%s","ActionType":"ConnectionSuccess","RemoteIP":"198.51.100.8","RemotePort":443,"ReportId":%d,"InitiatingProcessFileName":"a.exe","InitiatingProcessId":7}}""".formatted(Instant.now(), name, number);
        counted("agents' events stored", 200, post("/agent/v1/events", credential, line));
    }

    private void setIndicator(String token, long number) {
        String body = "{\"indicatorValue\":\"198.18." + number / 250 + "." + number % 250
                + "\",\"indicatorType\":\"IpAddress\",\"action\":\"Block\",\"title\":\"t\",\"description\":\"d\"}";
        counted("indicators set", 200, post("/api/indicators", token, body));
    }

    /// Isolates and releases by turns. An action whose answer was lost is looked for before another is asked for.
    private void command(String token, String machine, List<String> mine) {
        String id;
        try {
            String verb = mine.size() % 2 == 0 ? "isolate" : "unisolate";
            id = expect(201, post("/api/machines/" + machine + "/" + verb, token, "{\"Comment\":\"load\"}"))
                    .path("id")
                    .asText();
        } catch (Tolerated lost) {
            id = unknownAction(token, machine, mine);
            if (id == null) {
                return;
            }
        }
        tally("actions submitted");
        mine.add(id);
        open.add(id);
        Instant late = Instant.now().plusSeconds(60);
        while (Instant.now().isBefore(late)) {
            if (status(token, id).equals("Succeeded")) {
                open.remove(id);
                tally("actions succeeded");
                return;
            }
            pause();
        }
        failures.add("action " + id + " has not ended after a minute");
    }

    private String unknownAction(String token, String machine, List<String> mine) {
        String path = "/api/machineactions?$filter=machineId%20eq%20'" + machine + "'";
        JsonNode actions = again(() -> expect(200, get(path, token)));
        for (JsonNode action : actions.path("value")) {
            String id = action.path("id").asText();
            if (!mine.contains(id)) {
                return id;
            }
        }
        return null;
    }

    private String status(String token, String id) {
        return again(() -> expect(200, get("/api/machineactions/" + id, token)))
                .path("status")
                .asText();
    }

    private void work(String credential) {
        JsonNode work = expect(200, get("/agent/v1/actions?wait=20", credential));
        tally("long polls");
        for (JsonNode action : work.path("value")) {
            report(credential, action);
            tally("actions reported");
        }
    }

    private void report(String credential, JsonNode action) {
        String report = "{\"leaseId\":\"" + action.path("leaseId").asText()
                + "\",\"status\":\"Succeeded\",\"errorHResult\":0,\"message\":\"done\"}";
        String path = "/agent/v1/actions/" + action.path("id").asText() + "/result";
        again(() -> expect(200, post(path, credential, report)));
    }

    /// What may be asked twice is asked again after an answer that is no failure.
    private static JsonNode again(Supplier<JsonNode> step) {
        while (true) {
            try {
                return step.get();
            } catch (Tolerated known) {
                pause();
            }
        }
    }

    private void read(String token, String kind, String path) {
        counted(kind, 200, get(path, token));
    }

    private interface Step {
        void run(long number);
    }

    private interface End {
        boolean reached();
    }

    private void until(End end, Step step) {
        for (long number = 0; !end.reached() && failures.size() < MOST_FAILURES; number++) {
            try {
                step.run(number);
            } catch (Tolerated known) {
                // written down where it was met
            } catch (RuntimeException failed) {
                failures.add(Instant.now() + " " + failed.getMessage());
            }
            pause();
        }
    }

    private JsonNode counted(String kind, int status, HttpResponse<String> answer) {
        try {
            JsonNode body = expect(status, answer);
            tally(kind);
            return body;
        } catch (Tolerated known) {
            unsure.computeIfAbsent(kind, unused -> new AtomicLong()).incrementAndGet();
            throw known;
        }
    }

    /// An answer that is not the expected one and no failure.
    private static final class Tolerated extends RuntimeException {

        private static final long serialVersionUID = 1;

        Tolerated(String what) {
            super(what, null, false, false);
        }
    }

    private void tally(String kind) {
        done.computeIfAbsent(kind, unused -> new AtomicLong()).incrementAndGet();
    }

    private JsonNode expect(int status, HttpResponse<String> answer) {
        if (answer.statusCode() != status) {
            String what = answer.request().method() + " " + answer.uri().getPath() + " got " + answer.statusCode() + " "
                    + answer.body();
            if (known.test(answer)) {
                tolerated.add(what);
                throw new Tolerated(what);
            }
            throw new IllegalStateException(what);
        }
        try {
            return JSON.readTree(answer.body());
        } catch (IOException unreadable) {
            throw new IllegalStateException(answer.uri() + " answered no JSON", unreadable);
        }
    }

    private HttpResponse<String> post(String path, String token, String body) {
        return send(path, token, HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> get(String path, String token) {
        return send(path, token, HttpRequest.newBuilder().GET());
    }

    private HttpResponse<String> send(String path, String token, HttpRequest.Builder request) {
        try {
            return client.send(
                    request.uri(URI.create(url + path))
                            .header("Authorization", "Bearer " + token)
                            .header("Content-Type", "application/json")
                            .timeout(Duration.ofSeconds(60))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException gone) {
            throw new IllegalStateException(path + " got no answer: " + gone, gone);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// Returns once every kind of work went on after the call.
    void awaitWorkOfEveryKind() {
        await().atMost(Duration.ofSeconds(30)).until(() -> !done.isEmpty() || !failures.isEmpty());
        Map<String, Long> before = snapshot();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !failures.isEmpty()
                        || snapshot().entrySet().stream()
                                .allMatch(kind -> kind.getValue() > before.getOrDefault(kind.getKey(), 0L) + 2));
    }

    private Map<String, Long> snapshot() {
        var all = new TreeMap<String, Long>();
        done.forEach((kind, number) -> all.put(kind, number.get()));
        return all;
    }

    /// Lets what was begun end.
    void stop() throws InterruptedException {
        stopping = true;
        Instant late = Instant.now().plusSeconds(60);
        while (!open.isEmpty() && Instant.now().isBefore(late)) {
            pause();
        }
        agentsStopping = true;
        streamed.forEach(StreamedAgent::stop);
        if (sender != null) {
            sender.stop();
            long wanted = number("alerts pushed") + sender.acknowledged();
            followers.forEach(follower -> follower.stopAfter(wanted));
        }
        threads.shutdown();
        if (!threads.awaitTermination(60, TimeUnit.SECONDS)) {
            failures.add("the load did not end");
        }
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    /// Answers that were not the expected ones and no failures.
    List<String> tolerated() {
        return List.copyOf(tolerated);
    }

    Set<String> unfinished() {
        return Set.copyOf(open);
    }

    /// What the load has put into the tables: no row more and none less, but for writes whose answer was tolerated.
    Map<String, Rows> counts() {
        var counts = new LinkedHashMap<String, Rows>();
        Rows pushed = rows("alerts pushed");
        Rows actions = rows("actions submitted");
        counts.put("alert where source like 'load-%'", pushed);
        if (sender != null) {
            counts.put("alert where source = 'stream'", Rows.exactly(sender.acknowledged()));
        }
        counts.put("device_event where machine_id = '" + EVENTS_OF + "'", rows("events stored"));
        if (!streamed.isEmpty()) {
            counts.put("device_event where device_name like '" + STREAMED + "%'", rows("agents' events stored"));
        }
        counts.put("indicator", rows("indicators set"));
        counts.put("machine_action", actions);
        counts.put("machine_action where status = 'Succeeded'", actions);
        counts.put("audit_entry where action = 'action.submit'", actions);
        counts.put("audit_entry where action = 'action.report'", actions);
        long streamed = sender == null ? 0 : sender.acknowledged();
        counts.put(
                "audit_entry where action = 'alert.create' and actor = 'load'",
                new Rows(pushed.least() + streamed, pushed.most() + streamed));
        return counts;
    }

    private Rows rows(String kind) {
        AtomicLong maybe = unsure.get(kind);
        return new Rows(number(kind), number(kind) + (maybe == null ? 0 : maybe.get()));
    }

    /// How many rows there must be.
    record Rows(long least, long most) {

        static Rows exactly(long number) {
            return new Rows(number, number);
        }
    }

    private long number(String kind) {
        AtomicLong number = done.get(kind);
        return number == null ? 0 : number.get();
    }

    private String token() {
        return issuer.sign(issuer.claims()
                .claim("tid", tenant)
                .claim("appid", "load")
                .claim("jti", UUID.randomUUID().toString())
                .claim(
                        "roles",
                        Set.of(
                                "Alert.ReadWrite.All",
                                "Event.Write",
                                "Machine.ReadWrite.All",
                                "Machine.Isolate",
                                "Ti.ReadWrite.All")));
    }

    @Override
    public String toString() {
        return snapshot() + ", " + failures.size() + " failed "
                + failures.stream().limit(3).toList() + ", tolerated "
                + tolerated.size() + ", agents' polls sent on " + sentOn + ", agents' streams sent on "
                + streamsSentOn()
                + ", feeds and streams of alerts went on " + wentOn();
    }

    @Override
    public void close() {
        stopping = true;
        agentsStopping = true;
        threads.shutdownNow();
        client.shutdownNow();
    }
}
