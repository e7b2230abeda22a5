package io.tocsin.response.playbook;

import io.tocsin.identity.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Runs by their ids, for whoever follows changes rather than asks a page.
@ApplicationScoped
public class RunsById {

    private final RunRepository runs;
    private final PlaybookService playbooks;

    RunsById(RunRepository runs, PlaybookService playbooks) {
        this.runs = runs;
        this.playbooks = playbooks;
    }

    /// As they are now.
    public Map<String, RunView> find(Caller caller, Collection<String> ids) {
        playbooks.requireReach(caller);
        return runs.byId(caller.tenant(), ids).stream()
                .map(run -> PlaybookService.seen(caller, run))
                .collect(Collectors.toMap(RunView::id, Function.identity()));
    }
}
