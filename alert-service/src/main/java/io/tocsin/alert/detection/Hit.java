package io.tocsin.alert.detection;

/// A rule that is true of an event.
record Hit(ActiveRule rule, DetectionEvent event) {}
