package io.tocsin.feed;

/// Reads a feed for one caller, in a short transaction of its own. It is asked again and again while a stream lasts, so
/// it
/// finds out each time what the caller may see.
@FunctionalInterface
public interface FeedReader {

    /// What is behind the place.
    ///
    /// @param most rows to look at, and so entries at most
    FeedSlice read(Place after, int most);
}
