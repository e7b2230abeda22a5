package io.tocsin.alert.correlation;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.tocsin.alert.correlation.Linking.Merge;
import io.tocsin.alert.incident.AlertEvidence;
import io.tocsin.alert.incident.AlertEvidenceRepository;
import io.tocsin.alert.incident.PlacingLock;
import io.tocsin.alert.telemetry.EventFeed;
import io.tocsin.audit.Audit;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/// Puts a batch of alerts into incidents: reads what is needed, decides in memory ([Linking]), writes it.
/// Two dozen statements a batch.
@ApplicationScoped
class CorrelationService {

    private static final String ACTOR = "alert-service";

    /// Evidence is read until there is so much of it: one transaction holds 12 million characters at most, however many
    /// alerts it could take.
    private static final long LONGEST = 6_000_000;

    private final PlacingLock placing;
    private final CorrelationConfig config;
    private final CorrelationRepository alerts;
    private final AlertKeys keys;
    private final AwaitedTelemetry telemetry;
    private final LeftMachines left;
    private final MisplacedAlerts misplaced;
    private final OpenIncidents incidents;
    private final AlertEvidenceRepository evidence;
    private final Audit audit;

    CorrelationService(
            PlacingLock placing,
            CorrelationConfig config,
            CorrelationRepository alerts,
            AlertKeys keys,
            AwaitedTelemetry telemetry,
            LeftMachines left,
            MisplacedAlerts misplaced,
            OpenIncidents incidents,
            AlertEvidenceRepository evidence,
            Audit audit) {
        this.placing = placing;
        this.config = config;
        this.alerts = alerts;
        this.keys = keys;
        this.telemetry = telemetry;
        this.left = left;
        this.misplaced = misplaced;
        this.incidents = incidents;
        this.evidence = evidence;
        this.audit = audit;
    }

    @Transactional
    List<UUID> tenants() {
        return alerts.tenants();
    }

    /// Correlates the tenant's oldest alerts that are in no incident yet: several replicas read what is known of
    /// theirs and store it at the same time, and decide one after the other. Answers how many there were.
    @Transactional
    int correlateNew(UUID tenant, int most) {
        EventFeed.Place place = telemetry.place();
        var waiting = alerts.waitingNew(tenant, most);
        if (!waiting.isEmpty()) {
            var entities = evidence(tenant, waiting);
            waiting = entities.of();
            var read = keys.read(tenant, waiting, entities.byAlert());
            keys.store(tenant, read);
            placing.aloneSoon(tenant);
            var linked = keys.link(tenant, read);
            write(tenant, linked, decide(tenant, linked));
            telemetry.wakeAgain(tenant, place);
        }
        return waiting.size();
    }

    /// Correlates the tenant's oldest waiting alerts, also those that are to be looked at again; answers how many
    /// there were, 0 while another replica does it.
    @Transactional
    int correlate(UUID tenant, int most) {
        return correlate(tenant, null, most);
    }

    /// Correlates one alert alone, so that one that fails holds back no other.
    @Transactional
    void correlateAlone(UUID tenant, String alertId) {
        correlate(tenant, alertId, 1);
    }

    @Transactional
    List<String> waitingIds(UUID tenant, int most) {
        return alerts.waitingIds(tenant, most);
    }

    private int correlate(UUID tenant, String only, int most) {
        if (!placing.tryAlone(tenant)) {
            return 0;
        }
        Entities entities = placedRightly(tenant, only, most);
        boolean apart = left.takeApart(tenant, entities.of());
        if (apart) {
            entities = placedRightly(tenant, only, most);
        }
        var waiting = left.ready(tenant, entities.of());
        if (!waiting.isEmpty()) {
            var read = keys.read(tenant, waiting, entities.byAlert());
            keys.store(tenant, read);
            var linked = keys.link(tenant, read);
            write(tenant, linked, decide(tenant, linked));
        }
        return waiting.size() + (apart ? 1 : 0);
    }

    /// Those that wait, and none of them on a machine that is in doubt by now.
    private Entities placedRightly(UUID tenant, String only, int most) {
        Entities entities = evidence(tenant, alerts.waiting(tenant, only, most));
        while (misplaced.takeOff(tenant, entities.of(), entities.byAlert())) {
            entities = evidence(tenant, alerts.waiting(tenant, only, most));
        }
        return entities;
    }

    /// @param of the first of those that wait; the others go on waiting
    private record Entities(List<WaitingAlert> of, Map<String, List<AlertEvidence>> byAlert) {}

    private Entities evidence(UUID tenant, List<WaitingAlert> waiting) {
        var held = evidence.upTo(
                LONGEST, tenant, waiting.stream().map(WaitingAlert::id).toList());
        return new Entities(waiting.subList(0, held.alerts()), held.byAlert());
    }

    private Linking.Outcome decide(UUID tenant, List<LinkedAlert> batch) {
        var windows = LinkWindows.of(config.machineWindow(), config.sharedWindow());
        var spots = alerts.spots(tenant, batch, windows);
        var ids = Stream.concat(
                        spots.stream().map(Spot::incidentId),
                        batch.stream().map(LinkedAlert::incidentId).filter(Objects::nonNull))
                .distinct()
                .toList();
        var candidates = incidents.lock(tenant, ids, config.separateDeviceGroups());
        var rules = new MergeRules(
                config.mostAlerts(),
                config.mostEntities(),
                config.separateDeviceGroups(),
                incidents.apart(tenant, ids));
        var linking = new Linking(windows, rules, spots, candidates);
        batch.forEach(linking::place);
        return linking.outcome();
    }

    private void write(UUID tenant, List<LinkedAlert> batch, Linking.Outcome outcome) {
        Map<Long, Long> stored = open(tenant, outcome);
        merge(tenant, outcome.merges());
        var placed = new LinkedHashMap<String, Long>();
        outcome.placed().forEach((alert, incident) -> placed.put(alert, stored.getOrDefault(incident, incident)));
        alerts.place(tenant, placed);
        alerts.replaceSpots(
                tenant,
                outcome.gone(),
                outcome.spots().stream()
                        .map(spot -> spot.in(stored.getOrDefault(spot.incidentId(), spot.incidentId())))
                        .toList());
        var changed = new TreeSet<Long>(placed.values());
        outcome.merges().forEach(merge -> changed.add(merge.target()));
        incidents.describe(tenant, changed);
    }

    /// The ids of the incidents that are new, by the ids the decision gave them.
    private Map<Long, Long> open(UUID tenant, Linking.Outcome outcome) {
        var first = new LinkedHashMap<Long, String>();
        outcome.placed().forEach((alert, incident) -> {
            if (incident >= Linking.NEW) {
                first.putIfAbsent(incident, alert);
            }
        });
        var ids = incidents.open(tenant, first.size()).iterator();
        var stored = new HashMap<Long, Long>();
        var detail = new LinkedHashMap<String, Map<String, ?>>();
        first.forEach((decided, alert) -> {
            long id = ids.next();
            stored.put(decided, id);
            detail.put(Long.toString(id), Map.of("alertId", alert));
        });
        audit.recordEach(tenant, ACTOR, "incident.open", detail);
        return stored;
    }

    private void merge(UUID tenant, List<Merge> merges) {
        var detail = new LinkedHashMap<String, Map<String, ?>>();
        merges.forEach(merge -> detail.put(Long.toString(merge.source()), Map.of("targetIncidentId", merge.target())));
        merges.stream()
                .collect(groupingBy(Merge::target, mapping(Merge::source, toList())))
                .forEach((target, sources) -> detail.put(
                        Long.toString(target),
                        incidents.merge(tenant, sources, target).detail(sources)));
        audit.recordEach(tenant, ACTOR, "incident.merge", detail);
    }
}
