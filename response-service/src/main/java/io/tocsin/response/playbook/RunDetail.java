package io.tocsin.response.playbook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// A run with every step of it.
@RegisterForReflection
public record RunDetail(RunView run, List<StepView> steps) {}
