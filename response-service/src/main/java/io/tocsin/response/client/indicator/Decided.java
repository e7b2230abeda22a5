package io.tocsin.response.client.indicator;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// What indicators say of the values asked about, in their order.
@RegisterForReflection
@JsonIgnoreProperties(ignoreUnknown = true)
public record Decided(List<Verdict> value) {

    /// @param action null where none matches
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Verdict(boolean matched, String action, Indicator indicator) {}

    /// The indicator that decides.
    @RegisterForReflection
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Indicator(String id, String title) {}
}
