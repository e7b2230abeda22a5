package io.tocsin.alert.ingest;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How alerts are gathered on their way into the database (docs/adr/029).
@ConfigMapping(prefix = "tocsin.intake")
interface IntakeConfig {

    /// Single alerts that may wait to be stored; one more is answered 503. At least 1.
    @WithDefault("2000")
    int queue();

    /// Characters the single alerts that wait may have together; what finds no room is answered 503. A character takes
    /// one or two bytes of the heap. At least 200,000, or the largest alert would never find room.
    @WithDefault("16000000")
    long queueCharacters();

    /// How many batches of single alerts are being stored at once, each on a connection of its own; at least 1.
    @WithDefault("2")
    int writers();

    /// How many alerts one transaction stores; 1 to 5,000.
    @WithDefault("1000")
    int batch();

    /// The least time between the beginnings of two batches of a writer: what comes meanwhile goes together. A
    /// single alert that comes alone does not wait for it.
    @WithDefault("3ms")
    Duration pace();

    /// How long a single alert waits for its turn before it is answered 503.
    @WithDefault("5s")
    Duration patience();

    /// How many streams of alerts are read at once; one more is answered 503. At least 1.
    @WithDefault("32")
    int streams();
}
