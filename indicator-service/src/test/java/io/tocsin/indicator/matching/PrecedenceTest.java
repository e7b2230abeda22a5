package io.tocsin.indicator.matching;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.indicator.CanonicalValue;
import io.tocsin.indicator.IndicatorAction;
import io.tocsin.indicator.IndicatorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The table of contract 50 §6: one row of it each, the winner first, then the rule.
class PrecedenceTest {

    @ParameterizedTest(name = "{0} beats {1} by {2}")
    @CsvSource({
        // Same file, several hash types: whatever the action, whatever the group
        "FileSha256 2 Allowed,             FileSha1 1 Block,                StrongerHash",
        "FileSha1 1 Allowed,               FileMd5 3 Block,                 StrongerHash",
        "FileSha256 2 Block,               FileSha1 1 Block Finance,        StrongerHash",
        "FileSha256 2 Allowed,             FileMd5 3 BlockAndRemediate,     StrongerHash",
        // Otherwise the device group's own
        "FileSha1 1 Allowed Finance,       FileSha1 1 Block,                DeviceGroupBeforeAll",
        "DomainName bad.example Block Finance, DomainName bad.example Allowed, DeviceGroupBeforeAll",
        "DomainName bad.example Block Finance, Url bad.example/a Allowed,   DeviceGroupBeforeAll",
        "CertificateThumbprint 1 Allowed Finance, CertificateThumbprint 1 BlockAndRemediate, DeviceGroupBeforeAll",
        "CertificateThumbprint 1 Allowed, CertificateThumbprint issuer:CN=Bad BlockAndRemediate, ThumbprintBeforeIssuer",
        "CertificateThumbprint issuer:CN=Bad BlockAndRemediate, CertificateThumbprint issuer:CN=Bad Allowed, BlockBeforeAllowed",
        // Files and certificates: 3 before 5
        "FileSha256 2 Block,               FileSha256 2 Allowed,            BlockBeforeAllowed",
        "FileSha256 2 Warn,                FileSha256 2 Allowed,            BlockBeforeAllowed",
        "FileSha256 2 BlockAndRemediate,   FileSha256 2 Block,              BlockBeforeAllowed",
        "FileSha256 2 AlertAndBlock,       FileSha256 2 Warn,               BlockBeforeAllowed",
        "CertificateThumbprint 1 BlockAndRemediate, CertificateThumbprint 1 Allowed, BlockBeforeAllowed",
        "CertificateThumbprint 1 BlockAndRemediate, FileSha256 2 Allowed,   BlockBeforeAllowed",
        "FileMd5 3 Block,                  CertificateThumbprint 1 Allowed, BlockBeforeAllowed",
        // The network: Allowed, Warn, Block
        "IpAddress 9.9.9.9 Allowed,        IpAddress 9.9.9.9 Warn,          AllowedBeforeBlock",
        "IpAddress 9.9.9.9 Allowed,        IpAddress 9.9.9.9 Block,         AllowedBeforeBlock",
        "DomainName bad.example Warn,      DomainName bad.example Block,    AllowedBeforeBlock",
        "Url bad.example/a Warn,           Url bad.example/a BlockAndRemediate, AllowedBeforeBlock",
        // The longer path, and what is as it
        "Url bad.example/a/b Block,        Url bad.example/a Allowed,       LongerPath",
        "DomainName a.bad.example Block,   DomainName bad.example Allowed,  LongerPath",
        "DomainName *.bad.example Block,   DomainName bad.example Allowed,  LongerPath",
        "IpAddress 9.9.9.9 Block,          IpAddress 9.9.9.0/24 Allowed,    LongerPath",
        "IpAddress 9.9.9.0/24 Block,       IpAddress 9.0.0.0/8 Allowed,     LongerPath",
        "Url bad.example Block,            DomainName bad.example Allowed,  NarrowerKind",
        "DomainName bad.example Block,     IpAddress 9.9.9.9 Allowed,       NarrowerKind",
        // An audit is the lowest
        "FileMd5 3 Block,                  FileSha256 2 Audit,              ActionBeforeAudit",
        "FileSha1 1 Block,                 FileSha1 1 Audit Finance,        ActionBeforeAudit",
        "DomainName bad.example Block,     Url bad.example/a Audit,         ActionBeforeAudit",
        "DomainName bad.example Allowed,   DomainName bad.example Alert,    ActionBeforeAudit",
        // Nothing tells them apart
        "FileSha1 1 BlockAndRemediate,     FileSha1 1 AlertAndBlock,        Older",
    })
    void shouldDecideAsTheContractSays(String first, String second, Rule rule) {
        Candidate winner = candidate(1, first);
        Candidate loser = candidate(2, second);

        for (List<Candidate> order : List.of(List.of(winner, loser), List.of(loser, winner))) {
            Precedence.Decision decision = Precedence.decide(order).orElseThrow();
            assertThat(decision.winner()).isSameAs(winner);
            assertThat(decision.rule()).isEqualTo(rule);
            assertThat(decision.losers()).containsExactly(new Precedence.Loser(loser, rule));
        }
    }

    @Test
    void shouldDecideAloneWhenThereIsNoOther() {
        Candidate only = candidate(1, "Url bad.example Block");

        assertThat(Precedence.decide(List.of(only)).map(Precedence.Decision::rule))
                .contains(Rule.OnlyOne);
        assertThat(Precedence.decide(List.of())).isEqualTo(Optional.empty());
    }

    @Test
    void shouldDecideTheSameWhateverTheOrder() {
        var random = new Random(20261129);
        List<String> files = Stream.of("FileSha256 2", "FileSha1 1", "FileMd5 3", "CertificateThumbprint 1")
                .flatMap(PrecedenceTest::withActions)
                .toList();
        List<String> network = Stream.of("Url bad.example/a", "DomainName bad.example", "IpAddress 9.9.9.0/24")
                .flatMap(PrecedenceTest::withActions)
                .toList();
        for (int round = 0; round < 2_000; round++) {
            List<String> kinds = round % 2 == 0 ? files : network;
            var candidates = new ArrayList<Candidate>();
            for (int i = 1 + random.nextInt(6); i > 0; i--) {
                candidates.add(candidate(i, kinds.get(random.nextInt(kinds.size()))));
            }
            Precedence.Decision decision = Precedence.decide(candidates).orElseThrow();
            Collections.shuffle(candidates, random);
            assertThat(Precedence.decide(candidates)).contains(decision);
        }
    }

    private static Stream<String> withActions(String value) {
        return Stream.of("Allowed", "Audit", "Warn", "Block", "BlockAndRemediate", "Alert", "AlertAndBlock")
                .flatMap(action -> Stream.of(value + " " + action, value + " " + action + " Finance"));
    }

    /// `type value action [group]`; a digit stands for a hash of it.
    private static Candidate candidate(long id, String text) {
        String[] parts = text.split(" ");
        IndicatorType type = IndicatorType.valueOf(parts[0]);
        String value = parts[1].length() == 1
                ? parts[1].repeat(type == IndicatorType.FileSha256 ? 64 : type == IndicatorType.FileMd5 ? 32 : 40)
                : parts[1];
        return new Candidate(
                id,
                type,
                CanonicalValue.of(type, value),
                IndicatorAction.valueOf(parts[2]),
                false,
                parts.length > 3 ? List.of(parts[3]) : List.of(),
                List.of(),
                new MatchView.MatchedIndicator(
                        Long.toString(id), parts[0], value, parts[2], "t", "d", "Low", 1, null, List.of(), null));
    }
}
