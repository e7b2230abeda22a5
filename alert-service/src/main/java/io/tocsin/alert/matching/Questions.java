package io.tocsin.alert.matching;

import io.tocsin.alert.client.indicator.IndicatorClient;
import io.tocsin.alert.client.indicator.MatchAnswer.Verdict;
import io.tocsin.alert.client.indicator.MatchRequest;
import io.tocsin.alert.client.indicator.MatchRequest.Observable;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/// Asks indicator-service about many values.
@ApplicationScoped
public class Questions {

    /// What indicator-service takes in one question (docs/api.md).
    private static final int MOST_VALUES = 10_000;

    private final IndicatorClient indicators;

    Questions(@RestClient IndicatorClient indicators) {
        this.indicators = indicators;
    }

    /// Those of which an indicator speaks, if only on some machines.
    public Map<Observable, Verdict> ask(UUID tenant, Collection<Observable> values) {
        Map<Observable, Verdict> spoken = new HashMap<>();
        List<Observable> all = List.copyOf(values);
        for (int from = 0; from < all.size(); from += MOST_VALUES) {
            List<Observable> part = all.subList(from, Math.min(all.size(), from + MOST_VALUES));
            List<Verdict> answered =
                    indicators.match(tenant, new MatchRequest(part)).value();
            for (int i = 0; i < part.size(); i++) {
                Verdict verdict = answered.get(i);
                if (verdict.matched()
                        || verdict.dependsOnMachine()
                        || part.get(i).machineId() != null) {
                    spoken.put(part.get(i), verdict);
                }
            }
        }
        return spoken;
    }
}
