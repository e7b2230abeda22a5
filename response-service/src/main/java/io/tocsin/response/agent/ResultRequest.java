package io.tocsin.response.agent;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

/// An agent's report of an action.
///
/// @param errorHResult 0 when all went well; a failure without one is `0x80004005`
/// @param message why, as operators read it in the audit and in the feed of actions
@RegisterForReflection
public record ResultRequest(
        @NotBlank @Size(max = 64) String leaseId,
        @NotNull Outcome status,
        Integer errorHResult,
        @Size(max = 4000) String message) {

    private static final int UNSPECIFIED_FAILURE = 0x80004005;

    /// What the action's `errorHResult` becomes: 0 says that all went well, so that no failure has it.
    int result() {
        int told = errorHResult == null ? 0 : errorHResult;
        return status == Outcome.Failed && told == 0 ? UNSPECIFIED_FAILURE : told;
    }

    /// How a command can end.
    public enum Outcome {
        Succeeded,
        Failed
    }
}
