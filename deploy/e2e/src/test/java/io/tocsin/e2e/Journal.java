package io.tocsin.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// A client that keeps pushing alerts, indicators and actions and writes down what was acknowledged. It repeats
/// whatever
/// broke or was answered 429 or 503, as a client in the field does; any other refusal is a failure.
final class Journal {

    private static final int MOST_ROUNDS = 2_000;

    private final Partner partner;
    private final String source = "e2e-" + UUID.randomUUID();
    private final List<String> alerts = new CopyOnWriteArrayList<>();
    private final List<String> indicators = new CopyOnWriteArrayList<>();
    private final List<String> actions = new CopyOnWriteArrayList<>();
    private final List<Partner.Answer> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger broken = new AtomicInteger();
    private final AtomicInteger sinceBroken = new AtomicInteger();
    private final int network;
    private final Thread thread;
    private volatile boolean stopping;

    private Journal(Partner partner, String service) {
        this.partner = partner;
        this.network = Math.floorMod(service.hashCode(), 200);
        this.thread = Thread.ofVirtual().unstarted(this::push);
    }

    static Journal start(Partner partner, String service) {
        var journal = new Journal(partner, service);
        journal.thread.start();
        return journal;
    }

    private void push() {
        List<String> machines = machines();
        for (int round = 0; round < MOST_ROUNDS && !stopping; round++) {
            String reference = "r" + round;
            if (repeat(() -> partner.post("/v1/alerts", Partner.alert(source, reference, "e2e " + reference)), 200, 201)
                    != null) {
                alerts.add(reference);
            }
            String address = "11." + network + "." + round / 250 + "." + (1 + round % 250);
            if (repeat(() -> partner.post("/api/indicators", Partner.indicator(address)), 200) != null) {
                indicators.add(address);
            }
            isolateOrRelease(machines, round);
        }
    }

    private List<String> machines() {
        var ids = new ArrayList<String>();
        for (JsonNode machine : partner.get("/api/machines").json().get("value")) {
            ids.add(machine.get("id").asText());
        }
        return ids;
    }

    private void isolateOrRelease(List<String> machines, int round) {
        String machine = machines.get(round % machines.size());
        Partner.Answer answer = repeat(
                () -> partner.post("/api/machines/" + machine + "/isolate", Map.of("Comment", source)), 201, 400);
        if (answer != null && answer.status() == 201) {
            String id = answer.json().get("id").asText();
            actions.add(id);
            repeat(() -> partner.post("/api/machineactions/" + id + "/cancel", Map.of("Comment", "e2e")), 200, 400);
        }
    }

    private Partner.Answer repeat(Supplier<Partner.Answer> call, int... expected) {
        while (!stopping) {
            Partner.Answer answer = call.get();
            for (int status : expected) {
                if (answer.status() == status) {
                    sinceBroken.incrementAndGet();
                    return answer;
                }
            }
            if (answer.status() != 0 && answer.status() != 429 && answer.status() != 503) {
                failures.add(answer);
                return null;
            }
            broken.incrementAndGet();
            sinceBroken.set(0);
            pause();
        }
        return null;
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    int acknowledged() {
        return alerts.size() + indicators.size() + actions.size();
    }

    /// Whether calls broke and have been answered again for a while.
    boolean answersAgain() {
        return broken.get() > 0 && sinceBroken.get() > 10;
    }

    void stop() throws InterruptedException {
        stopping = true;
        thread.join();
    }

    String source() {
        return source;
    }

    /// References of the alerts that were acknowledged.
    List<String> alerts() {
        return alerts;
    }

    /// Addresses of the indicators that were acknowledged.
    List<String> indicators() {
        return indicators;
    }

    /// Ids of the actions that were acknowledged.
    List<String> actions() {
        return actions;
    }

    List<Partner.Answer> failures() {
        return failures;
    }
}
