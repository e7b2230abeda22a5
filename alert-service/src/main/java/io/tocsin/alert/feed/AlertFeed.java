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

@ApplicationScoped
class AlertFeed {

    /// Characters of evidence a slice holds, but for one alert: it stays in memory while a slow reader takes it.
    private static final int LONGEST = 4 * 1024 * 1024;

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
        AlertsById.Found found = alerts.find(
                caller.tenant(),
                scopes.of(caller),
                filter,
                changes.stream().map(Change::subject).toList(),
                LONGEST);
        var entries = new ArrayList<FeedSlice.Entry>();
        Place seen = after;
        for (Change change : changes) {
            if (found.beyond().contains(change.subject())) {
                return new FeedSlice(entries, seen, true);
            }
            seen = change.place();
            AlertView alert = found.alerts().get(change.subject());
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
