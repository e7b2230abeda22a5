package io.tocsin.response.playbook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// A tenant's playbooks, by their names.
@RegisterForReflection
public record PlaybookList(List<PlaybookView> value) {}
