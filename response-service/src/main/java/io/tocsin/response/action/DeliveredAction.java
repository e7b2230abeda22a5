package io.tocsin.response.action;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;

/// An action on its way to an agent (docs/api.md).
@RegisterForReflection
public record DeliveredAction(
        String id, String type, String scope, String comment, String leaseId, WireTime leaseExpirationTime) {}
