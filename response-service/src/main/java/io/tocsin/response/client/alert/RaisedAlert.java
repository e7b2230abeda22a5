package io.tocsin.response.client.alert;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// @param id the one we named
@RegisterForReflection
public record RaisedAlert(String id) {}
