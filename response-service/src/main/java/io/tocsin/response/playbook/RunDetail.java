package io.tocsin.response.playbook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// A run with its steps, 5,000 at once.
///
/// @param stepCount how many there are
@RegisterForReflection
public record RunDetail(RunView run, int stepCount, List<StepView> steps) {}
