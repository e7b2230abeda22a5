package io.tocsin.jobs;

import io.quarkus.logging.Log;
import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Has PostgreSQL look at tables that grow fast before autovacuum does, which takes a minute: statements planned for an
/// empty table are slow on a full one, and an installation's first minute would be its worst (docs/adr/066). A table is
/// looked at again when it is five times as large, so that one costs a few looks in its life.
@ApplicationScoped
class GrownTablesJob implements Job {

    /// More than that in one run would keep a connection for long; the rest is looked at in the next.
    private static final int MOST = 10;

    private final Statements statements;

    GrownTablesJob(Statements statements) {
        this.statements = statements;
    }

    @Override
    public String name() {
        return "grown-tables";
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(2);
    }

    @Override
    public void run() {
        String last = null;
        for (int i = 0; i < MOST; i++) {
            String table = statements
                    .list("select analyse_grown_table()", row -> row.getString(1))
                    .getFirst();
            if (table == null || table.equals(last)) { // the same again: somebody else works on it
                return;
            }
            Log.debugf("Analysed: table=%s", table);
            last = table;
        }
    }
}
