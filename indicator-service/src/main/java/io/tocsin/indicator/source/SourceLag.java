package io.tocsin.indicator.source;

import io.tocsin.db.Statements;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// Lists that are due or being fetched, off their own index, and those that could not be the last time.
@ApplicationScoped
class SourceLag implements Measured {

    private static final String OPEN = """
            select count(*) as runs, coalesce(extract(epoch from now()) - min(begun_ticks) / 1e7, 0) as age
            from (select begun_ticks from indicator_source_run where state in ('Waiting', 'Running') limit ?) as open
            """;

    private static final String FAILING = """
            select count(*) as sources from (
                select (select r.state from indicator_source_run r where r.tenant_id = s.tenant_id and r.source_id = s.id
                    and not r.dry_run and r.state not in ('Waiting', 'Running') order by r.id desc limit 1) as state
                from indicator_source s where enabled limit ?) as last
            where state = 'Failed'
            """;

    private final Statements statements;

    SourceLag(Statements statements) {
        this.statements = statements;
    }

    @Override
    public void measure(Figures figures) {
        statements.list(
                OPEN,
                row -> figures.count(
                                "tocsin.indicators.source.open",
                                "Lists that are due or being fetched",
                                row.getLong("runs"))
                        .seconds(
                                "tocsin.indicators.source.age",
                                "How long the oldest of them has been",
                                row.getDouble("age")),
                MOST);
        statements.list(
                FAILING,
                row -> figures.count(
                        "tocsin.indicators.source.failing",
                        "Lists that could not be fetched the last time",
                        row.getLong("sources")),
                MOST);
    }
}
