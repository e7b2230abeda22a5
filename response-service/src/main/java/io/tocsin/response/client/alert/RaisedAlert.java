package io.tocsin.response.client.alert;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// An alert, of which the id is all that is needed.
@RegisterForReflection
public record RaisedAlert(String id) {}
