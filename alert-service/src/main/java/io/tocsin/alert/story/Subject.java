package io.tocsin.alert.story;

import io.tocsin.alert.incident.AlertEvidence;
import java.util.List;

/// An alert, seen on one machine: its own, or one that an alert without a machine may be about.
public record Subject(String alertId, String machineId, TimeRange time, List<AlertEvidence> evidence) {}
