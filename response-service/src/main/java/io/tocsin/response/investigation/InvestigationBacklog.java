package io.tocsin.response.investigation;

import io.tocsin.db.Statements;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// Investigations that have not ended.
@ApplicationScoped
class InvestigationBacklog implements Measured {

    private static final String OPEN = """
            select open.state as state, count(it.state) as investigations,
                coalesce(extract(epoch from max(now() - it.deadline)), 0) as overdue
            from (values ('Queued'), ('Running'), ('PendingApproval'), ('PendingResource')) as open (state)
            left join (select state, deadline from investigation where end_ticks is null limit ?) as it
                on it.state = open.state
            group by open.state
            """;

    private final Statements statements;

    InvestigationBacklog(Statements statements) {
        this.statements = statements;
    }

    @Override
    public void measure(Figures figures) {
        record Open(String state, long investigations, double overdue) {}
        statements
                .list(
                        OPEN,
                        row -> new Open(
                                row.getString("state"), row.getLong("investigations"), row.getDouble("overdue")),
                        MOST)
                .forEach(it -> figures.count(
                                "tocsin.investigations.open",
                                "Investigations that have not ended",
                                it.investigations(),
                                "state",
                                it.state())
                        .seconds(
                                "tocsin.investigations.overdue",
                                "How long the latest is past its deadline without having ended",
                                it.overdue(),
                                "state",
                                it.state()));
    }
}
