package io.tocsin.response.machine;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotNull;
import java.util.List;

/// What a `PATCH` sets; what is missing stays. The tags become exactly those of the body (contract 20 §2).
@RegisterForReflection
public record UpdateMachineRequest(List<@NotNull String> machineTags, String deviceValue) {}
