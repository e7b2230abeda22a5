package io.tocsin.response.playbook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// The playbooks Tocsin comes with.
@RegisterForReflection
public record TemplateList(List<TemplateView> value) {}
