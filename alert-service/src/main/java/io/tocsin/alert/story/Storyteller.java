package io.tocsin.alert.story;

import io.tocsin.alert.correlation.IncidentName;
import io.tocsin.alert.incident.AlertEvidence;
import io.tocsin.identity.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/// Tells what [StoryService] reads.
@ApplicationScoped
class Storyteller {

    private static final int MOST_USERS = 100;

    private final StoryService stories;
    private final StoryVerdicts verdicts;

    Storyteller(StoryService stories, StoryVerdicts verdicts) {
        this.stories = stories;
        this.verdicts = verdicts;
    }

    /// @param alerts the alert behind which it begins
    /// @param after where its time line begins, null for its start
    IncidentStory ofIncident(Caller caller, long id, AlertCursor alerts, String after) {
        var from = TimelinePage.Cursor.of(after);
        return tell(
                stories.ofIncident(caller, id, alerts), path(id), alerts, moments -> TimelinePage.of(moments, from));
    }

    /// With the whole time line of its first alerts.
    IncidentStory wholeOfIncident(Caller caller, long id) {
        return tell(
                stories.ofIncident(caller, id, AlertCursor.START), path(id), AlertCursor.START, TimelinePage::whole);
    }

    /// @param after where its time line begins, null for its start
    IncidentStory ofAlert(Caller caller, String id, String after) {
        var from = TimelinePage.Cursor.of(after);
        return tell(
                stories.ofAlert(caller, id), path(id), AlertCursor.START, moments -> TimelinePage.of(moments, from));
    }

    /// With the whole time line.
    IncidentStory wholeOfAlert(Caller caller, String id) {
        return tell(stories.ofAlert(caller, id), path(id), AlertCursor.START, TimelinePage::whole);
    }

    IncidentStory.Branch branchOfIncident(Caller caller, long id, BranchQuery query) {
        return stories.branchOfIncident(caller, id, query)
                .branch(query.root(), more -> BranchQuery.next(path(id), query.alerts(), more));
    }

    IncidentStory.Branch branchOfAlert(Caller caller, String id, BranchQuery query) {
        return stories.branchOfAlert(caller, id, query)
                .branch(query.root(), more -> BranchQuery.next(path(id), query.alerts(), more));
    }

    private static String path(long incident) {
        return "/v1/incidents/" + incident + "/story";
    }

    private static String path(String alert) {
        return "/v1/alerts/" + alert + "/story";
    }

    private IncidentStory tell(
            StoryService.Read read,
            String path,
            AlertCursor alerts,
            Function<Collection<IncidentStory.Moment>, TimelinePage> page) {
        var said = verdicts.of(read.tenant(), read.entities().observables());
        var timeline = page.apply(moments(read));
        var head = read.head();
        return new IncidentStory(
                head == null ? null : head.id(),
                head == null ? null : head.name(),
                head == null ? read.alerts().getFirst().severity() : head.severity(),
                head == null ? null : head.status(),
                head == null ? null : head.created(),
                head == null ? null : head.lastUpdate(),
                read.machines(),
                users(read),
                tactics(read.alerts()),
                read.alerts(),
                moreAlerts(read.page(), path),
                read.entities().views(read.prevalence(), said),
                read.actions(),
                timeline.moments(),
                timeline.next(),
                read.forest().trees(read.machineNames(), more -> BranchQuery.next(path, alerts, more)));
    }

    private static IncidentStory.MoreAlerts moreAlerts(StoryRepository.AlertPage page, String path) {
        return page.left() == 0
                ? null
                : new IncidentStory.MoreAlerts(
                        page.left(), path + "?" + page.rows().getLast().cursor().parameter());
    }

    private static List<IncidentStory.Moment> moments(StoryService.Read read) {
        var moments = new ArrayList<IncidentStory.Moment>();
        read.alerts()
                .forEach(alert -> moments.add(new IncidentStory.Moment(
                        alert.firstEventTime(),
                        "Alert",
                        alert.machineId(),
                        alert.computerDnsName(),
                        alert.alertId(),
                        null,
                        alert.title() + " (" + alert.source() + ")")));
        read.actions()
                .forEach(action -> moments.add(new IncidentStory.Moment(
                        action.creationTime(),
                        "Action",
                        action.machineId(),
                        action.computerDnsName(),
                        null,
                        null,
                        action.type() + " by " + action.requestor() + ": " + action.status())));
        moments.addAll(read.forest().moments(read.machineNames()));
        return moments;
    }

    private static List<IncidentStory.Tactic> tactics(List<IncidentStory.Alert> alerts) {
        var byTactic = new TreeMap<String, List<IncidentStory.Alert>>(
                Comparator.comparingInt(IncidentName::stage).thenComparing(Comparator.naturalOrder()));
        alerts.stream()
                .filter(alert -> alert.category() != null)
                .forEach(alert -> byTactic.computeIfAbsent(alert.category(), tactic -> new ArrayList<>())
                        .add(alert));
        return byTactic.entrySet().stream()
                .map(tactic -> new IncidentStory.Tactic(
                        tactic.getKey(),
                        tactic.getValue().stream()
                                .flatMap(alert -> alert.mitreTechniques().stream())
                                .distinct()
                                .sorted()
                                .toList(),
                        tactic.getValue().stream()
                                .map(IncidentStory.Alert::alertId)
                                .toList()))
                .toList();
    }

    private record Sight(String name, Set<String> machines, Set<String> alerts) {}

    private static List<IncidentStory.User> users(StoryService.Read read) {
        var users = new LinkedHashMap<String, Sight>();
        for (StoryRepository.AlertRow row : read.rows()) {
            see(users, row.user(), row.alert().machineId(), row.alert().alertId());
            for (AlertEvidence entity : read.evidence().getOrDefault(row.alert().alertId(), List.of())) {
                see(users, StoryEntities.account(entity), row.alert().machineId(), entity.alertId());
            }
        }
        read.forest().alertIds().forEach((process, alerts) -> {
            ProcessFact fact = read.forest().processes().get(process);
            alerts.forEach(alert -> see(users, fact == null ? null : fact.account(), process.machineId(), alert));
        });
        return users.values().stream()
                .limit(MOST_USERS)
                .map(user ->
                        new IncidentStory.User(user.name(), List.copyOf(user.machines()), List.copyOf(user.alerts())))
                .toList();
    }

    private static void see(Map<String, Sight> users, String name, String machine, String alert) {
        if (name != null && !name.isBlank()) {
            Sight sight = users.computeIfAbsent(
                    name.toLowerCase(Locale.ROOT),
                    key -> new Sight(name, new LinkedHashSet<>(), new LinkedHashSet<>()));
            sight.alerts().add(alert);
            if (machine != null) {
                sight.machines().add(machine);
            }
        }
    }
}
