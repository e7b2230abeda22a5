package io.tocsin.alert.feed;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.alert.incident.IncidentOutlineView;
import io.tocsin.wire.WireTime;

/// @param cursor where to go on behind this line
/// @param change `Created`, `Updated`, or `Redirected` when it was merged into another
/// @param changeTime when
/// @param incident as it is now, which may be later
@RegisterForReflection
record IncidentLine(String cursor, String change, WireTime changeTime, IncidentOutlineView incident) {}
