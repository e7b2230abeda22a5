package io.tocsin.alert.investigation;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// The alert of an investigation that was started by hand.
@RegisterForReflection
public record RaisedAlert(String id) {}
