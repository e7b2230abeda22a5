package io.tocsin.response.action;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// What became of an agent's report.
///
/// @param status the action's real state
/// @param accepted whether the report is that state
@RegisterForReflection
public record Reported(String id, String status, boolean accepted) {}
