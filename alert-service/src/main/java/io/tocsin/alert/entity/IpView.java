package io.tocsin.alert.entity;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// The Ip entity.
///
/// @param id the address
@RegisterForReflection
public record IpView(String id) {}
