package io.tocsin.alert.feed;

import io.tocsin.feed.Place;
import io.tocsin.wire.WireTime;

/// A row of `feed_change`.
///
/// @param subject the id of the alert or incident
/// @param kind `Created`, `Updated` or `Redirected`
/// @param time when its transaction began
public record Change(Place place, Subject of, String subject, String kind, WireTime time) {

    /// What changed.
    public enum Subject {
        Alert,
        Incident
    }

    /// `alert.created`
    public String event() {
        return (of + "." + kind).toLowerCase(java.util.Locale.ROOT);
    }
}
