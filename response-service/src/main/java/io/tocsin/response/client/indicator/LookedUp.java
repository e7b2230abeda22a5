package io.tocsin.response.client.indicator;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// One verdict a value, in their order.
@RegisterForReflection
@JsonIgnoreProperties(ignoreUnknown = true)
public record LookedUp(List<Verdict> value) {

    /// @param action the effective one, null without a match
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Verdict(
            String type, String value, boolean matched, String action, boolean generateAlert, Matched indicator) {}

    /// The indicator that decides.
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Matched(String id, String indicatorType, String indicatorValue, String title) {}
}
