package io.tocsin.response.indicatorfeed;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// @param cursor where to go on
@RegisterForReflection
public record IndicatorPage(String cursor, List<Change> value) {

    /// @param change `Set`, or `Remove` with nothing but the id
    /// @param educateUrl what a user who is blocked or warned is shown, or null
    /// @param bypassDurationHours how long a user's bypass of a warning lasts, or null
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Change(
            String change,
            String id,
            String indicatorType,
            String indicatorValue,
            String action,
            String title,
            Boolean generateAlert,
            WireTime expirationTime,
            String educateUrl,
            Integer bypassDurationHours) {}
}
