package io.tocsin.alert.story;

import io.tocsin.alert.AlertProblem;
import io.tocsin.alert.correlation.Reasons;
import io.tocsin.alert.incident.AlertEvidence;
import io.tocsin.alert.incident.AlertEvidenceRepository;
import io.tocsin.alert.incident.IncidentOutlines;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Reads a story within one transaction, as far as its machines are in the caller's reach, by a number of
/// statements that does not depend on its size. What indicators say of it is asked afterwards.
@ApplicationScoped
class StoryService {

    private static final long HOUR = 3600;

    /// Characters of evidence after which a story leaves the alerts behind them to its next part.
    private static final long LONGEST = 8 * 1024 * 1024;

    private final StoryRepository stories;
    private final AlertEvidenceRepository evidence;
    private final ForestBuilder forests;
    private final IncidentOutlines outlines;
    private final Reasons reasons;
    private final Prevalence prevalence;
    private final DeviceScopes scopes;

    StoryService(
            StoryRepository stories,
            AlertEvidenceRepository evidence,
            ForestBuilder forests,
            IncidentOutlines outlines,
            Reasons reasons,
            Prevalence prevalence,
            DeviceScopes scopes) {
        this.stories = stories;
        this.evidence = evidence;
        this.forests = forests;
        this.outlines = outlines;
        this.reasons = reasons;
        this.prevalence = prevalence;
        this.scopes = scopes;
    }

    /// What a story is told from.
    ///
    /// @param head of the incident, null of an alert that is in none
    /// @param prevalence of the entities' values, by `kind value`
    record Read(
            UUID tenant,
            StoryRepository.Head head,
            StoryRepository.AlertPage page,
            List<IncidentStory.Alert> alerts,
            List<IncidentStory.Machine> machines,
            Map<String, List<AlertEvidence>> evidence,
            StoryEntities entities,
            Map<String, Integer> prevalence,
            List<IncidentStory.Action> actions,
            Forest forest) {

        List<StoryRepository.AlertRow> rows() {
            return page.rows();
        }

        Map<String, String> machineNames() {
            var names = new LinkedHashMap<String, String>();
            machines.forEach(machine -> names.put(machine.machineId(), machine.computerDnsName()));
            return names;
        }
    }

    /// Of an incident; of one that was merged away, the story of the incident it went into.
    ///
    /// @param after the alert behind which it begins
    @Transactional
    Read ofIncident(Caller caller, long id, AlertCursor after) {
        DeviceScope scope = scopes.of(caller);
        var head = standing(caller.tenant(), scope, id);
        return read(caller.tenant(), scope, head, stories.alerts(caller.tenant(), scope, head.id(), after));
    }

    /// Of one alert alone, with its incident's name.
    @Transactional
    Read ofAlert(Caller caller, String id) {
        DeviceScope scope = scopes.of(caller);
        var row = alert(caller.tenant(), scope, id);
        var head = row.incidentId() == null
                ? null
                : stories.incident(caller.tenant(), scope, row.incidentId()).orElse(null);
        return read(caller.tenant(), scope, head, new StoryRepository.AlertPage(List.of(row), 0));
    }

    /// The children of a process of one of the incident's machines.
    @Transactional
    Forest branchOfIncident(Caller caller, long id, BranchQuery query) {
        DeviceScope scope = scopes.of(caller);
        var head = standing(caller.tenant(), scope, id);
        return branch(
                caller.tenant(),
                stories.alerts(caller.tenant(), scope, head.id(), query.alerts())
                        .rows(),
                query);
    }

    /// The children of a process of the alert's machine.
    @Transactional
    Forest branchOfAlert(Caller caller, String id, BranchQuery query) {
        return branch(caller.tenant(), List.of(alert(caller.tenant(), scopes.of(caller), id)), query);
    }

    private Forest branch(UUID tenant, List<StoryRepository.AlertRow> rows, BranchQuery query) {
        var alerts = rows.stream().map(StoryRepository.AlertRow::alert).toList();
        if (alerts.stream().noneMatch(alert -> query.root().machineId().equals(alert.machineId()))) {
            throw new ProblemException(AlertProblem.MACHINE_NOT_FOUND);
        }
        return forests.branch(tenant, ForestBuilder.range(alerts).ofProcesses(), query.siblings());
    }

    private Read read(UUID tenant, DeviceScope scope, StoryRepository.Head head, StoryRepository.AlertPage all) {
        var held = evidence.upTo(
                LONGEST,
                tenant,
                all.rows().stream().map(row -> row.alert().alertId()).toList());
        StoryRepository.AlertPage page = all.first(held.alerts());
        var entities = held.byAlert();
        var told = page.rows().stream().map(StoryRepository.AlertRow::alert).toList();
        var ids = told.stream().map(IncidentStory.Alert::alertId).toList();
        var names = new LinkedHashMap<String, String>();
        told.stream()
                .filter(alert -> alert.machineId() != null)
                .forEach(alert -> names.merge(
                        alert.machineId(),
                        alert.computerDnsName() == null ? "" : alert.computerDnsName(),
                        (one, other) -> one.isEmpty() ? other : one));
        var machineIds = names.keySet();
        var forest = forests.build(tenant, machineIds, told, entities);
        var things = StoryEntities.of(ids, entities);
        var machines = stories.machines(tenant, machineIds).stream()
                .map(machine -> machine.calledAtLeast(names.get(machine.machineId())))
                .toList();
        var why = reasons.of(
                tenant,
                told.stream()
                        .map(alert -> new Reasons.Span(
                                alert.alertId(),
                                alert.machineId(),
                                alert.firstEventTime().ticks(),
                                alert.lastEventTime().ticks()))
                        .toList());
        var words = new ReasonWords(tenant, machines, forest, scope.isEverything());
        return new Read(
                tenant,
                outlined(tenant, scope, head),
                page,
                told.stream()
                        .map(alert -> with(alert, words.of(why.getOrDefault(alert.alertId(), List.of()))))
                        .toList(),
                machines,
                entities,
                things,
                prevalence.of(tenant, scope, things.keys()),
                told.isEmpty() ? List.of() : stories.actions(tenant, machineIds, since(told)),
                forest);
    }

    private static WireTime since(List<IncidentStory.Alert> alerts) {
        return ForestBuilder.range(alerts).from().plusSeconds(-HOUR);
    }

    private static IncidentStory.Alert with(IncidentStory.Alert it, List<IncidentStory.Why> why) {
        return new IncidentStory.Alert(
                it.alertId(),
                it.title(),
                it.severity(),
                it.status(),
                it.category(),
                it.detectionSource(),
                it.source(),
                it.external(),
                it.machineId(),
                it.computerDnsName(),
                it.firstEventTime(),
                it.lastEventTime(),
                it.mitreTechniques(),
                why);
    }

    /// Name and severity as far as the caller may know.
    private StoryRepository.Head outlined(UUID tenant, DeviceScope scope, StoryRepository.Head head) {
        if (head == null || scope.isEverything()) {
            return head;
        }
        var outline = outlines.of(tenant, scope, List.of(head.id()))
                .getOrDefault(head.id(), IncidentOutlines.Outline.ofNothing(head.id(), null));
        return new StoryRepository.Head(
                head.id(),
                head.redirect(),
                outline.name(),
                outline.severity(),
                head.status(),
                head.created(),
                head.lastUpdate());
    }

    private StoryRepository.Head standing(UUID tenant, DeviceScope scope, long id) {
        return stories.standing(tenant, scope, id)
                .orElseThrow(() ->
                        new ProblemException(CommonProblem.RESOURCE_NOT_FOUND, "Incident " + id + " was not found"));
    }

    private StoryRepository.AlertRow alert(UUID tenant, DeviceScope scope, String id) {
        return stories.alert(tenant, scope, id)
                .orElseThrow(
                        () -> new ProblemException(AlertProblem.ALERT_NOT_FOUND, "Alert " + id + " was not found"));
    }
}
