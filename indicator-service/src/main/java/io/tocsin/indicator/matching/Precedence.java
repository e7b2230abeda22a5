package io.tocsin.indicator.matching;

import io.tocsin.indicator.IndicatorType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Which of several indicators decides (contract 50 §6), and by which [Rule]. Files, certificates and the network have
/// an
/// order each; of a file and its certificate, a block beats an allowance.
final class Precedence {

    private static final List<Rule> FILES = List.of(
            Rule.ActionBeforeAudit, Rule.StrongerHash, Rule.DeviceGroupBeforeAll, Rule.BlockBeforeAllowed, Rule.Older);
    private static final List<Rule> CERTIFICATES = List.of(
            Rule.ActionBeforeAudit,
            Rule.DeviceGroupBeforeAll,
            Rule.ThumbprintBeforeIssuer,
            Rule.BlockBeforeAllowed,
            Rule.Older);
    private static final List<Rule> NETWORK = List.of(
            Rule.ActionBeforeAudit,
            Rule.DeviceGroupBeforeAll,
            Rule.NarrowerKind,
            Rule.LongerPath,
            Rule.AllowedBeforeBlock,
            Rule.Older);
    private static final List<Rule> BETWEEN = List.of(Rule.ActionBeforeAudit, Rule.BlockBeforeAllowed, Rule.Older);

    /// @param by what each of the others lost by, in the order of precedence
    record Decision(Candidate winner, List<Loser> losers) {

        /// The rule that told the winner from the next one.
        Rule rule() {
            return losers.isEmpty() ? Rule.OnlyOne : losers.getFirst().by();
        }
    }

    record Loser(Candidate candidate, Rule by) {}

    private Precedence() {}

    static Optional<Decision> decide(Collection<Candidate> candidates) {
        List<List<Candidate>> families = families(candidates);
        if (families.isEmpty()) {
            return Optional.empty();
        }
        families.sort(Comparator.comparing(List::getFirst, by(BETWEEN)));
        Candidate winner = families.getFirst().getFirst();
        return Optional.of(new Decision(
                winner,
                families.stream()
                        .flatMap(List::stream)
                        .skip(1)
                        .map(it -> new Loser(it, lostBy(winner, it)))
                        .toList()));
    }

    /// Each in its own order.
    private static List<List<Candidate>> families(Collection<Candidate> candidates) {
        var families = new ArrayList<List<Candidate>>();
        for (List<Rule> rules : List.of(FILES, CERTIFICATES, NETWORK)) {
            List<Candidate> family = candidates.stream()
                    .filter(it -> rules(it.type()) == rules)
                    .sorted(by(rules))
                    .toList();
            if (!family.isEmpty()) {
                families.add(family);
            }
        }
        return families;
    }

    static List<Rule> rules(IndicatorType type) {
        return type.isFile() ? FILES : type == IndicatorType.CertificateThumbprint ? CERTIFICATES : NETWORK;
    }

    private static Comparator<Candidate> by(List<Rule> rules) {
        return (one, other) -> rules.stream()
                .mapToInt(rule -> rule.compare(one, other))
                .filter(order -> order != 0)
                .findFirst()
                .orElse(0);
    }

    private static Rule lostBy(Candidate winner, Candidate loser) {
        List<Rule> rules = rules(winner.type());
        return (rules == rules(loser.type()) ? rules : BETWEEN)
                .stream()
                        .filter(rule -> rule.compare(winner, loser) != 0)
                        .findFirst()
                        .orElse(Rule.Older);
    }
}
