package io.tocsin.response.investigation;

import java.util.List;
import java.util.stream.Stream;

/// How an investigation stands (contract 40 §4).
enum InvestigationState {
    Unknown,
    Terminated,
    SuccessfullyRemediated,
    Benign,
    Failed,
    PartiallyRemediated,
    Running,
    PendingApproval,
    PendingResource,
    PartiallyInvestigated,
    TerminatedByUser,
    TerminatedBySystem,
    Queued,
    InnerFailure,
    PreexistingAlert,
    UnsupportedOs,
    UnsupportedAlertType,
    SuppressedAlert;

    /// Whether nothing follows it.
    static boolean isFinal(InvestigationState state) {
        return switch (state) {
            case Queued, Running, PendingApproval, PendingResource -> false;
            default -> true;
        };
    }

    /// As `$filter` may name them.
    static List<String> names() {
        return Stream.of(values()).map(Enum::name).toList();
    }
}
