package io.tocsin.alert.telemetry;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.db.Statements;
import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;

/// Makes the table of tomorrow's events today. A new day's first event would make it otherwise, at midnight, with
/// everybody else's events waiting behind it: to make one, PostgreSQL locks the parent.
@ApplicationScoped
class DayAhead implements Job {

    /// The database gives a try two seconds to get its lock: often enough until one does.
    private static final Duration PAUSE = Duration.ofMinutes(20);

    private static final String MAKE = "select make_device_event_day(?)";

    private final Statements statements;

    DayAhead(Statements statements) {
        this.statements = statements;
    }

    @Override
    public String name() {
        return "telemetry-day-ahead";
    }

    @Override
    public Duration pause() {
        return PAUSE;
    }

    @Override
    public void run() {
        LocalDate tomorrow = LocalDate.now(ZoneOffset.UTC).plusDays(1);
        QuarkusTransaction.requiringNew().run(() -> statements.list(MAKE, row -> true, tomorrow));
    }
}
