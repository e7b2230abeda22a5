package io.tocsin.alert.mapping;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.annotations.RegisterForReflection;

/// What a mapping would make of an event.
///
/// @param skipped whether it would make nothing of it
/// @param alert as it would be sent to `POST /v1/alerts`, or null when it is skipped
@RegisterForReflection
public record TrialView(boolean skipped, ObjectNode alert) {}
