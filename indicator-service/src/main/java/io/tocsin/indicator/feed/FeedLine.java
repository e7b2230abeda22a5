package io.tocsin.indicator.feed;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;

/// What an endpoint needs to know of an indicator, as short as it can be said: what is null is left out.
///
/// @param cursor where to go on behind this line; none in a snapshot
/// @param change `Set` or `Remove`
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
record FeedLine(
        String cursor,
        String change,
        String id,
        String indicatorType,
        String indicatorValue,
        String action,
        String title,
        Boolean generateAlert,
        WireTime expirationTime,
        String educateUrl,
        Integer bypassDurationHours) {

    static FeedLine removed(String cursor, long id) {
        return new FeedLine(cursor, "Remove", Long.toString(id), null, null, null, null, null, null, null, null);
    }

    FeedLine at(String place) {
        return new FeedLine(
                place,
                change,
                id,
                indicatorType,
                indicatorValue,
                action,
                title,
                generateAlert,
                expirationTime,
                educateUrl,
                bypassDurationHours);
    }
}
