package io.tocsin.alert.story;

import io.tocsin.alert.incident.AlertEvidenceRepository;
import io.tocsin.alert.incident.IncidentOutlines;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

@ApplicationScoped
class StoryService {

    private static final int MOST_MOMENTS = 1000;

    private static final Comparator<IncidentStory.Moment> OLDEST_FIRST =
            Comparator.comparing(IncidentStory.Moment::time);

    /// When there are too many, alerts stay before processes and processes before what they did.
    private static final Comparator<IncidentStory.Moment> MOST_TELLING = Comparator.comparing(
                    (IncidentStory.Moment moment) -> switch (moment.kind()) {
                        case "Alert" -> 0;
                        case "ProcessCreated" -> 1;
                        default -> 2;
                    })
            .thenComparing(IncidentStory.Moment::time);

    private final StoryRepository stories;
    private final AlertEvidenceRepository evidence;
    private final ForestBuilder forests;
    private final IncidentOutlines outlines;
    private final DeviceScopes scopes;

    StoryService(
            StoryRepository stories,
            AlertEvidenceRepository evidence,
            ForestBuilder forests,
            IncidentOutlines outlines,
            DeviceScopes scopes) {
        this.stories = stories;
        this.evidence = evidence;
        this.forests = forests;
        this.outlines = outlines;
        this.scopes = scopes;
    }

    /// The story of an incident, as far as its machines are in the caller's reach; of one that was merged away, the
    /// story of the incident it went into.
    @Transactional
    IncidentStory tell(Caller caller, long id) {
        UUID tenant = caller.tenant();
        DeviceScope scope = scopes.of(caller);
        var asked = incident(tenant, scope, id);
        var incident = asked.redirect() == null ? asked : incident(tenant, scope, asked.redirect());
        var alerts = stories.alerts(tenant, scope, incident.id());
        var entities = evidence.byAlert(
                tenant, alerts.stream().map(IncidentStory.Alert::alertId).toList());
        var machines = machines(alerts);
        var found = machines.stream()
                .map(machine -> forests.build(tenant, machine, of(machine, alerts), entities))
                .toList();
        var outline = outline(tenant, scope, incident);
        return new IncidentStory(
                incident.id(),
                outline.name(),
                outline.severity(),
                incident.status(),
                incident.created(),
                incident.lastUpdate(),
                machines,
                alerts,
                timeline(alerts, found),
                found.stream()
                        .filter(forest -> !forest.processes().isEmpty())
                        .map(MachineForest::trees)
                        .toList());
    }

    private IncidentOutlines.Outline outline(UUID tenant, DeviceScope scope, StoryRepository.Head incident) {
        return scope.isEverything()
                ? new IncidentOutlines.Outline(incident.name(), incident.severity())
                : outlines.of(tenant, scope, List.of(incident.id()))
                        .getOrDefault(incident.id(), IncidentOutlines.Outline.ofNothing(incident.id(), null));
    }

    private StoryRepository.Head incident(UUID tenant, DeviceScope scope, long id) {
        return stories.incident(tenant, scope, id)
                .orElseThrow(() ->
                        new ProblemException(CommonProblem.RESOURCE_NOT_FOUND, "Incident " + id + " was not found"));
    }

    private static List<IncidentStory.Machine> machines(List<IncidentStory.Alert> alerts) {
        var machines = new LinkedHashMap<String, IncidentStory.Machine>();
        alerts.stream()
                .filter(alert -> alert.machineId() != null)
                .forEach(alert -> machines.putIfAbsent(
                        alert.machineId(), new IncidentStory.Machine(alert.machineId(), alert.computerDnsName())));
        return List.copyOf(machines.values());
    }

    private static List<IncidentStory.Alert> of(IncidentStory.Machine machine, List<IncidentStory.Alert> alerts) {
        return alerts.stream()
                .filter(alert -> alert.machineId() == null || alert.machineId().equals(machine.machineId()))
                .toList();
    }

    private static List<IncidentStory.Moment> timeline(List<IncidentStory.Alert> alerts, List<MachineForest> forests) {
        var moments = new ArrayList<IncidentStory.Moment>();
        alerts.forEach(alert -> moments.add(new IncidentStory.Moment(
                alert.firstEventTime(),
                "Alert",
                alert.machineId(),
                alert.computerDnsName(),
                alert.alertId(),
                null,
                alert.title() + " (" + alert.source() + ")")));
        forests.forEach(forest -> moments.addAll(forest.moments()));
        Stream<IncidentStory.Moment> kept = moments.stream();
        if (moments.size() > MOST_MOMENTS) {
            kept = kept.sorted(MOST_TELLING).limit(MOST_MOMENTS);
        }
        return kept.sorted(OLDEST_FIRST).toList();
    }
}
