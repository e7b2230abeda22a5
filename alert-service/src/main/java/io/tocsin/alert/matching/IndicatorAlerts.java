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
public class IndicatorAlerts {

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
    private final IndicatorSightings sightings;

    IndicatorAlerts(
            Statements statements,
            AlertIntake intake,
            KnownMachines machines,
            EventFeed feed,
            IndicatorSightings sightings) {
        this.statements = statements;
        this.intake = intake;
        this.machines = machines;
        this.feed = feed;
        this.sightings = sightings;
    }

    /// Alerts, counts and position in one transaction: a crash repeats all or none.
    @Transactional
    void raise(Collection<Match> matches, EventFeed.Stretch stretch) {
        matches.stream().filter(Match::alert).forEach(match -> raise(match, reference(match)));
        sightings.count(matches);
        feed.move(SeenEvents.CONSUMER, stretch);
    }

    /// What was stored before the indicator was there, within the caller's transaction. An alert a person has resolved
    /// stays as it is.
    ///
    /// @return how many alerts there are of it
    public int raiseStored(Collection<Match> matches) {
        int raised = 0;
        for (Match match : matches) {
            Known known = match.alert() ? newest(match) : null;
            if (match.alert() && (known == null || !known.isResolved())) {
                raise(match, known == null ? own(match) : known.reference());
                raised++;
            }
        }
        sightings.found(matches);
        return raised;
    }

    private void raise(Match match, String reference) {
        KnownIndicator indicator = match.indicator();
        WireTime first = match.hits().stream()
                .map(hit -> hit.event().time())
                .min(WireTime::compareTo)
                .orElseThrow();
        WireTime last = last(match);
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
                        reference,
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

    private record Known(String reference, String status) {

        private boolean isResolved() {
            return status.equals("Resolved");
        }
    }

    /// The open alert of the indicator on the machine, or a new one when a person has resolved it.
    private String reference(Match match) {
        Known known = newest(match);
        if (known == null) {
            return own(match);
        }
        return known.isResolved() ? own(match) + "/" + last(match).ticks() : known.reference();
    }

    private Known newest(Match match) {
        String own = own(match);
        return statements
                .list(
                        NEWEST,
                        row -> new Known(row.getString(1), row.getString(2)),
                        match.tenant(),
                        SOURCE,
                        match.machineId(),
                        own,
                        own)
                .stream()
                .findFirst()
                .orElse(null);
    }

    private static String own(Match match) {
        return match.indicator().id() + "/" + match.machineId();
    }

    private static WireTime last(Match match) {
        return match.hits().stream()
                .map(hit -> hit.event().time())
                .max(WireTime::compareTo)
                .orElseThrow();
    }
}
