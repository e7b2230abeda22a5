package io.tocsin.alert.incident;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.alert.triage.Verdicts;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import jakarta.validation.constraints.Size;
import java.util.List;

/// Contract 95 §2. Classification and determination are text here, since pages and clients spell them
/// differently; see [Verdicts].
@RegisterForReflection
public record UpdateIncidentRequest(
        IncidentStatus status,
        @Size(max = 256) String assignedTo,
        String classification,
        String determination,
        @Size(max = 100) List<@Size(max = 256) String> tags,
        @Size(max = 4000) String comment) {

    /// Only a merge gives it (contract 95 §4).
    private static final String REDIRECTED = "Redirected";

    /// @throws ProblemException 400 when a value is not acceptable, or nothing is to be changed
    IncidentChange toChange() {
        if (tags != null && tags.stream().anyMatch(tag -> tag == null || tag.isBlank())) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "tags holds an empty one");
        }
        List<String> replaced = tags == null
                ? null
                : tags.stream().map(String::strip).distinct().toList();
        if (replaced != null && replaced.contains(REDIRECTED)) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "The tag Redirected is given by merges only");
        }
        var change = new IncidentChange(
                status,
                assignedTo,
                unset(Verdicts.classification(classification)),
                Verdicts.determination(determination),
                replaced,
                comment == null || comment.isBlank() ? null : comment);
        if (change.isEmpty()) {
            throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "The request body names nothing to update");
        }
        return change;
    }

    /// What nobody classified is answered as `Unknown`, so that this is what takes a classification away.
    private static String unset(String classification) {
        return "Unknown".equals(classification) ? "" : classification;
    }
}
