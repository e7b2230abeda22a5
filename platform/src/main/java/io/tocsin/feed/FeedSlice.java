package io.tocsin.feed;

import java.util.List;
import java.util.function.Function;

/// What a reader found behind a place.
///
/// @param entries in the feed's order; of what was looked at, only what the caller may see and asked for
/// @param end behind the last row that was looked at: where to go on
/// @param more whether there was more to look at
public record FeedSlice(List<Entry> entries, Place end, boolean more) {

    /// @param event the kind, as server-sent events name it
    /// @param line makes what is written of it, given its cursor
    public record Entry(Place place, String event, Function<String, Object> line) {}
}
