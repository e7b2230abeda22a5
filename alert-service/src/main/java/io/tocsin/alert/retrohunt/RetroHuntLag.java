package io.tocsin.alert.retrohunt;

import io.tocsin.db.Statements;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// Hunts that are not over, off their own index.
@ApplicationScoped
class RetroHuntLag implements Measured {

    private static final String OPEN = """
            select count(*) as hunts, coalesce(extract(epoch from now()) - min(begun_ticks) / 1e7, 0) as age
            from (select begun_ticks from retro_hunt where state <> 'Finished' limit ?) as open
            """;

    private final Statements statements;

    RetroHuntLag(Statements statements) {
        this.statements = statements;
    }

    @Override
    public void measure(Figures figures) {
        statements.list(
                OPEN,
                row -> figures.count(
                                "tocsin.retro.hunt.open",
                                "Hunts through stored telemetry that are not over",
                                row.getLong("hunts"))
                        .seconds(
                                "tocsin.retro.hunt.age", "How long ago the oldest of them began", row.getDouble("age")),
                MOST);
    }
}
