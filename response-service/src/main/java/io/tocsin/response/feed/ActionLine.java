package io.tocsin.response.feed;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.response.action.ActionReport;
import io.tocsin.response.action.MachineActionView;
import io.tocsin.wire.WireTime;

/// @param cursor where to go on behind this line
/// @param change `Created` or `Updated`
/// @param changeTime when
/// @param action as it is now, which may be later
/// @param report what its machine said of it, as it is now
@RegisterForReflection
record ActionLine(String cursor, String change, WireTime changeTime, MachineActionView action, ActionReport report) {}
