package io.tocsin.alert.telemetry;

import io.tocsin.db.Statements;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// How many days of events there are, by which an operator sees that the retention works.
@ApplicationScoped
class EventDays implements Measured {

    private static final String DAYS =
            "select count(*) as days from pg_inherits where inhparent = 'device_event'::regclass";

    private static final String PAST_DAYS = "select count(distinct day) as days from device_event_past_day";

    private final Statements statements;

    EventDays(Statements statements) {
        this.statements = statements;
    }

    @Override
    public void measure(Figures figures) {
        statements.list(
                DAYS,
                row -> figures.count(
                        "tocsin.telemetry.days",
                        "Days of events that are kept, a partition each",
                        row.getLong("days")));
        statements.list(
                PAST_DAYS,
                row -> figures.count(
                        "tocsin.telemetry.past.days",
                        "Days of events longer ago than the retention, of which there may be so many",
                        row.getLong("days")));
    }
}
