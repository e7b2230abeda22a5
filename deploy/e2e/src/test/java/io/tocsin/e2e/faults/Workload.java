package io.tocsin.e2e.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// Everybody who uses the platform, each with a journal of what was acknowledged: products that push alerts, endpoints
/// that send telemetry, a partner who sets and removes indicators, one who gives endpoints work, their agents, and a
/// reader of the feed.
final class Workload {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SENDERS = 3;
    private static final int AGENTS = 3;
    static final int VALUES = 40;

    private final Client client;
    private final Function<List<String>, String> tokens;
    private final String name;
    private final String machine;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final Set<String> alerts = ConcurrentHashMap.newKeySet();
    private final Set<String> alertsSent = ConcurrentHashMap.newKeySet();
    private final Set<Integer> events = ConcurrentHashMap.newKeySet();
    private final Set<Integer> eventsSent = ConcurrentHashMap.newKeySet();
    private final Map<String, String> indicators = new ConcurrentHashMap<>();
    private final Map<String, ActionJournal> actions = new ConcurrentHashMap<>();
    private final Map<String, Integer> executed = new ConcurrentHashMap<>();
    private final Set<String> followed = new LinkedHashSet<>();
    private final AtomicInteger crashes = new AtomicInteger();
    private volatile boolean stopping;
    private volatile boolean agentsStopping;
    private volatile boolean givenUp;

    /// @param name what its rows are found by: every seed has its own
    /// @param tokens a token with these roles
    Workload(Client client, String name, Function<List<String>, String> tokens) {
        this.client = client;
        this.tokens = tokens;
        this.name = name;
        this.machine = "%040x".formatted(name.hashCode() & 0xffffffffL);
    }

    private static final class ActionJournal {
        private volatile String ended;
    }

    void start() {
        String from = end();
        run(() -> follow(from));
        for (int i = 0; i < SENDERS; i++) {
            String reference = "s" + i;
            run(() -> pushAlerts(reference));
        }
        run(this::sendEvents);
        run(this::setIndicators);
        for (int i = 0; i < AGENTS; i++) {
            String dns = name + "-" + i + ".corp.example";
            run(() -> endpoint(dns));
        }
    }

    private void run(Runnable work) {
        threads.add(Thread.ofVirtual().start(() -> {
            try {
                work.run();
            } catch (RuntimeException failed) {
                client.wrong(name + ": a client failed: " + failed);
            }
        }));
    }

    private void pushAlerts(String sender) {
        String token = tokens.apply(List.of("Alert.ReadWrite.All"));
        for (int number = 0; !stopping; number++) {
            String reference = sender + "-" + number;
            alertsSent.add(reference);
            String body = "{\"source\":\"" + name + "\",\"sourceRef\":\"" + reference
                    + "\",\"title\":\"Beacon\",\"severity\":\"High\",\"evidence\":[{\"entityType\":\"Ip\",\"ipAddress\":\"203.0.113."
                    + number % 250 + "\"}]}";
            if (client.until(() -> givenUp, "POST", "/v1/alerts", token, body, 200, 201)
                    .isPresent()) {
                alerts.add(reference);
            }
            Client.pause(30);
        }
    }

    private void sendEvents() {
        String token = tokens.apply(List.of("Event.Write"));
        for (int number = 1; !stopping; number++) {
            eventsSent.add(number);
            String line = """
                    {"category":"AdvancedHunting-DeviceNetworkEvents","properties":{"Timestamp":"%s","DeviceId":"%s","DeviceName":"%s.corp.example","ActionType":"ConnectionSuccess","RemoteIP":"198.51.100.7","RemotePort":443,"ReportId":%d,"InitiatingProcessFileName":"a.exe","InitiatingProcessId":7}}""".formatted(Instant.now(), machine, name, number);
            if (client.until(() -> givenUp, "POST", "/v1/events", token, line, 200)
                    .isPresent()) {
                events.add(number);
            }
            Client.pause(40);
        }
    }

    /// Set, changed and removed by turns; what was acknowledged is what the next read must show.
    private void setIndicators() {
        String token = tokens.apply(List.of("Ti.ReadWrite.All"));
        Map<String, String> ids = new LinkedHashMap<>();
        for (int number = 0; !stopping; number++) {
            String value = "v" + number % VALUES + "." + name + ".example";
            if (number % 3 == 2 && ids.containsKey(value)) {
                String id = ids.remove(value);
                client.until(() -> givenUp, "DELETE", "/api/indicators/" + id, token, null, 204, 404)
                        .ifPresent(gone -> indicators.remove(value));
            } else {
                String title = "t" + number;
                String body = "{\"indicatorValue\":\"" + value
                        + "\",\"indicatorType\":\"DomainName\",\"action\":\"Block\",\"title\":\"" + title
                        + "\",\"description\":\"d\"}";
                client.until(() -> givenUp, "POST", "/api/indicators", token, body, 200)
                        .ifPresent(answer -> {
                            ids.put(value, answer.body().path("id").asText());
                            indicators.put(value, title);
                            readBack(token, answer.body().path("id").asText(), title);
                        });
            }
            Client.pause(40);
        }
    }

    private void readBack(String token, String id, String title) {
        client.until(() -> givenUp, "GET", "/v1/indicators/" + id, token, null, 200, 404)
                .ifPresent(answer -> {
                    if (!answer.body().path("title").asText().equals(title)) {
                        client.wrong("an indicator that was acknowledged as " + title + " reads " + answer.status()
                                + " " + answer.body());
                    }
                });
    }

    /// Enrols, then works and is given work until the end.
    private void endpoint(String dns) {
        String token = tokens.apply(List.of("Machine.ReadWrite.All", "Machine.Isolate"));
        var enrolment = client.until(
                () -> givenUp, "POST", "/agent/v1/enrollment-tokens", token, "{\"expiresInSeconds\":600}", 201);
        if (enrolment.isEmpty()) {
            return;
        }
        var enrolled = client.until(
                () -> givenUp,
                "POST",
                "/agent/v1/enroll",
                token,
                "{\"token\":\"" + enrolment.get().body().path("token").asText() + "\",\"computerDnsName\":\"" + dns
                        + "\",\"osPlatform\":\"Windows11\"}",
                201);
        if (enrolled.isEmpty()) {
            return;
        }
        String id = enrolled.get().body().path("machineId").asText();
        String credential = enrolled.get().body().path("credential").asText();
        Map<String, String> done = new ConcurrentHashMap<>(); // the agent's own journal: it survives its crash
        run(() -> work(credential, done));
        command(token, id);
    }

    private void command(String token, String machineId) {
        for (int number = 0; !stopping; number++) {
            String verb = number % 2 == 0 ? "isolate" : "unisolate";
            var submitted = client.until(
                    () -> givenUp,
                    "POST",
                    "/api/machines/" + machineId + "/" + verb,
                    token,
                    "{\"Comment\":\"" + name + "\"}",
                    201);
            if (submitted.isEmpty()) {
                return;
            }
            var journal = new ActionJournal();
            String id = submitted.get().body().path("id").asText();
            actions.put(id, journal);
            while (!givenUp && journal.ended == null) {
                client.until(() -> givenUp, "GET", "/api/machineactions/" + id, token, null, 200)
                        .map(answer -> answer.body().path("status").asText())
                        .filter(status -> !status.equals("Pending") && !status.equals("InProgress"))
                        .ifPresent(status -> journal.ended = status);
                Client.pause(50);
            }
        }
    }

    /// Executes each action once, whatever is delivered again, and loses its memory but not its journal now and then.
    private void work(String credential, Map<String, String> done) {
        while (!agentsStopping) {
            JsonNode fetched;
            try {
                var answer = client.send("GET", "/agent/v1/actions?wait=3", credential, null, null);
                if (answer.statusCode() != 200) {
                    if (answer.statusCode() == 401 || answer.statusCode() == 403) {
                        client.wrong("an agent was refused: " + answer.statusCode() + " " + answer.body());
                        return;
                    }
                    Client.pause(200);
                    continue;
                }
                fetched = JSON.readTree(answer.body()).path("value");
            } catch (IOException gone) {
                Client.pause(100);
                continue;
            }
            for (JsonNode action : fetched) {
                String id = action.path("id").asText();
                boolean first = done.putIfAbsent(id, "Succeeded") == null;
                if (first) {
                    executed.merge(id, 1, Integer::sum);
                    if (executed.size() % 5 == 0) {
                        crashes.incrementAndGet();
                        Client.pause(300);
                        continue; // it died before it could report, and comes back with its journal
                    }
                }
                report(credential, id, action.path("leaseId").asText());
            }
        }
    }

    /// A lease that is over meanwhile is answered 409: the action is delivered again, and reported then.
    private void report(String credential, String id, String lease) {
        client.until(
                () -> givenUp,
                "POST",
                "/agent/v1/actions/" + id + "/result",
                credential,
                "{\"leaseId\":\"" + lease + "\",\"status\":\"Succeeded\",\"errorHResult\":0,\"message\":\"done\"}",
                200,
                409);
    }

    /// Where the feed ends before anything of this workload is sent.
    private String end() {
        while (true) {
            try {
                var answer = client.send(
                        "GET", "/v1/feeds/alerts?from=now", tokens.apply(List.of("Alert.Read.All")), null, null);
                if (answer.statusCode() == 200) {
                    return JSON.readTree(answer.body().lines().toList().getLast())
                            .path("cursor")
                            .asText();
                }
            } catch (IOException gone) {
                // asked again
            }
            Client.pause(200);
        }
    }

    /// Reads on from the cursor of the last line it has worked off.
    private void follow(String from) {
        String token = tokens.apply(List.of("Alert.Read.All"));
        String cursor = from;
        Set<String> cursors = new LinkedHashSet<>();
        while (!agentsStopping) {
            try {
                var answer = client.send("GET", "/v1/feeds/alerts?wait=2&cursor=" + cursor, token, null, null);
                if (answer.statusCode() != 200) {
                    Client.pause(200);
                    continue;
                }
                for (String line : answer.body().lines().toList()) {
                    JsonNode row = JSON.readTree(line);
                    cursor = row.path("cursor").asText();
                    if (row.has("alert")) {
                        take(row, cursors.add(cursor));
                    }
                }
            } catch (IOException gone) {
                Client.pause(100);
            }
        }
    }

    private void take(JsonNode row, boolean first) {
        if (!first) {
            client.wrong("the feed gave one cursor twice: " + row);
        }
        if (row.path("change").asText().equals("Created")
                && !followed.add(row.path("alert").path("id").asText())) {
            client.wrong("the feed told of an alert twice: " + row);
        }
    }

    /// Nobody begins anything new; what was begun is brought to its end.
    void stop(long patienceMillis) throws InterruptedException {
        stopping = true;
        long late = System.nanoTime() + patienceMillis * 1_000_000;
        while (System.nanoTime() < late && !isFinished()) {
            Thread.sleep(100);
        }
        if (!isFinished()) {
            client.wrong(name + ": not ended after " + patienceMillis + " ms: " + unfinished());
        }
        Thread.sleep(3_000); // the reader sees the last of it
        agentsStopping = true;
        givenUp = true;
        for (Thread thread : threads) {
            thread.join(20_000);
        }
    }

    private boolean isFinished() {
        return alerts.size() == alertsSent.size()
                && events.size() == eventsSent.size()
                && actions.values().stream().allMatch(action -> action.ended != null);
    }

    private String unfinished() {
        return (alertsSent.size() - alerts.size()) + " alerts, " + (eventsSent.size() - events.size()) + " events, "
                + actions.entrySet().stream()
                        .filter(action -> action.getValue().ended == null)
                        .map(Map.Entry::getKey)
                        .toList();
    }

    String name() {
        return name;
    }

    String machine() {
        return machine;
    }

    Set<String> alerts() {
        return alerts;
    }

    Set<Integer> events() {
        return events;
    }

    Map<String, String> indicators() {
        return Map.copyOf(indicators);
    }

    /// How each action that was acknowledged has ended, as its caller read it.
    Map<String, String> actions() {
        var ended = new LinkedHashMap<String, String>();
        actions.forEach((id, action) -> ended.put(id, String.valueOf(action.ended)));
        return ended;
    }

    /// How often each action was executed.
    Map<String, Integer> executed() {
        return executed;
    }

    Set<String> followed() {
        return followed;
    }

    int crashes() {
        return crashes.get();
    }
}
