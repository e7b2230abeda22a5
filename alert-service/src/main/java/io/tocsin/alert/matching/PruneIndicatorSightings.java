package io.tocsin.alert.matching;

import io.tocsin.db.Statements;
import io.tocsin.jobs.Job;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;

/// Forgets what an indicator has not matched for long, a few thousand rows a transaction.
@ApplicationScoped
class PruneIndicatorSightings implements Job {

    private static final Duration PAUSE = Duration.ofMinutes(10);
    private static final long TICKS_PER_DAY = 24 * 3_600 * WireTime.TICKS_PER_SECOND;
    private static final int MOST_ROWS = 5_000;
    private static final int MOST_ROUNDS = 40;

    private static final String PRUNE = """
            delete from indicator_sighting where ctid = any(array(
                select ctid from indicator_sighting where last_seen_day < ? order by last_seen_day limit ?
                for update skip locked))
            and last_seen_day < ?
            """;

    private final MatchingConfig config;
    private final Statements statements;

    PruneIndicatorSightings(MatchingConfig config, Statements statements) {
        this.config = config;
        this.statements = statements;
    }

    @Override
    public String name() {
        return "indicator-sighting-pruning";
    }

    @Override
    public Duration pause() {
        return PAUSE;
    }

    @Override
    public void run() {
        long oldest = WireTime.now()
                .plusSeconds(-config.sightingsRetention().toSeconds())
                .ticks();
        int round = 0;
        while (prune((int) (oldest / TICKS_PER_DAY)) == MOST_ROWS && ++round < MOST_ROUNDS) {
            // the next few
        }
    }

    @Transactional
    int prune(int day) {
        return statements.update(PRUNE, day, MOST_ROWS, day);
    }
}
