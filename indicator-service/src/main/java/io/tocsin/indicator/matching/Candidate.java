package io.tocsin.indicator.matching;

import io.tocsin.indicator.IndicatorAction;
import io.tocsin.indicator.IndicatorType;

/// An indicator in force that speaks of a value.
record Candidate(
        IndicatorType type,
        String matchValue,
        IndicatorAction action,
        boolean generateAlert,
        MatchView.MatchedIndicator indicator) {}
