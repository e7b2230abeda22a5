package io.tocsin.indicator.matching;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// Why a value is decided as it is (docs/api.md).
///
/// @param canonicalValue the form in which it is compared, null when it is no value of its type
/// @param deviceGroup the group that was looked up for the machine, or as it was given
/// @param lookedUp the names under which an indicator could speak of it
/// @param rules the order of precedence for a value of this type
@RegisterForReflection
record ExplainView(
        MatchView.Verdict verdict, String canonicalValue, String deviceGroup, List<Key> lookedUp, List<String> rules) {

    record Key(String type, String value) {}
}
