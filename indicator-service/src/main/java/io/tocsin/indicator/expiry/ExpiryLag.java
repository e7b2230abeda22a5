package io.tocsin.indicator.expiry;

import io.tocsin.db.Statements;
import io.tocsin.observe.Measured;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;

/// Expired indicators that are still there. Lists and matching leave them out by themselves, endpoints do not.
@ApplicationScoped
class ExpiryLag implements Measured {

    private static final String OVER = """
            select count(*) as indicators, extract(epoch from now()) - min(expiration_ticks) / 1e7 as age
            from (select expiration_ticks from indicator where expiration_ticks <= ? limit ?) as over
            """;

    private final Statements statements;

    ExpiryLag(Statements statements) {
        this.statements = statements;
    }

    @Override
    public void measure(Figures figures) {
        statements.list(
                OVER,
                row -> figures.count(
                                "tocsin.indicators.expiry.backlog",
                                "Expired indicators not yet removed",
                                row.getLong("indicators"))
                        .seconds("tocsin.indicators.expiry.lag", "Age of the oldest of them", row.getDouble("age")),
                WireTime.now().ticks(),
                MOST);
    }
}
