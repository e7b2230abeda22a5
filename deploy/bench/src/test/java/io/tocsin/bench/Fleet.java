package io.tocsin.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// Agents as docs/agent-protocol.md wants them: each waits in its own way, backs off as it is told, checks in on a
/// connection of its own, remembers what it has carried out, and repeats a report until it is answered.
final class Fleet implements AutoCloseable {

    private static final int LONGEST_BACKOFF = 60_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    /// What agents wait on.
    enum Channel {
        STREAM,
        POLL,
        INDICATORS
    }

    record Member(int number, String machineId, String credential) {}

    private final int port;
    private final Channel channel;
    private final List<Member> members;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger listening = new AtomicInteger();
    private final Map<String, LongAdder> answers = new ConcurrentSkipListMap<>();
    private final Map<String, Long> asked = new ConcurrentHashMap<>();
    private final Set<String> begun = ConcurrentHashMap.newKeySet();
    private final Set<String> reported = ConcurrentHashMap.newKeySet();
    private final LongAdder again = new LongAdder();
    private final LongAdder afterItsReport = new LongAdder();
    private volatile Histogram delays = histogram();
    private volatile long checkInMillis;
    private volatile boolean over;

    Fleet(List<Member> members, int port, Channel channel) {
        this.members = members;
        this.port = port;
        this.channel = channel;
    }

    private static Histogram histogram() {
        return new ConcurrentHistogram(600_000_000L, 3);
    }

    void connect() {
        members.forEach(it -> threads.submit(() -> live(it)));
    }

    /// From now on every agent checks in, the first time at a time of its own within the interval.
    void checkInEvery(int seconds) {
        checkInMillis = seconds * 1_000L;
        members.forEach(it -> threads.submit(() -> checkIn(it)));
    }

    /// Streams that are open. Polls are known to the service alone.
    int listening() {
        return listening.get();
    }

    /// An action for this machine is asked for at this moment.
    void asked(Member member, long moment) {
        asked.put(member.machineId(), moment);
    }

    /// How long what was asked for took to its agent, in microseconds.
    Histogram delays() {
        return delays;
    }

    int begun() {
        return begun.size();
    }

    int reported() {
        return reported.size();
    }

    long again() {
        return again.sum();
    }

    /// Actions that came again though their report had been accepted: there must be none.
    long afterItsReport() {
        return afterItsReport.sum();
    }

    /// Answers and faults since the last call, by what was asked and what came.
    Map<String, Long> answers() {
        Map<String, Long> seen = new TreeMap<>();
        answers.forEach((what, number) -> {
            long since = number.sumThenReset();
            if (since > 0) {
                seen.put(what, since);
            }
        });
        return seen;
    }

    void forget() {
        answers();
        asked.clear();
        begun.clear();
        reported.clear();
        again.reset();
        afterItsReport.reset();
        delays = histogram();
    }

    private void count(String what) {
        answers.computeIfAbsent(what, unused -> new LongAdder()).increment();
    }

    /// How an agent waits between its tries.
    private final class Backoff {

        private int millis = 1_000;

        private void begin() {
            millis = 1_000;
        }

        private void pause(int retryAfter) throws InterruptedException {
            int pause = ThreadLocalRandom.current().nextInt(millis / 2, millis + 1);
            millis = Math.min(2 * millis, LONGEST_BACKOFF);
            Thread.sleep(Math.max(pause, retryAfter * 1_000));
        }
    }

    private Void live(Member member) throws InterruptedException {
        var backoff = new Backoff();
        while (!over) {
            try (var connection = new AgentConnection(member.number(), port)) {
                switch (channel) {
                    case STREAM -> follow(member, connection, backoff);
                    case POLL -> poll(member, connection, backoff);
                    case INDICATORS -> indicators(member, connection, backoff);
                }
            } catch (IOException broken) {
                if (!over) {
                    count("wait broken");
                    backoff.pause(0);
                }
            }
        }
        return null;
    }

    private void follow(Member member, AgentConnection connection, Backoff backoff)
            throws IOException, InterruptedException {
        AgentConnection.Answer head =
                connection.begin(AgentConnection.get("/agent/v1/actions", member.credential(), "text/event-stream"));
        count("wait " + head.status());
        if (head.status() != 200) {
            backoff.pause(head.retryAfter());
            return;
        }
        backoff.begin();
        int retry = 0;
        listening.incrementAndGet();
        try {
            for (String line = connection.line(); line != null; line = connection.line()) {
                if (line.startsWith("retry: ")) {
                    retry = Integer.parseInt(line.substring("retry: ".length()));
                } else if (line.startsWith("data: ")) {
                    told(member, line.substring("data: ".length()));
                }
            }
        } finally {
            listening.decrementAndGet();
        }
        count("stream ended");
        Thread.sleep(retry);
    }

    private void poll(Member member, AgentConnection connection, Backoff backoff)
            throws IOException, InterruptedException {
        while (!over) {
            AgentConnection.Answer answer = connection.ask(
                    AgentConnection.get("/agent/v1/actions?wait=60", member.credential(), "application/json"));
            count("wait " + answer.status());
            if (answer.status() == 200) {
                backoff.begin();
                told(member, answer.body());
                Thread.sleep(answer.retryAfter() * 1_000L);
            } else {
                backoff.pause(answer.retryAfter());
            }
        }
    }

    /// Agents that have all indicators and wait for what changes; each tells how long a change took, by the moment
    /// its title names.
    private void indicators(Member member, AgentConnection connection, Backoff backoff)
            throws IOException, InterruptedException {
        String cursor = null;
        while (!over) {
            AgentConnection.Answer answer = connection.ask(AgentConnection.get(
                    "/agent/v1/indicators" + (cursor == null ? "" : "?wait=60&cursor=" + cursor),
                    member.credential(),
                    "application/json"));
            count("wait " + answer.status());
            if (answer.status() != 200) {
                backoff.pause(answer.retryAfter());
                continue;
            }
            backoff.begin();
            JsonNode page = JSON.readTree(answer.body());
            for (JsonNode change : page.path("value")) {
                Long moment = asked.get(change.path("title").asText());
                if (moment != null && cursor != null) {
                    delays.recordValue(micros(moment));
                }
            }
            cursor = page.path("cursor").asText();
            Thread.sleep(answer.retryAfter() * 1_000L);
        }
    }

    /// An indicator with this title is asked for at this moment.
    void asked(String title, long moment) {
        asked.put(title, moment);
    }

    private static long micros(long moment) {
        return Math.max(1, (System.nanoTime() - moment) / 1_000);
    }

    private void told(Member member, String body) throws IOException {
        for (JsonNode action : JSON.readTree(body).path("value")) {
            String id = action.path("id").asText();
            String lease = action.path("leaseId").asText();
            Long moment = asked.get(member.machineId());
            if (!begun.add(id)) {
                again.increment();
                if (reported.contains(id)) {
                    afterItsReport.increment();
                }
            } else if (moment != null) {
                delays.recordValue(micros(moment));
            }
            threads.submit(() -> report(member, id, lease));
        }
    }

    private Void report(Member member, String id, String lease) throws InterruptedException {
        String body =
                "{\"leaseId\":\"" + lease + "\",\"status\":\"Succeeded\",\"errorHResult\":0,\"message\":\"done\"}";
        String request = AgentConnection.post("/agent/v1/actions/" + id + "/result", member.credential(), null, body);
        var backoff = new Backoff();
        while (!over && !reported.contains(id)) {
            AgentConnection.Answer answer = once(member, "report", request);
            if (answer.status() == 200) {
                reported.add(id);
            } else {
                backoff.pause(answer.retryAfter());
            }
        }
        return null;
    }

    private Void checkIn(Member member) throws InterruptedException {
        Thread.sleep(ThreadLocalRandom.current().nextLong(checkInMillis));
        String request = AgentConnection.post("/agent/v1/checkin", member.credential(), null, "{}");
        var backoff = new Backoff();
        while (!over) {
            AgentConnection.Answer answer = once(member, "check-in", request);
            if (answer.status() == 200) {
                backoff.begin();
                Thread.sleep(ThreadLocalRandom.current().nextLong(checkInMillis * 9 / 10, checkInMillis * 11 / 10));
            } else {
                backoff.pause(answer.retryAfter());
            }
        }
        return null;
    }

    private AgentConnection.Answer once(Member member, String what, String request) {
        try (var connection = new AgentConnection(member.number(), port)) {
            AgentConnection.Answer answer = connection.ask(request);
            count(what + " " + answer.status());
            return answer;
        } catch (IOException broken) {
            if (!over) {
                count(what + " broken");
            }
            return new AgentConnection.Answer(0, 0, "");
        }
    }

    /// The agents go, without a word.
    @Override
    public void close() throws InterruptedException {
        over = true;
        threads.shutdownNow();
        if (!threads.awaitTermination(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("agents that do not end");
        }
    }
}
