package io.tocsin.response.action;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// What became of an agent's report of a command.
///
/// @param commandStatus the command's real state
/// @param accepted whether the report is that state
@RegisterForReflection
public record CommandReported(int index, String commandStatus, boolean accepted) {}
