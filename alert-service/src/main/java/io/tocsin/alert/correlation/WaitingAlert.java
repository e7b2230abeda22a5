package io.tocsin.alert.correlation;

import io.tocsin.alert.story.TimeRange;

/// An alert correlation has to look at.
///
/// @param time of its events, or of its creation when it names none
record WaitingAlert(String id, String machineId, String machineName, TimeRange time) {}
