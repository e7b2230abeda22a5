package io.tocsin.response.playbook;

import io.tocsin.db.Statements;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// Runs that have not ended.
@ApplicationScoped
class PlaybookBacklog implements Measured {

    private static final String RUNNING = """
            select count(*) as runs, coalesce(extract(epoch from max(now() - deadline)), 0) as overdue,
                coalesce(extract(epoch from max(now() - due)), 0) as lag
            from (select deadline, due from playbook_run where state = 'Running' limit ?) as it
            """;

    private final Statements statements;

    PlaybookBacklog(Statements statements) {
        this.statements = statements;
    }

    @Override
    public void measure(Figures figures) {
        statements.list(
                RUNNING,
                row -> figures.count(
                                "tocsin.playbooks.running",
                                "Runs of playbooks that have not ended",
                                row.getLong("runs"))
                        .seconds(
                                "tocsin.playbooks.lag",
                                "How long the longest of them waits to be looked at",
                                row.getDouble("lag"))
                        .seconds(
                                "tocsin.playbooks.overdue",
                                "How long the latest is past its deadline without having ended",
                                row.getDouble("overdue")),
                MOST);
    }
}
