package io.tocsin.alert.feed;

import io.tocsin.alert.triage.AlertView;
import io.tocsin.alert.triage.AlertsById;
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
class AlertFeed {

    private final ChangeLog log;
    private final AlertsById alerts;
    private final DeviceScopes scopes;

    AlertFeed(ChangeLog log, AlertsById alerts, DeviceScopes scopes) {
        this.log = log;
        this.alerts = alerts;
        this.scopes = scopes;
    }

    @Transactional
    FeedSlice read(Caller caller, ODataQuery filter, Place after, int most) {
        ChangeLog.Look look = log.after(caller.tenant(), after, most);
        var changes = look.of(Change.Subject.Alert);
        Map<String, AlertView> found = alerts.find(
                caller.tenant(),
                scopes.of(caller),
                filter,
                changes.stream().map(Change::subject).collect(Collectors.toSet()));
        var entries = new ArrayList<FeedSlice.Entry>();
        for (Change change : changes) {
            AlertView alert = found.get(change.subject());
            if (alert != null) {
                entries.add(new FeedSlice.Entry(
                        change.place(),
                        change.event(),
                        cursor -> new AlertLine(cursor, change.kind(), change.time(), alert)));
            }
        }
        return new FeedSlice(entries, look.end(), look.more());
    }
}
