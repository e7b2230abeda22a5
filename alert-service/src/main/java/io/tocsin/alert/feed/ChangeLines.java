package io.tocsin.alert.feed;

import io.tocsin.alert.incident.IncidentOutlineView;
import io.tocsin.alert.incident.IncidentsById;
import io.tocsin.alert.triage.AlertView;
import io.tocsin.alert.triage.AlertsById;
import io.tocsin.feed.FeedCursors;
import io.tocsin.feed.Place;
import io.tocsin.identity.DeviceScope;
import io.tocsin.odata.ODataQuery;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/// The lines of the feeds of alerts and incidents for followers of our own, which tell them to an application.
@ApplicationScoped
public class ChangeLines {

    private final AlertsById alerts;
    private final IncidentsById incidents;
    private final FeedCursors cursors;

    ChangeLines(AlertsById alerts, IncidentsById incidents, FeedCursors cursors) {
        this.alerts = alerts;
        this.incidents = incidents;
        this.cursors = cursors;
    }

    /// @param line as the feed has it, written by the service's `ObjectMapper`
    public record Told(Change change, Object line) {}

    /// @param told in the order of the changes
    /// @param end the last change that was looked at, where the others have to wait; null when all were
    public record Tale(List<Told> told, Place end) {}

    /// Of the changes those that are there and pass, in their order: of as many, from the first on, as have so many
    /// characters
    /// of evidence together, and of one alert at least.
    ///
    /// @param alertFilter what lets alerts through, or null for none of them
    /// @param incidentFilter the same of incidents
    @Transactional
    public Tale tell(
            UUID tenant, List<Change> changes, ODataQuery alertFilter, ODataQuery incidentFilter, int longest) {
        AlertsById.Found foundAlerts = alertFilter == null
                ? new AlertsById.Found(Map.of(), Set.of())
                : alerts.find(
                        tenant, DeviceScope.EVERYTHING, alertFilter, subjects(changes, Change.Subject.Alert), longest);
        Map<Long, IncidentOutlineView> foundIncidents = incidentFilter == null
                ? Map.of()
                : incidents.find(
                        tenant,
                        DeviceScope.EVERYTHING,
                        incidentFilter,
                        subjects(changes, Change.Subject.Incident).stream()
                                .map(Long::valueOf)
                                .collect(Collectors.toSet()));
        FeedCursors.Writer ofAlerts = cursors.writer(tenant, "alerts");
        FeedCursors.Writer ofIncidents = cursors.writer(tenant, "incidents");
        var told = new ArrayList<Told>();
        Place seen = null;
        for (Change change : changes) {
            if (change.of() == Change.Subject.Alert) {
                if (foundAlerts.beyond().contains(change.subject())) {
                    return new Tale(told, seen);
                }
                AlertView alert = foundAlerts.alerts().get(change.subject());
                if (alert != null) {
                    told.add(new Told(
                            change, new AlertLine(ofAlerts.of(change.place()), change.kind(), change.time(), alert)));
                }
            } else {
                IncidentOutlineView incident = foundIncidents.get(Long.valueOf(change.subject()));
                if (incident != null) {
                    told.add(new Told(
                            change,
                            new IncidentLine(ofIncidents.of(change.place()), change.kind(), change.time(), incident)));
                }
            }
            seen = change.place();
        }
        return new Tale(told, null);
    }

    private static List<String> subjects(List<Change> changes, Change.Subject of) {
        return changes.stream()
                .filter(change -> change.of() == of)
                .map(Change::subject)
                .distinct()
                .toList();
    }
}
