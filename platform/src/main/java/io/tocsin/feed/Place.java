package io.tocsin.feed;

/// A place in the order of a feed: behind the row of this position and id.
///
/// @param position of the writing transaction; after a restore not its id any more (docs/adr/024)
/// @param ticks when everything up to here had been read, or when the row was written; it does not say whether what is
/// behind the place is still kept
public record Place(long position, long id, long ticks) implements Comparable<Place> {

    /// Before everything there is.
    public static Place beginning(long now) {
        return new Place(0, 0, now);
    }

    /// The same place, as of a later time.
    public Place asOf(long now) {
        return new Place(position, id, now);
    }

    /// As a parameter of a statement, which casts it to `xid8`.
    public String positionText() {
        return Long.toUnsignedString(position);
    }

    @Override
    public int compareTo(Place other) {
        int byPosition = Long.compareUnsigned(position, other.position);
        return byPosition != 0 ? byPosition : Long.compare(id, other.id);
    }
}
