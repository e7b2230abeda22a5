package io.tocsin.alert.webhook;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// What a webhook is told changes of.
@RegisterForReflection
public enum Kind {
    Alerts,
    Incidents
}
