package io.tocsin.alert.retrohunt;

import io.tocsin.alert.client.indicator.MatchAnswer.Verdict;
import io.tocsin.alert.client.indicator.MatchRequest.Observable;
import io.tocsin.alert.matching.IndicatorAlerts;
import io.tocsin.alert.matching.Match;
import io.tocsin.alert.matching.Questions;
import io.tocsin.alert.matching.SeenEvent;
import io.tocsin.alert.retrohunt.StoredTelemetry.Value;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One bounded piece of a hunt: some values are asked about, the events of those a new indicator speaks of are read and
/// asked about anew, as they would be if they came now; then alerts, counts and place are stored together.
@ApplicationScoped
class RetroHuntStep {

    /// Machines that are followed in one step; the values that are left come in the next.
    private static final int MOST_MACHINES = 2_000;

    private final StoredTelemetry telemetry;
    private final Questions questions;
    private final IndicatorAlerts alerts;
    private final RetroHuntRepository hunts;

    RetroHuntStep(StoredTelemetry telemetry, Questions questions, IndicatorAlerts alerts, RetroHuntRepository hunts) {
        this.telemetry = telemetry;
        this.questions = questions;
        this.alerts = alerts;
        this.hunts = hunts;
    }

    /// The hunt as it is then.
    RetroHunt take(RetroHunt hunt) {
        List<Value> values = telemetry.next(hunt);
        if (values.isEmpty()) {
            return store(hunt, null, RetroHunt.Found.NOTHING, List.of());
        }
        Map<Observable, Verdict> spoken =
                questions.ask(hunt.tenant(), values.stream().map(Value::names).toList());
        Set<String> ids = new HashSet<>();
        spoken.values().forEach(verdict -> ids.addAll(verdict.ids()));
        Set<String> fresh = ids.isEmpty() ? Set.of() : telemetry.newOnes(hunt, ids);
        var matches = new Match.Collector();
        long looked = 0;
        long matched = 0;
        long machines = 0;
        long passedOver = 0;
        String place = hunt.place();
        for (Value value : values) {
            Verdict verdict = spoken.get(value.names());
            if (verdict != null && verdict.ids().stream().anyMatch(fresh::contains)) {
                StoredTelemetry.Machines seen = telemetry.machines(hunt, value.value());
                List<SeenEvent> events = telemetry.events(hunt, value.value(), seen.seen());
                matched++;
                machines += hold(hunt, events, fresh, matches);
                passedOver += seen.passedOver();
            }
            looked++;
            place = value.place();
            if (machines >= MOST_MACHINES) {
                break;
            }
        }
        return store(hunt, place, new RetroHunt.Found(looked, matched, machines, 0, passedOver), matches.matches());
    }

    /// @return on how many machines a new indicator decides
    private int hold(RetroHunt hunt, List<SeenEvent> events, Set<String> fresh, Match.Collector matches) {
        Set<Observable> asked = new LinkedHashSet<>();
        events.forEach(event -> event.observables().forEach(value -> asked.add(value.on(event.machineId()))));
        Map<Observable, Verdict> verdicts = questions.ask(hunt.tenant(), asked);
        Set<String> machines = new HashSet<>();
        for (SeenEvent event : events) {
            for (Observable value : event.observables()) {
                Verdict verdict = verdicts.get(value.on(event.machineId()));
                if (verdict != null
                        && verdict.matched()
                        && verdict.indicator() != null
                        && fresh.contains(verdict.indicator().id())) {
                    matches.add(event, value, verdict);
                    machines.add(event.machineId());
                }
            }
        }
        return machines.size();
    }

    /// Alerts, counts and place in one transaction: a crash repeats all or none.
    @Transactional
    RetroHunt store(RetroHunt hunt, String place, RetroHunt.Found found, Collection<Match> matches) {
        int raised = matches.isEmpty() ? 0 : alerts.raiseStored(matches);
        return hunts.move(hunt, place, found.and(new RetroHunt.Found(0, 0, 0, raised, 0)));
    }
}
