package io.tocsin.indicator.matching;

import io.tocsin.indicator.IndicatorAction;
import io.tocsin.indicator.IndicatorType;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Which of several indicators decides (contract 50 §6): for files a block beats an allowance, on the network it is the
/// other way; a longer URL or domain beats a shorter one, SHA-256 beats SHA-1 beats MD5; an audit comes last.
final class Precedence {

    private static final List<IndicatorAction> FILES = List.of(
            IndicatorAction.BlockAndRemediate,
            IndicatorAction.Block,
            IndicatorAction.Warn,
            IndicatorAction.Allowed,
            IndicatorAction.Audit);
    private static final List<IndicatorAction> NETWORK = List.of(
            IndicatorAction.Allowed,
            IndicatorAction.Warn,
            IndicatorAction.BlockAndRemediate,
            IndicatorAction.Block,
            IndicatorAction.Audit);
    private static final List<IndicatorType> KINDS = List.of(
            IndicatorType.FileSha256,
            IndicatorType.FileSha1,
            IndicatorType.FileMd5,
            IndicatorType.Url,
            IndicatorType.DomainName,
            IndicatorType.IpAddress,
            IndicatorType.CertificateThumbprint);

    private static final Comparator<Candidate> ORDER = Comparator.<Candidate>comparingInt(
                    it -> KINDS.indexOf(it.type()))
            .thenComparing(
                    Comparator.comparingInt((Candidate it) -> it.matchValue().length())
                            .reversed())
            .thenComparingInt(Precedence::strength)
            .thenComparing(it -> it.indicator().id());

    private Precedence() {}

    static Optional<Candidate> decide(Collection<Candidate> candidates) {
        return candidates.stream().min(ORDER);
    }

    private static int strength(Candidate it) {
        boolean prevention = it.type().isFile() || it.type() == IndicatorType.CertificateThumbprint;
        return (prevention ? FILES : NETWORK).indexOf(it.action().current());
    }
}
