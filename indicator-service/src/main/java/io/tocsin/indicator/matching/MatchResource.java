package io.tocsin.indicator.matching;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.idempotency.ChangesNothing;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.indicator.IndicatorType;
import io.tocsin.wire.BatchBound;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.MaxBody;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `POST /v1/indicators/match` (docs/api.md).
@Path("/v1/indicators/match")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class MatchResource {

    private static final int MOST_VALUES = 10_000;
    private static final long LARGEST_BODY = 8 * 1024 * 1024;

    private final CandidateRepository candidates;
    private final CurrentCaller caller;

    MatchResource(CandidateRepository candidates, CurrentCaller caller) {
        this.candidates = candidates;
        this.caller = caller;
    }

    @POST
    @MaxBody(LARGEST_BODY)
    @ChangesNothing(because = "it looks values up; only their number makes it a POST")
    @Requires({Permission.TI_READ_WRITE, Permission.SERVICE})
    public MatchView match(@Valid @NotNull MatchRequest request) {
        BatchBound.check(request.values().size(), MOST_VALUES, "values");
        List<List<Lookup.Key>> keys =
                request.values().stream().map(MatchResource::keys).toList();
        Set<Lookup.Key> distinct = new LinkedHashSet<>();
        keys.forEach(distinct::addAll);
        var found = candidates.find(caller.get().tenant(), distinct, WireTime.now());
        var verdicts = new java.util.ArrayList<MatchView.Verdict>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            verdicts.add(verdict(request.values().get(i), keys.get(i), found));
        }
        return new MatchView(verdicts);
    }

    private static List<Lookup.Key> keys(MatchRequest.Observable value) {
        IndicatorType type = IndicatorType.spelled(value.type());
        if (type == null) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "'" + value.type() + "' is not an indicator type");
        }
        return Lookup.keys(type, value.value());
    }

    private static MatchView.Verdict verdict(
            MatchRequest.Observable value, List<Lookup.Key> keys, Map<Lookup.Key, List<Candidate>> found) {
        return Precedence.decide(keys.stream()
                        .flatMap(key -> found.getOrDefault(key, List.of()).stream())
                        .toList())
                .map(it -> new MatchView.Verdict(
                        value.type(),
                        value.value(),
                        true,
                        it.action().current().name(),
                        it.generateAlert(),
                        it.indicator()))
                .orElseGet(() -> new MatchView.Verdict(value.type(), value.value(), false, null, false, null));
    }
}
