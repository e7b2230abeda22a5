package io.tocsin.indicator.matching;

import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.indicator.CanonicalValue;
import io.tocsin.indicator.IndicatorAction;
import io.tocsin.indicator.IndicatorType;
import io.tocsin.indicator.index.PrefixLengths;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Says of values which indicator decides and why.
@ApplicationScoped
class Matcher {

    private static final int MOST_SHOWN = 100;

    private static final String ANOTHER_GROUP = "AnotherDeviceGroup";
    private static final String EXPIRED = "Expired";

    private final CandidateFinder finder;
    private final CandidateRepository rows;
    private final DeviceScopes scopes;

    Matcher(CandidateFinder finder, CandidateRepository rows, DeviceScopes scopes) {
        this.finder = finder;
        this.rows = rows;
        this.scopes = scopes;
    }

    List<MatchView.Verdict> match(Caller caller, List<MatchRequest.Observable> values) {
        PrefixLengths lengths = finder.prefixes(caller.tenant());
        List<List<Lookup.Key>> keys =
                values.stream().map(value -> keys(value, lengths)).toList();
        Map<Lookup.Key, List<Candidate>> found = finder.find(caller.tenant(), keys);
        Map<String, DeviceGroup> machines = machines(caller, values);
        WireTime now = WireTime.now();
        var verdicts = new ArrayList<MatchView.Verdict>(values.size());
        for (int i = 0; i < values.size(); i++) {
            List<Candidate> candidates = candidates(keys.get(i), found);
            verdicts.add(
                    candidates.isEmpty()
                            ? nothing(values.get(i), List.of())
                            : verdict(values.get(i), candidates, group(values.get(i), machines), now));
        }
        return verdicts;
    }

    ExplainView explain(Caller caller, MatchRequest.Observable value) {
        List<Lookup.Key> keys = keys(value, finder.prefixes(caller.tenant()));
        List<Candidate> candidates = candidates(keys, finder.find(caller.tenant(), List.of(keys)));
        DeviceGroup group = group(value, machines(caller, List.of(value)));
        IndicatorType type = type(value.type());
        return new ExplainView(
                candidates.isEmpty() ? nothing(value, List.of()) : verdict(value, candidates, group, WireTime.now()),
                keys.isEmpty() ? null : CanonicalValue.of(type, value.value()),
                group == null ? null : group.name(),
                keys.stream()
                        .map(key -> new ExplainView.Key(key.type().name(), key.value()))
                        .toList(),
                Precedence.rules(type).stream().map(Rule::name).toList());
    }

    private static List<Candidate> candidates(List<Lookup.Key> keys, Map<Lookup.Key, List<Candidate>> found) {
        return found.isEmpty()
                ? List.of()
                : keys.stream()
                        .flatMap(key -> found.getOrDefault(key, List.of()).stream())
                        .toList();
    }

    /// @throws ProblemException when it cannot be asked for
    static void check(MatchRequest.Observable value) {
        keys(value, PrefixLengths.NONE);
    }

    private static List<Lookup.Key> keys(MatchRequest.Observable value, PrefixLengths lengths) {
        IndicatorType type = type(value.type());
        List<Lookup.Key> keys = Lookup.keys(type, value.value(), lengths);
        if (value.also() == null || value.also().isEmpty()) {
            return keys;
        }
        var all = new LinkedHashSet<>(keys);
        for (MatchRequest.Name name : value.also()) {
            IndicatorType another = type(name.type());
            if (isNetwork(another) != isNetwork(type)) {
                throw new ProblemException(
                        CommonProblem.INVALID_INPUT, "A " + type + " is not also a " + another + ": ask for each");
            }
            all.addAll(Lookup.keys(another, name.value(), lengths));
        }
        return List.copyOf(all);
    }

    private static boolean isNetwork(IndicatorType type) {
        return !type.isFile() && type != IndicatorType.CertificateThumbprint;
    }

    private static IndicatorType type(String spelled) {
        IndicatorType type = IndicatorType.spelled(spelled);
        if (type == null) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "'" + spelled + "' is not an indicator type");
        }
        return type;
    }

    private Map<String, DeviceGroup> machines(Caller caller, List<MatchRequest.Observable> values) {
        Set<String> machines = values.stream()
                .map(MatchRequest.Observable::machineId)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        return machines.isEmpty() ? Map.of() : rows.groups(caller.tenant(), scopes.of(caller), machines);
    }

    private static DeviceGroup group(MatchRequest.Observable value, Map<String, DeviceGroup> machines) {
        if (value.deviceGroup() != null && !value.deviceGroup().isBlank()) {
            return DeviceGroup.named(value.deviceGroup());
        }
        return value.machineId() == null ? null : machines.get(value.machineId());
    }

    static MatchView.Verdict verdict(
            MatchRequest.Observable value, List<Candidate> candidates, DeviceGroup group, WireTime now) {
        List<MatchView.Considered> outside = candidates.stream()
                .filter(it -> !it.isFor(group) || !it.isInForce(now))
                .map(it -> considered(it, it.isInForce(now) ? ANOTHER_GROUP : EXPIRED))
                .toList();
        List<Candidate> counting = candidates.stream()
                .filter(it -> it.isFor(group) && it.isInForce(now))
                .toList();
        Optional<Precedence.Decision> decided = Precedence.decide(counting);
        if (decided.isEmpty()) {
            return nothing(value, outside);
        }
        Precedence.Decision decision = decided.get();
        Candidate winner = decision.winner();
        return new MatchView.Verdict(
                value.type(),
                value.value(),
                true,
                winner.action().current().name(),
                alerts(winner, counting),
                winner.indicator(),
                decision.rule().name(),
                Stream.of(
                                Stream.of(considered(winner, null)),
                                decision.losers().stream()
                                        .map(it -> considered(
                                                it.candidate(), it.by().name())),
                                outside.stream())
                        .flatMap(part -> part)
                        .limit(MOST_SHOWN)
                        .toList());
    }

    /// What is allowed never alerts; what is done otherwise does where its own indicator or an audit says so (contract
    /// 50
    /// §5, §6).
    private static boolean alerts(Candidate winner, List<Candidate> counting) {
        return winner.action() != IndicatorAction.Allowed
                && (winner.generateAlert()
                        || counting.stream().anyMatch(it -> it.action().current() == IndicatorAction.Audit));
    }

    private static MatchView.Verdict nothing(MatchRequest.Observable value, List<MatchView.Considered> outside) {
        return new MatchView.Verdict(value.type(), value.value(), false, null, false, null, null, outside);
    }

    private static MatchView.Considered considered(Candidate it, String lostBy) {
        return new MatchView.Considered(
                it.indicator().id(),
                it.indicator().indicatorType(),
                it.indicator().indicatorValue(),
                it.indicator().action(),
                it.groupNames(),
                it.groupIds(),
                lostBy);
    }
}
