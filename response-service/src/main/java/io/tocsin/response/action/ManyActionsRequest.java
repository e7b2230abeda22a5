package io.tocsin.response.action;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Size;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// One action for many machines (docs/api.md); beside its kind and machines, what the single one takes (contract 30
/// §3).
///
/// @param machineIds ids, directory device ids or names, at most 1,000
@RegisterForReflection
public record ManyActionsRequest(
        @NotBlank @Size(max = 64) String type,
        @NotEmpty @Size(max = 1000) List<@NotBlank @Size(max = 256) String> machineIds,
        @NotBlank @Size(max = 4000) String comment,
        String isolationType,
        String scanType,
        @Size(max = 128) String sha1,
        @Size(max = 256) String externalId,
        @Size(max = 256) String title) {

    /// A live response is of one machine, of which only some run at once; nobody offboards a thousand by mistake.
    private static final Set<ActionKind> KINDS = EnumSet.of(
            ActionKind.Isolate,
            ActionKind.Unisolate,
            ActionKind.RestrictCodeExecution,
            ActionKind.UnrestrictCodeExecution,
            ActionKind.RunAntiVirusScan,
            ActionKind.StopAndQuarantineFile,
            ActionKind.CollectInvestigationPackage);

    /// @throws ProblemException 400 when it is none of those that can be ordered for many
    ActionKind kind() {
        return KINDS.stream()
                .filter(kind -> kind.name().equalsIgnoreCase(type.strip()))
                .findFirst()
                .orElseThrow(() -> new ProblemException(
                        CommonProblem.INVALID_INPUT,
                        "type is none of "
                                + KINDS.stream().map(ActionKind::name).collect(Collectors.joining(", "))));
    }

    ActionRequest asAction() {
        return new ActionRequest(comment, isolationType, scanType, sha1, externalId, title);
    }
}
