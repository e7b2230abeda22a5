package io.tocsin.feed;

import io.quarkus.logging.Log;
import io.tocsin.db.Statements;
import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Notes how far the present history has come: up to there a client's cursor outlives a restore. Connections check the
/// history when they are made (the data source's first statement); this sees it also behind a pooler that kept them.
@ApplicationScoped
class FeedEpochJob implements Job {

    private final Statements statements;
    private volatile int last;

    FeedEpochJob(Statements statements) {
        this.statements = statements;
    }

    @Override
    public String name() {
        return "feed-epoch";
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(5);
    }

    @Override
    public void run() {
        int epoch = statements
                .list("select check_feed_epoch()", row -> row.getInt(1))
                .getFirst();
        if (last != 0 && last != epoch) {
            Log.warnf("The database is another than before, feeds go on in it: epoch=%s before=%s", epoch, last);
        }
        last = epoch;
    }
}
