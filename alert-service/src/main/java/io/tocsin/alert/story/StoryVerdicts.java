package io.tocsin.alert.story;

import io.quarkus.logging.Log;
import io.tocsin.alert.client.indicator.MatchAnswer.Verdict;
import io.tocsin.alert.client.indicator.MatchRequest;
import io.tocsin.alert.client.indicator.MatchRequest.Observable;
import io.tocsin.alert.client.indicator.VerdictClient;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/// Asks indicator-service what it makes of a story's values, and does not let a story wait for one that is
/// down.
@ApplicationScoped
class StoryVerdicts {

    private static final long NOT_AGAIN_NANOS = Duration.ofSeconds(5).toNanos();

    private final VerdictClient indicators;
    private volatile long silentUntil = System.nanoTime();

    StoryVerdicts(@RestClient VerdictClient indicators) {
        this.indicators = indicators;
    }

    private static boolean isRefusal(RuntimeException failed) {
        return failed instanceof WebApplicationException answered
                && answered.getResponse().getStatus() == Response.Status.BAD_REQUEST.getStatusCode();
    }

    /// One verdict a value; null when indicator-service does not answer in time.
    Map<Observable, Verdict> of(UUID tenant, Collection<Observable> values) {
        var asked = List.copyOf(values);
        if (asked.isEmpty() || silentUntil - System.nanoTime() > 0) {
            return asked.isEmpty() ? Map.of() : null;
        }
        try {
            var answered = indicators.match(tenant, new MatchRequest(asked)).value();
            var verdicts = new HashMap<Observable, Verdict>();
            for (int i = 0; i < asked.size(); i++) {
                verdicts.put(asked.get(i), answered.get(i));
            }
            return verdicts;
        } catch (RuntimeException silent) {
            if (isRefusal(silent)) { // of these values: others are asked
                Log.warnf(
                        "indicator-service takes a question for wrong: tenant=%s reason=%s", tenant, silent.toString());
                return null;
            }
            silentUntil = System.nanoTime() + NOT_AGAIN_NANOS;
            Log.warnf(
                    "indicator-service does not answer, stories are told without verdicts: reason=%s",
                    silent.toString());
            return null;
        }
    }
}
