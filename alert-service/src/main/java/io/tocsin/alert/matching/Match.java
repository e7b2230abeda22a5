package io.tocsin.alert.matching;

import io.tocsin.alert.client.indicator.KnownIndicator;
import io.tocsin.alert.client.indicator.MatchAnswer.Verdict;
import io.tocsin.alert.client.indicator.MatchRequest.Observable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// What one indicator speaks of on one machine, in one look.
///
/// @param alert whether an alert is wanted
public record Match(UUID tenant, String machineId, KnownIndicator indicator, boolean alert, List<Hit> hits) {

    /// @param value the value of the event the indicator matched
    public record Hit(SeenEvent event, Observable value) {}

    /// Collects what verdicts say of events.
    public static final class Collector {

        private final Map<String, Match> matches = new LinkedHashMap<>();

        public void add(SeenEvent event, Observable value, Verdict verdict) {
            matches.computeIfAbsent(
                            event.tenant() + verdict.indicator().id() + verdict.wantsAlert() + event.machineId(),
                            key -> new Match(
                                    event.tenant(),
                                    event.machineId(),
                                    verdict.indicator(),
                                    verdict.wantsAlert(),
                                    new ArrayList<>()))
                    .hits()
                    .add(new Hit(event, value));
        }

        public Collection<Match> matches() {
            return matches.values();
        }
    }
}
