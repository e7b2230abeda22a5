package io.tocsin.alert.triage;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// What people change of an alert, as the audit keeps it before and after.
@RegisterForReflection
record AlertState(String status, String assignedTo, String classification, String determination) {}
