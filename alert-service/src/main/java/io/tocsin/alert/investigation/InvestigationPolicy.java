package io.tocsin.alert.investigation;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Objects;

/// Alerts that are investigated without anybody asking. What a policy leaves out does not narrow it.
///
/// @param enabled whether it is in force; yes when it is left out
/// @param minimumSeverity of the alerts
/// @param sources names of products, as `POST /v1/alerts` has them in `source`, in any case
/// @param detectionSources of the alerts, in any case
/// @param deviceGroupIds of the alerts' machines
@RegisterForReflection
public record InvestigationPolicy(
        @NotBlank @Size(max = 100) String name,
        Boolean enabled,
        @NotNull Severity minimumSeverity,
        @Size(max = 100) List<@NotBlank @Size(max = 200) String> sources,
        @Size(max = 100) List<@NotBlank @Size(max = 200) String> detectionSources,
        @Size(max = 1000) List<@NotNull Integer> deviceGroupIds) {

    /// Of alerts, ascending.
    @RegisterForReflection
    public enum Severity {
        UnSpecified,
        Informational,
        Low,
        Medium,
        High
    }

    public InvestigationPolicy {
        enabled = enabled == null || enabled;
        sources = sources == null
                ? List.of()
                : sources.stream().filter(Objects::nonNull).toList();
        detectionSources = detectionSources == null
                ? List.of()
                : detectionSources.stream().filter(Objects::nonNull).toList();
        deviceGroupIds = deviceGroupIds == null
                ? List.of()
                : deviceGroupIds.stream().filter(Objects::nonNull).toList();
    }

    @JsonIgnore
    boolean isAboutGroups() {
        return !deviceGroupIds.isEmpty();
    }

    /// Whether it asks for the alert, but for the group of its machine.
    boolean asksFor(AlertOfMachine alert) {
        return enabled
                && Severity.valueOf(alert.severity()).compareTo(minimumSeverity) >= 0
                && (sources.isEmpty() || sources.stream().anyMatch(alert.source()::equalsIgnoreCase))
                && (detectionSources.isEmpty()
                        || detectionSources.stream().anyMatch(it -> it.equalsIgnoreCase(alert.detectionSource())));
    }
}
