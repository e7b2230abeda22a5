package io.tocsin.response.indicatorfeed;

import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;

/// [IndicatorFeed] for a fleet: nearly all of it is at the same place, wakes at the same change and comes back
/// together. What is read for one is read for all that ask the same at that moment.
@ApplicationScoped
public class IndicatorPages {

    /// Where a page begins, and whose it is.
    private record Beginning(UUID tenant, Recipient recipient, FeedCursor from) {}

    private final IndicatorFeed feed;
    private final Shared<String, FeedCursor> places = new Shared<>();
    private final Shared<Beginning, IndicatorPage> pages = new Shared<>();

    IndicatorPages(IndicatorFeed feed) {
        this.feed = feed;
    }

    /// @throws ProblemException `ResyncRequired` as [IndicatorFeed#place] says
    public FeedCursor place(String cursor) {
        return cursor == null ? feed.place(null) : places.get(cursor, () -> feed.place(cursor));
    }

    /// As [IndicatorFeed#present].
    public FeedCursor present() {
        return feed.present();
    }

    /// @throws ProblemException `ResyncRequired` as [IndicatorFeed#page] says
    public IndicatorPage page(UUID tenant, Recipient recipient, FeedCursor from) {
        return pages.get(new Beginning(tenant, recipient, from), () -> feed.page(tenant, recipient, from));
    }

    /// As [IndicatorFeed#awaitChange].
    public boolean awaitChange(UUID tenant, FeedCursor from, Duration patience) throws InterruptedException {
        return feed.awaitChange(tenant, from, patience);
    }
}
