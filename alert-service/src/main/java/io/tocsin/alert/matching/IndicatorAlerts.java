package io.tocsin.alert.matching;

import io.tocsin.alert.client.indicator.KnownIndicator;
import io.tocsin.alert.ingest.AlertIntake;
import io.tocsin.alert.ingest.KnownMachines;
import io.tocsin.alert.ingest.NewAlert;
import io.tocsin.alert.telemetry.EventFeed;
import io.tocsin.alert.triage.Evidence;
import io.tocsin.alert.triage.EvidenceRepository;
import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.List;

/// Raises one alert per indicator and machine, with the indicator's own words, and adds to it while it is open.
@ApplicationScoped
class IndicatorAlerts {

    private static final String SOURCE = "CustomerTI";
    private static final String ACTOR = "alert-service";

    private static final String NEWEST = """
            select source_ref, status from alert
            where tenant_id = ? and source = ? and machine_id = ? and (source_ref = ? or source_ref like ? || '/%')
            order by alert_creation_ticks desc limit 1
            """;

    private final Statements statements;
    private final AlertIntake intake;
    private final KnownMachines machines;
    private final EventFeed feed;

    IndicatorAlerts(Statements statements, AlertIntake intake, KnownMachines machines, EventFeed feed) {
        this.statements = statements;
        this.intake = intake;
        this.machines = machines;
        this.feed = feed;
    }

    /// Alerts and position in one transaction: a crash repeats both or neither.
    @Transactional
    void raise(Collection<Match> matches, EventFeed.Stretch stretch) {
        matches.forEach(this::raise);
        feed.move(SeenEvents.CONSUMER, stretch);
    }

    private void raise(Match match) {
        KnownIndicator indicator = match.indicator();
        WireTime first = match.hits().stream()
                .map(hit -> hit.event().time())
                .min(WireTime::compareTo)
                .orElseThrow();
        WireTime last = match.hits().stream()
                .map(hit -> hit.event().time())
                .max(WireTime::compareTo)
                .orElseThrow();
        List<Evidence> evidence = match.hits().stream()
                .flatMap(hit -> hit.event().evidence(hit.value()).stream())
                .distinct()
                .limit(EvidenceRepository.MOST)
                .toList();
        intake.store(
                match.tenant(),
                ACTOR,
                new NewAlert(
                        SOURCE,
                        reference(match, last),
                        indicator.alertSeverity(),
                        "CustomerTI",
                        null,
                        Category.named(indicator.category()),
                        null,
                        null,
                        indicator.alertTitle(),
                        indicator.description() == null ? "" : indicator.description(),
                        indicator.recommendedActions(),
                        first,
                        last,
                        machines.find(match.tenant(), DeviceScope.EVERYTHING, match.machineId(), null),
                        indicator.techniques(),
                        evidence));
    }

    /// The open alert of the indicator on the machine, or a new one when a person has resolved it.
    private String reference(Match match, WireTime last) {
        record Known(String reference, String status) {}
        String own = match.indicator().id() + "/" + match.machineId();
        List<Known> newest = statements.list(
                NEWEST,
                row -> new Known(row.getString(1), row.getString(2)),
                match.tenant(),
                SOURCE,
                match.machineId(),
                own,
                own);
        if (newest.isEmpty()) {
            return own;
        }
        Known known = newest.getFirst();
        return known.status().equals("Resolved") ? own + "/" + last.ticks() : known.reference();
    }
}
