package io.tocsin.alert.feed;

import io.tocsin.alert.incident.IncidentOutlineView;
import io.tocsin.alert.incident.IncidentsById;
import io.tocsin.feed.FeedSlice;
import io.tocsin.feed.Place;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.odata.ODataQuery;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.Map;
import java.util.stream.Collectors;

@ApplicationScoped
class IncidentFeed {

    private final ChangeLog log;
    private final IncidentsById incidents;
    private final DeviceScopes scopes;

    IncidentFeed(ChangeLog log, IncidentsById incidents, DeviceScopes scopes) {
        this.log = log;
        this.incidents = incidents;
        this.scopes = scopes;
    }

    @Transactional
    FeedSlice read(Caller caller, ODataQuery filter, Place after, int most) {
        ChangeLog.Look look = log.after(caller.tenant(), after, most);
        var changes = look.of(Change.Subject.Incident);
        Map<Long, IncidentOutlineView> found = incidents.find(
                caller.tenant(),
                scopes.of(caller),
                filter,
                changes.stream().map(change -> Long.valueOf(change.subject())).collect(Collectors.toSet()));
        var entries = new ArrayList<FeedSlice.Entry>();
        for (Change change : changes) {
            IncidentOutlineView incident = found.get(Long.valueOf(change.subject()));
            if (incident != null) {
                entries.add(new FeedSlice.Entry(
                        change.place(),
                        change.event(),
                        cursor -> new IncidentLine(cursor, change.kind(), change.time(), incident)));
            }
        }
        return new FeedSlice(entries, look.end(), look.more());
    }
}
