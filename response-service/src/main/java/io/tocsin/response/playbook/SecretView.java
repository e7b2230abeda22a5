package io.tocsin.response.playbook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;

/// A secret, without what it is.
@RegisterForReflection
public record SecretView(String name, String host, String lastUpdatedBy, WireTime lastUpdateTime) {}
