package io.tocsin.feed;

/// A table that is read in the order of a feed. The names are SQL of ours.
///
/// @param id the column that orders what one transaction wrote
/// @param ticks the column that says when a row was written
public record FeedTable(String name, String id, String ticks) {

    /// The column of [Place#position].
    public static final String POSITION = "change_xid";
}
