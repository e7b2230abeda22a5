package io.tocsin.indicator.matching;

import io.tocsin.indicator.CanonicalValue;
import io.tocsin.indicator.IndicatorAction;
import io.tocsin.indicator.IndicatorType;
import java.util.Comparator;
import java.util.List;

/// One row of the order of precedence (contract 50 §6). What it puts first decides; what it holds equal is left to the
/// next
/// one.
enum Rule {

    /// Who acts comes before who only watches.
    ActionBeforeAudit(Comparator.comparing(it -> it.action().current() == IndicatorAction.Audit)),

    /// SHA-256 beats SHA-1 beats MD5, whatever the device group.
    StrongerHash(Comparator.comparingInt(it -> kinds().indexOf(it.type()))),

    /// The group's own indicator beats the one of all devices.
    DeviceGroupBeforeAll(Comparator.comparing(Candidate::isForAll)),

    /// A certificate's own thumbprint beats who issued it.
    ThumbprintBeforeIssuer(Comparator.comparing(it -> it.matchValue().startsWith(CanonicalValue.ISSUER))),

    /// A URL beats a domain beats an address.
    NarrowerKind(Comparator.comparingInt(it -> kinds().indexOf(it.type()))),

    /// The longer path beats the shorter, the deeper domain the higher, the smaller range the larger.
    LongerPath(Comparator.comparingInt(Rule::length).reversed()),

    /// Of files and certificates: a block beats an allowance.
    BlockBeforeAllowed(Comparator.comparingInt(it -> List.of(
                    IndicatorAction.BlockAndRemediate,
                    IndicatorAction.Block,
                    IndicatorAction.Warn,
                    IndicatorAction.Allowed,
                    IndicatorAction.Audit)
            .indexOf(it.action().current()))),

    /// Of addresses, domains and URLs: an allowance beats a warning beats a block.
    AllowedBeforeBlock(Comparator.comparingInt(it -> List.of(
                    IndicatorAction.Allowed,
                    IndicatorAction.Warn,
                    IndicatorAction.BlockAndRemediate,
                    IndicatorAction.Block,
                    IndicatorAction.Audit)
            .indexOf(it.action().current()))),

    /// Nothing else tells them apart: the first that was there.
    Older(Comparator.comparingLong(Candidate::id)),

    /// There is no other.
    OnlyOne((one, other) -> 0);

    private final Comparator<Candidate> order;

    Rule(Comparator<Candidate> order) {
        this.order = order;
    }

    int compare(Candidate one, Candidate other) {
        return order.compare(one, other);
    }

    private static List<IndicatorType> kinds() {
        return List.of(
                IndicatorType.FileSha256,
                IndicatorType.FileSha1,
                IndicatorType.FileMd5,
                IndicatorType.CertificateThumbprint,
                IndicatorType.Url,
                IndicatorType.DomainName,
                IndicatorType.IpAddress);
    }

    private static int length(Candidate it) {
        if (it.type() != IndicatorType.IpAddress) {
            return it.matchValue().length();
        }
        int slash = it.matchValue().indexOf('/');
        return slash < 0 ? Integer.MAX_VALUE : Integer.parseInt(it.matchValue().substring(slash + 1));
    }
}
