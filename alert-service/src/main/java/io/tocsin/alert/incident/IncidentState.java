package io.tocsin.alert.incident;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// What people change of an incident, as the audit keeps it before and after.
@RegisterForReflection
record IncidentState(
        String status, String assignedTo, String classification, String determination, List<String> tags) {}
