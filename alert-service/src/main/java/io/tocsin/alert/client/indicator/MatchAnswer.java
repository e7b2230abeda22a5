package io.tocsin.alert.client.indicator;

import java.util.List;

/// @param value one verdict per asked value, in order
public record MatchAnswer(List<Verdict> value) {

    /// @param indicator the deciding one, null without a match
    public record Verdict(
            String type,
            String value,
            boolean matched,
            String action,
            boolean generateAlert,
            KnownIndicator indicator) {}
}
