package io.tocsin.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// An endpoint as the platform sees one: enrols, checks in, waits for actions and reports them, keeps the indicators.
/// It does what a real one does on the wire, and only says what a real one would do to its machine.
final class DemoAgent implements AutoCloseable {

    private static final int WAIT_SECONDS = 30;
    private static final int RESYNC = 410;

    private final Api api;
    private final String machineId;
    private final Consumer<String> say;
    private final Map<String, JsonNode> indicators = new ConcurrentHashMap<>();
    private final Map<String, String> reported = new ConcurrentHashMap<>();
    private final List<Thread> threads;

    private volatile boolean stopping;

    private DemoAgent(Api api, String machineId, Consumer<String> say) {
        this.api = api;
        this.machineId = machineId;
        this.say = say;
        this.threads = List.of(
                Thread.ofVirtual().name("actions").unstarted(() -> repeat(this::takeActions)),
                Thread.ofVirtual().name("indicators").unstarted(new IndicatorFeed()));
    }

    /// Asks to be enrolled as `host`; see [#of] for what to do with the answer.
    static Api.Answer enrol(Api anonymous, String token, String host) {
        var addresses = List.of(Map.of(
                "ipAddress", "192.168.56.20",
                "macAddress", "02A0F1000014",
                "type", "Ethernet",
                "operationalStatus", "Up"));
        return anonymous.post(
                "/agent/v1/enroll",
                Map.of(
                        "token", token,
                        "computerDnsName", host,
                        "osPlatform", "Windows10",
                        "version", "1809",
                        "osBuild", 17763,
                        "osProcessor", "x64",
                        "osArchitecture", "64-bit",
                        "agentVersion", "0.1.0-demo",
                        "ipAddresses", addresses));
    }

    /// The endpoint that was enrolled by this answer, checked in and at work.
    static DemoAgent of(Api anonymous, Api.Answer enrolment, Consumer<String> say) {
        var enrolled = enrolment.expect(201);
        var agent = new DemoAgent(
                anonymous.with(enrolled.path("credential").asText()),
                enrolled.path("machineId").asText(),
                say);
        agent.api.post("/agent/v1/checkin", Map.of("healthStatus", "Active")).expect(200);
        agent.threads.forEach(Thread::start);
        return agent;
    }

    String machineId() {
        return machineId;
    }

    /// What this agent reported about an action, once the platform has taken the report.
    Optional<String> report(String actionId) {
        return Optional.ofNullable(reported.get(actionId));
    }

    /// The indicator of that value and action that is in force on this endpoint.
    Optional<JsonNode> indicator(String value, String action) {
        return indicators.values().stream()
                .filter(indicator -> indicator.path("indicatorValue").asText().equals(value))
                .filter(indicator -> indicator.path("action").asText().equals(action))
                .findFirst();
    }

    int indicators() {
        return indicators.size();
    }

    private void takeActions() {
        var waiting = api.get("/agent/v1/actions?wait=" + WAIT_SECONDS).expect(200);
        for (var action : waiting.path("value")) {
            var id = action.path("id").asText();
            say.accept("received %s%s \"%s\": %s"
                    .formatted(
                            action.path("type").asText(),
                            scope(action),
                            action.path("comment").asText(""),
                            effect(action.path("type").asText())));
            var report = Map.of(
                    "leaseId",
                    action.path("leaseId").asText(),
                    "status",
                    "Succeeded",
                    "errorHResult",
                    0,
                    "message",
                    "done by the demo agent");
            var answer = api.post("/agent/v1/actions/" + id + "/result", report).expect(200);
            var state = answer.path("status").asText();
            say.accept("reported the outcome; the platform says " + state);
            reported.put(id, state);
        }
    }

    private static String scope(JsonNode action) {
        var scope = action.path("scope").asText("");
        return scope.isEmpty() || scope.equals("null") ? "" : " (" + scope + ")";
    }

    private static String effect(String type) {
        return switch (type) {
            case "Isolate" -> "every connection but the one to Tocsin is cut";
            case "Unisolate" -> "connections are let through again";
            case "RunAntiVirusScan" -> "a scan is run";
            default -> "done";
        };
    }

    private void repeat(Runnable work) {
        while (!stopping) {
            try {
                work.run();
            } catch (DemoFailure e) {
                if (!stopping) {
                    say.accept("could not go on: " + e.getMessage());
                }
                return;
            }
        }
    }

    private final class IndicatorFeed implements Runnable {

        private String cursor = "";

        @Override
        public void run() {
            repeat(this::take);
        }

        private void take() {
            // Without a cursor the feed answers at once with everything in force.
            var query = cursor.isEmpty() ? "" : "?wait=" + WAIT_SECONDS + "&cursor=" + Api.encoded(cursor);
            var answer = api.get("/agent/v1/indicators" + query);
            if (answer.status() == RESYNC) {
                indicators.clear();
                cursor = "";
                return;
            }
            var page = answer.expect(200);
            for (var change : page.path("value")) {
                var id = change.path("id").asText();
                if (change.path("change").asText().equals("Remove")) {
                    indicators.remove(id);
                } else {
                    indicators.put(id, change);
                }
            }
            cursor = page.path("cursor").asText();
        }
    }

    @Override
    public void close() {
        stopping = true;
        threads.forEach(Thread::interrupt);
    }
}
