package io.tocsin.alert.correlation;

import io.tocsin.db.Statements;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// Alerts the correlation has yet to look at.
@ApplicationScoped
class CorrelationLag implements Measured {

    /// An alert that came again waits since its last update, not since its creation.
    private static final String WAITING = """
            select count(*) as alerts, extract(epoch from now()) - min(last_update_ticks) / 1e7 as age
            from (select last_update_ticks from alert where not correlated
                order by alert_creation_ticks limit ?) as waiting
            """;

    private final Statements statements;
    private final AwaitedTelemetry telemetry;

    CorrelationLag(Statements statements, AwaitedTelemetry telemetry) {
        this.statements = statements;
        this.telemetry = telemetry;
    }

    @Override
    public void measure(Figures figures) {
        statements.list(
                WAITING,
                row -> figures.count(
                                "tocsin.correlation.backlog", "Alerts not yet in their incident", row.getLong("alerts"))
                        .seconds("tocsin.correlation.lag", "Age of the oldest of them", row.getDouble("age")),
                MOST);
        figures.seconds(
                "tocsin.correlation.telemetry.lag",
                "Age of the oldest event not yet held against the alerts that wait for telemetry",
                telemetry.lag());
    }
}
