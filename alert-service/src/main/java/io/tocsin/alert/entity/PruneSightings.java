package io.tocsin.alert.entity;

import io.tocsin.db.Statements;
import io.tocsin.jobs.Job;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.List;

/// Forgets what no machine has seen for longer than the telemetry is kept, a few thousand rows a transaction.
@ApplicationScoped
class PruneSightings implements Job {

    private static final int MOST_ROWS = 5_000;
    private static final int MOST_ROUNDS = 40;

    private static final List<String> TABLES = List.of("entity_sighting", "file_fact", "user_fact");

    static final String PRUNE = """
            delete from %1$s where ctid = any(array(
                select ctid from %1$s where last_seen_day < ? order by last_seen_day limit ? for update skip locked))
            and last_seen_day < ?
            """;

    private final SightingConfig config;
    private final Pruner pruner;

    PruneSightings(SightingConfig config, Pruner pruner) {
        this.config = config;
        this.pruner = pruner;
    }

    @Override
    public String name() {
        return "entity-pruning";
    }

    @Override
    public Duration pause() {
        return config.prunePause();
    }

    @Override
    public void run() {
        long day = (WireTime.now().ticks() - config.retention().toSeconds() * WireTime.TICKS_PER_SECOND)
                / SightingBatch.TICKS_PER_DAY;
        for (String table : TABLES) {
            int round = 0;
            while (pruner.prune(table, (int) day) == MOST_ROWS && ++round < MOST_ROUNDS) {
                // the next few
            }
        }
    }

    /// One transaction a round.
    @ApplicationScoped
    static class Pruner {

        private final Statements statements;

        Pruner(Statements statements) {
            this.statements = statements;
        }

        @Transactional
        int prune(String table, int day) {
            return statements.update(PRUNE.formatted(table), day, MOST_ROWS, day);
        }
    }
}
