package io.tocsin.alert.matching;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.tocsin.alert.client.indicator.IndicatorClient;
import io.tocsin.alert.client.indicator.MatchAnswer.Verdict;
import io.tocsin.alert.client.indicator.MatchRequest;
import io.tocsin.alert.client.indicator.MatchRequest.Observable;
import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/// Reads new events, asks indicator-service about their values outside any transaction, raises what it says, and only
/// then
/// moves on.
@ApplicationScoped
class MatchingJob implements Job {

    private static final int MOST_LOOKS = 50;

    /// What indicator-service takes in one question (docs/api.md).
    private static final int MOST_VALUES = 10_000;

    private final MatchingConfig config;
    private final SeenEvents feed;
    private final IndicatorClient indicators;
    private final IndicatorAlerts alerts;
    private final Counter matched;
    private final Counter unanswered;

    MatchingJob(
            MatchingConfig config,
            SeenEvents feed,
            @RestClient IndicatorClient indicators,
            IndicatorAlerts alerts,
            MeterRegistry registry) {
        this.config = config;
        this.feed = feed;
        this.indicators = indicators;
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
        asked.forEach((tenant, values) -> verdicts.put(tenant, ask(tenant, List.copyOf(values))));
        Map<String, Match> matches = new LinkedHashMap<>();
        for (SeenEvent event : events) {
            for (Observable value : event.observables()) {
                Verdict verdict = verdicts.get(event.tenant()).get(value);
                if (verdict != null) {
                    matches.computeIfAbsent(
                                    event.tenant() + verdict.indicator().id() + event.machineId(),
                                    key -> Match.of(event, verdict.indicator()))
                            .hits()
                            .add(new Match.Hit(event, value));
                }
            }
        }
        return matches.values();
    }

    /// The values an alert is wanted for.
    private Map<Observable, Verdict> ask(UUID tenant, List<Observable> values) {
        Map<Observable, Verdict> wanted = new HashMap<>();
        for (int from = 0; from < values.size(); from += MOST_VALUES) {
            List<Observable> part = values.subList(from, Math.min(values.size(), from + MOST_VALUES));
            List<Verdict> answered =
                    indicators.match(tenant, new MatchRequest(part)).value();
            for (int i = 0; i < part.size(); i++) {
                Verdict verdict = answered.get(i);
                if (verdict.wantsAlert()) {
                    wanted.put(part.get(i), verdict);
                }
            }
        }
        return wanted;
    }
}
