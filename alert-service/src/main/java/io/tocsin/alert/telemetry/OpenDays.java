package io.tocsin.alert.telemetry;

import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// Makes the days events are stored in: recent ones for everybody, so many past ones for a tenant (docs/adr/067).
@ApplicationScoped
class OpenDays {

    /// The day retention drops next may still be there.
    private static final Duration MARGIN = Duration.ofDays(1);

    private static final String ADMIT = "select admit_device_event_day(?, ?, ?, ?, ?)";
    private static final int MOST = 1_000;

    private final Statements statements;
    private final TelemetryConfig config;
    private final Set<LocalDate> recent = ConcurrentHashMap.newKeySet();

    OpenDays(Statements statements, TelemetryConfig config) {
        this.statements = statements;
        this.config = config;
    }

    /// Whether events of the day may be stored; then there is a place for them. Only recent days are remembered: what
    /// a tenant may have of others changes without our doing.
    boolean open(UUID tenant, LocalDate day) {
        LocalDate from = recentFrom();
        recent.removeIf(known -> known.isBefore(from));
        if (recent.contains(day)) {
            return true;
        }
        boolean admitted = admit(tenant, day, from);
        if (admitted && !day.isBefore(from)) {
            recent.add(day);
        }
        return admitted;
    }

    /// Days that were made are gone when the database was restored to before them.
    void forget() {
        recent.clear();
    }

    @Transactional
    boolean admit(UUID tenant, LocalDate day, LocalDate from) {
        return statements
                .list(
                        ADMIT,
                        row -> row.getBoolean(1),
                        tenant,
                        day,
                        from,
                        Math.clamp(config.pastDays(), 0, MOST),
                        config.pastDaysOfATenant())
                .getFirst();
    }

    private LocalDate recentFrom() {
        return Instant.now()
                .minus(config.kept())
                .minus(MARGIN)
                .atOffset(ZoneOffset.UTC)
                .toLocalDate();
    }
}
