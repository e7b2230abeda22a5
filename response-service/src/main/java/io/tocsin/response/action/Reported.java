package io.tocsin.response.action;

/// What became of an agent's report.
///
/// @param status the action's real state
/// @param accepted whether the report is that state
public record Reported(String id, String status, boolean accepted) {}
