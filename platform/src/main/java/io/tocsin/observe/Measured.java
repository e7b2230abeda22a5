package io.tocsin.observe;

import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;

/// Something that waits in the database, and how long it has. Every bean of this type is asked by one replica every
/// `tocsin.observe.pause`, never by a scrape: ten replicas scraped by two servers cost what one does.
///
/// What is asked must be answered off an index, and counts must end at [#MOST].
public interface Measured {

    /// Where a count of what waits ends: more than this is as much too much.
    int MOST = 100_000;

    /// Asks, in short statements of its own.
    void measure(Figures figures);

    /// Takes what was found.
    final class Figures {

        private final List<Figure> found = new ArrayList<>();

        /// How many wait, or another figure without a unit.
        ///
        /// @param tags name and value in turn
        public Figures count(String name, String meaning, double value, String... tags) {
            found.add(new Figure(name, null, Tags.of(tags), meaning, value));
            return this;
        }

        /// How long the oldest has waited; never negative, since clocks differ.
        ///
        /// @param tags name and value in turn
        public Figures seconds(String name, String meaning, double value, String... tags) {
            found.add(new Figure(name, "seconds", Tags.of(tags), meaning, Math.max(0, value)));
            return this;
        }

        List<Figure> found() {
            return found;
        }
    }
}
