package io.tocsin.response.action;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/// The body of an action (contract 30 §3, edmx-facts "Actions").
@RegisterForReflection
public record ActionRequest(
        @NotBlank @Size(max = 4000) String comment,
        String isolationType,
        String scanType,
        @Size(max = 128) String sha1,
        @Size(max = 256) String externalId,
        @Size(max = 256) String title) {

    /// What offboarding without a body asks for (wire-facts §7).
    public static final ActionRequest WITHOUT_BODY = new ActionRequest(null, null, null, null, null, null);
}
