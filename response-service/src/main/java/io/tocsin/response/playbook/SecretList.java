package io.tocsin.response.playbook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// A tenant's secrets.
@RegisterForReflection
public record SecretList(List<SecretView> value) {}
