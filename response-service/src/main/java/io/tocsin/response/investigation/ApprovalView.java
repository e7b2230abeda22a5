package io.tocsin.response.investigation;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;

/// That somebody approved, and why.
@RegisterForReflection
public record ApprovalView(String approvedBy, WireTime approvedTime, String comment) {}
