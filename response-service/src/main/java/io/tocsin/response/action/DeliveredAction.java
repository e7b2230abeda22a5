package io.tocsin.response.action;

import io.tocsin.wire.WireTime;

/// An action on its way to an agent (docs/api.md).
public record DeliveredAction(
        String id, String type, String scope, String comment, String leaseId, WireTime leaseExpirationTime) {}
