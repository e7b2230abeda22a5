package io.tocsin.alert.matching;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.tocsin.alert.client.indicator.MatchAnswer.Verdict;
import io.tocsin.alert.client.indicator.MatchRequest.Observable;
import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Reads new events, asks indicator-service about their values outside any transaction, raises what it says, and only
/// then
/// moves on.
@ApplicationScoped
class MatchingJob implements Job {

    private static final int MOST_LOOKS = 50;

    private final MatchingConfig config;
    private final SeenEvents feed;
    private final Questions questions;
    private final IndicatorAlerts alerts;
    private final Counter matched;
    private final Counter unanswered;

    MatchingJob(
            MatchingConfig config,
            SeenEvents feed,
            Questions questions,
            IndicatorAlerts alerts,
            MeterRegistry registry) {
        this.config = config;
        this.feed = feed;
        this.questions = questions;
        this.alerts = alerts;
        this.matched = Counter.builder("tocsin.matching.events")
                .description("Events held against the indicators")
                .register(registry);
        this.unanswered = Counter.builder("tocsin.matching.unanswered")
                .description("Questions indicator-service did not answer; they are asked again")
                .register(registry);
    }

    @Override
    public String name() {
        return "indicator-matching";
    }

    @Override
    public Duration pause() {
        return config.pause();
    }

    @Override
    public void run() {
        for (int look = 0; look < MOST_LOOKS; look++) {
            SeenEvents.Look seen = feed.next(config.batch()).orElse(null);
            if (seen == null) {
                return;
            }
            Collection<Match> matches;
            try {
                matches = match(seen.events());
            } catch (RuntimeException peerDown) {
                unanswered.increment();
                Log.warnf("indicator-service does not answer, matching waits: reason=%s", peerDown.toString());
                return;
            }
            alerts.raise(matches, seen.stretch());
            matched.increment(seen.events().size());
        }
    }

    private Collection<Match> match(List<SeenEvent> events) {
        Map<UUID, Set<Observable>> asked = new HashMap<>();
        events.forEach(event -> asked.computeIfAbsent(event.tenant(), tenant -> new LinkedHashSet<>())
                .addAll(event.observables()));
        Map<UUID, Map<Observable, Verdict>> verdicts = new HashMap<>();
        asked.forEach((tenant, values) -> verdicts.put(tenant, questions.ask(tenant, values)));
        askOfMachines(events, verdicts);
        var matches = new Match.Collector();
        for (SeenEvent event : events) {
            Map<Observable, Verdict> known = verdicts.get(event.tenant());
            for (Observable value : event.observables()) {
                Verdict verdict = known.getOrDefault(value.on(event.machineId()), known.get(value));
                if (verdict != null && verdict.matched() && verdict.indicator() != null) {
                    matches.add(event, value, verdict);
                }
            }
        }
        return matches.matches();
    }

    /// Nearly no value has an indicator of a device group: only these are asked for again, for each machine.
    private void askOfMachines(List<SeenEvent> events, Map<UUID, Map<Observable, Verdict>> verdicts) {
        Map<UUID, Set<Observable>> again = new HashMap<>();
        for (SeenEvent event : events) {
            for (Observable value : event.observables()) {
                Verdict verdict = verdicts.get(event.tenant()).get(value);
                if (verdict != null && verdict.dependsOnMachine()) {
                    again.computeIfAbsent(event.tenant(), tenant -> new LinkedHashSet<>())
                            .add(value.on(event.machineId()));
                }
            }
        }
        again.forEach((tenant, values) -> verdicts.get(tenant).putAll(questions.ask(tenant, values)));
    }
}
