package io.tocsin.indicator.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// All that must not be blocked: what is built in and the tenant's own.
@RegisterForReflection
record WarningList(List<WarningEntry> value) {}
