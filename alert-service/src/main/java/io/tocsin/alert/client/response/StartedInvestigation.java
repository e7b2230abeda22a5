package io.tocsin.alert.client.response;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// @param id a number, as text
/// @param state one of contract 10's `investigationState`
@RegisterForReflection
public record StartedInvestigation(String id, String state) {}
