package io.tocsin.alert.webhook;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// @param redelivering dead letters that are sent again from now on
@RegisterForReflection
public record RedeliveryView(int redelivering) {}
