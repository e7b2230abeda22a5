package io.tocsin.response.action;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/// The body of a live response (contract 30 §5); its comment is optional.
@RegisterForReflection
public record LiveResponseRequest(
        @Size(max = 4000) String comment,
        @NotEmpty @Size(max = 100) List<@NotNull @Valid LiveCommand> commands,
        @Size(max = 256) String externalId,
        @Size(max = 256) String title) {

    ActionRequest asAction() {
        return new ActionRequest(comment, null, null, null, externalId, title);
    }
}
