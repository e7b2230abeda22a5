package io.tocsin.alert.webhook;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// @param delivered whether the target answered 2xx
/// @param status of its answer, null without one
/// @param error what went wrong, null when nothing did
@RegisterForReflection
public record PingView(boolean delivered, Integer status, String error) {}
