package io.tocsin.response.playbook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/// @param value what calls carry; it is never shown
/// @param host the only one it is sent to
@RegisterForReflection
public record SecretRequest(
        @NotBlank @Size(max = 8192) String value,
        @NotBlank @Size(max = 255) String host) {}
