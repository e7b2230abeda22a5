package io.tocsin.alert.entity;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// The Domain entity.
///
/// @param host its name
@RegisterForReflection
public record DomainView(String host) {}
