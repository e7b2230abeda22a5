package io.tocsin.alert.feed;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.alert.triage.AlertView;
import io.tocsin.wire.WireTime;

/// @param cursor where to go on behind this line
/// @param change `Created` or `Updated`
/// @param changeTime when
/// @param alert as it is now, which may be later
@RegisterForReflection
record AlertLine(String cursor, String change, WireTime changeTime, AlertView alert) {}
