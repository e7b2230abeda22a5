package io.tocsin.alert.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.alert.AlertProblem;
import io.tocsin.alert.triage.AlertCategory;
import io.tocsin.alert.triage.AlertSeverity;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.validation.constraints.Size;
import java.util.EnumSet;
import java.util.Set;

/// Contract 10 §4.3; all eight are required. A hunting row gives `reportId` as a number, the page as text: both are
/// read.
@RegisterForReflection
public record CreateAlertByReferenceRequest(
        @Size(max = 64) String machineId,
        WireTime eventTime,
        JsonNode reportId,
        AlertSeverity severity,
        @Size(max = 512) String title,
        @Size(max = 4000) String description,
        @Size(max = 4000) String recommendedAction,
        @Size(max = 64) String category) {

    private static final Set<AlertSeverity> SEVERITIES =
            EnumSet.of(AlertSeverity.Low, AlertSeverity.Medium, AlertSeverity.High);

    /// @throws ProblemException 400, for the first missing field with the recorded code and words (wire-facts §2)
    void check() {
        required("machineId", machineId);
        required("eventTime", eventTime);
        required("reportId", reportId == null || reportId.isNull() ? null : reportId.asText());
        required("severity", severity);
        required("title", title);
        required("description", description);
        required("recommendedAction", recommendedAction);
        required("category", category);
        if (!SEVERITIES.contains(severity)) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "severity is none of Low, Medium, High");
        }
        AlertCategory known = AlertCategory.named(category);
        if (known == null || !known.isForReference()) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "category is not one an alert can be created with");
        }
    }

    private static void required(String name, Object value) {
        if (value == null || value instanceof String text && text.isBlank()) {
            throw new ProblemException(AlertProblem.REFERENCE_INCOMPLETE, name + " argument is missing");
        }
    }
}
