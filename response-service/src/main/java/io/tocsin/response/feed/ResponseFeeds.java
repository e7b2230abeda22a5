package io.tocsin.response.feed;

import io.tocsin.feed.FeedSlice;
import io.tocsin.feed.Place;
import io.tocsin.identity.Caller;
import io.tocsin.odata.ODataQuery;
import io.tocsin.response.action.ActionReport;
import io.tocsin.response.action.ActionService;
import io.tocsin.response.action.MachineActionView;
import io.tocsin.response.investigation.InvestigationsById;
import io.tocsin.response.playbook.RunsById;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Reads the feeds, each look a short transaction of its own.
@ApplicationScoped
class ResponseFeeds {

    private final ResponseChanges changes;
    private final ActionService actions;
    private final InvestigationsById investigations;
    private final RunsById runs;

    ResponseFeeds(ResponseChanges changes, ActionService actions, InvestigationsById investigations, RunsById runs) {
        this.changes = changes;
        this.actions = actions;
        this.investigations = investigations;
        this.runs = runs;
    }

    @Transactional
    FeedSlice actions(Caller caller, ODataQuery filter, Place after, int most) {
        return changes.read(
                caller.tenant(),
                "Action",
                after,
                most,
                ids -> reported(caller, filter, ids),
                (cursor, change, it) -> new ActionLine(cursor, change.kind(), change.time(), it.action(), it.report()));
    }

    private record Told(MachineActionView action, ActionReport report) {}

    private Map<String, Told> reported(Caller caller, ODataQuery filter, Set<String> ids) {
        Map<String, MachineActionView> found = actions.byId(caller, filter, ids);
        Map<String, ActionReport> reports = actions.reports(caller, found.keySet());
        var told = new HashMap<String, Told>();
        found.forEach((id, action) -> told.put(id, new Told(action, reports.get(id))));
        return told;
    }

    @Transactional
    FeedSlice investigations(Caller caller, ODataQuery filter, Place after, int most) {
        return changes.read(
                caller.tenant(),
                "Investigation",
                after,
                most,
                ids -> investigations.find(caller, filter, ids),
                (cursor, change, it) -> new InvestigationLine(cursor, change.kind(), change.time(), it));
    }

    @Transactional
    FeedSlice runs(Caller caller, Place after, int most) {
        return changes.read(
                caller.tenant(),
                "PlaybookRun",
                after,
                most,
                ids -> runs.find(caller, ids),
                (cursor, change, run) -> new PlaybookRunLine(cursor, change.kind(), change.time(), run));
    }
}
